import type { IncomingMessage } from "node:http";
import type { RequestOptions } from "node:https";
import { KeysweepError } from "../model/error.ts";
import { refusePlainText } from "./plain-text.ts";

/** Whom a server is believed to be, and who we are to it, where that is not what the system's own certificates say. PEM. */
export interface Trust {
  /** The authorities that may have signed the server's certificate; null: those that the system knows. */
  readonly authorities: string | null;
  /** What the server's certificate is made out to; null: the address's host. */
  readonly serverName: string | null;
  readonly identity: { readonly certificate: string; readonly key: string } | null;
}

export interface TrustingRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly trust: Trust;
  readonly signal: AbortSignal;
}

export interface TrustedAnswer {
  readonly status: number;
  readonly text: string;
}

/** How long a server may take for an answer, body and all, in milliseconds. */
const LONGEST_MS = 30_000;
/** Of an answer no more than this is of use, in bytes. */
const LONGEST_ANSWER = 4 * 1024 * 1024;

/**
 * One request to a server with certificates of its own, as `fetch` cannot make it: encrypted but to this host itself, with no redirect followed.
 * @throws KeysweepError `target`: `never` when the address or the server's certificate is refused, `outcome-unknown` when no answer came.
 */
export async function requestTrusting(url: URL, request: TrustingRequest): Promise<TrustedAnswer> {
  request.signal.throwIfAborted();
  refusePlainText(url);
  const { request: send } = url.protocol === "http:" ? await import("node:http") : await import("node:https");
  try {
    return await new Promise<TrustedAnswer>((resolve, reject) => {
      const sent = send(url, options(request), (response) => {
        read(response).then(resolve, reject);
      });
      sent.on("error", reject);
      sent.end(request.body ?? "");
    });
  } catch (error) {
    request.signal.throwIfAborted();
    throw unanswered(url, error);
  }
}

function options({ method, headers, trust, signal }: TrustingRequest): RequestOptions {
  const { authorities, serverName, identity } = trust;
  return {
    method,
    headers,
    agent: false,
    signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]),
    ...(authorities === null ? {} : { ca: authorities }),
    ...(serverName === null ? {} : { servername: serverName }),
    ...(identity === null ? {} : { cert: identity.certificate, key: identity.key }),
  };
}

async function read(response: IncomingMessage): Promise<TrustedAnswer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > LONGEST_ANSWER) throw new Error("too long");
    pieces.push(piece);
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString("utf8") };
}

function unanswered(url: URL, cause: unknown): KeysweepError {
  const code = (cause as NodeJS.ErrnoException).code ?? (cause as Error).name;
  if (/CERT|SIGNATURE|SELF_SIGNED|ALTNAME|SSL|TLS|PEM/.test(code))
    return new KeysweepError("target", `${url.host} is not who it says (${code})`, {
      hint: "Check the certificates that the configuration names.",
      retry: "never",
      cause,
    });
  return new KeysweepError("target", `${url.host} did not answer (${code})`, {
    hint: "It is tried again by itself; check that the address is right and can be reached from here.",
    retry: "outcome-unknown",
    cause,
  });
}
