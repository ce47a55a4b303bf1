import { KeysweepError } from "../model/error.ts";

/** Fetches with care for who listens; see `runtime/web.ts`. */
export type Web = (url: URL, init: RequestInit) => Promise<Response>;

/** Posts a text. The address may be a secret, and what the server says may repeat it: neither is told. @throws KeysweepError `target`. */
export async function postText(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  web: Web,
  signal: AbortSignal,
): Promise<void> {
  const { status, body: answer } = await posted(() => web(url, { method: "POST", body, headers, signal }));
  await answer?.cancel();
  if (status < 200 || status > 299) throw new KeysweepError("target", `the server answered with status ${status}`);
}

async function posted(post: () => Promise<Response>): Promise<Response> {
  try {
    return await post();
  } catch (error) {
    const why = error instanceof KeysweepError ? error.message : "the server did not answer";
    throw new KeysweepError("target", why, { cause: error });
  }
}
