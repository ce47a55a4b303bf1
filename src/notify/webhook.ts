import type { Secret } from "../model/secret.ts";
import type { Clock } from "../runtime/clock.ts";
import { signatureHeaders } from "../runtime/webhook-signature.ts";
import type { Channel } from "./notice.ts";
import { postText, type Web } from "./post.ts";

/** Any HTTPS endpoint: the notice as JSON, signed. */
export function webhookChannel(name: string, url: URL, secret: () => Promise<Secret>, web: Web, clock: Clock): Channel {
  return {
    name,
    async send(notice, signal) {
      const body = JSON.stringify({ schema: "keysweep/notice@1", ...notice });
      const timestamp = Math.floor(clock.now() / 1000);
      const signature = signatureHeaders({ id: notice.id, timestamp, body }, await secret());
      await postText(url, body, { "content-type": "application/json", ...signature }, web, signal);
    },
  };
}
