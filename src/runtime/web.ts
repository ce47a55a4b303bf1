import { KeysweepError } from "../model/error.ts";
import { refusePlainText } from "./plain-text.ts";

/** How long a server may take for an answer, body and all, in milliseconds. */
const LONGEST_MS = 30_000;

/**
 * Fetches as one does who hands out secrets: nothing goes over the wire in plain text but to this host itself, no redirect is followed
 * (it could lead anywhere, and takes the request along), and no answer is waited for without end.
 * @throws KeysweepError `target`: `never` when the address is refused, `outcome-unknown` when no answer came.
 */
export async function fetchCarefully(url: URL, init: RequestInit = {}): Promise<Response> {
  refusePlainText(url);
  const timeout = AbortSignal.timeout(LONGEST_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  try {
    return await fetch(url, { ...init, redirect: "manual", signal });
  } catch (error) {
    init.signal?.throwIfAborted();
    throw new KeysweepError("target", `${url.host} did not answer (${codeOf(error)})`, {
      hint: "It is tried again by itself; check that the address is right and can be reached from here.",
      retry: "outcome-unknown",
      cause: error,
    });
  }
}

/** Undici says why in the cause. */
function codeOf(error: unknown): string {
  const { cause, name } = error as { cause?: { code?: unknown }; name?: string };
  return typeof cause?.code === "string" ? cause.code : (name ?? "error");
}

/** Of an answer no more than this is of use, in bytes. */
const LONGEST_ANSWER = 1024 * 1024;

/**
 * The text of an answer.
 * @throws KeysweepError `target`, `outcome-unknown`, when it is cut off, or longer than `longest` bytes.
 */
export async function answerText(response: Response, longest = LONGEST_ANSWER): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of response.body ?? []) {
      length += piece.length;
      if (length > longest) break;
      pieces.push(piece);
    }
  } catch (error) {
    throw unreadable(response, `broke off its answer (${codeOf(error)})`, error);
  }
  if (length > longest) throw unreadable(response, `answered at more length than ${longest} bytes`);
  return Buffer.concat(pieces).toString("utf8");
}

function unreadable({ url }: Response, problem: string, cause?: unknown): KeysweepError {
  return new KeysweepError("target", `${URL.parse(url)?.host ?? "the server"} ${problem}`, {
    hint: "It is tried again by itself.",
    retry: "outcome-unknown",
    ...(cause === undefined ? {} : { cause }),
  });
}
