import { KeysweepError } from "../model/error.ts";
import type { Secret } from "../model/secret.ts";
import { type Channel, plainText } from "./notice.ts";
import { postText, type Web } from "./post.ts";

/** Slack cuts longer texts off, in characters. */
const LONGEST = 2900;

/**
 * An incoming webhook of Slack, or of what speaks the same (Mattermost, Discord's `/slack`). Its address is the secret.
 * @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export function slackChannel(name: string, webhook: () => Promise<Secret>, web: Web): Channel {
  return {
    name,
    async send(notice, signal) {
      const url = URL.parse((await webhook()).reveal());
      if (url === null) throw new KeysweepError("configuration", "its webhook is no address");
      const body = JSON.stringify({
        text: `\`${code(notice.title.replaceAll(/\s+/g, " "))}\`\n\`\`\`\n${code(plainText(notice))}\n\`\`\``,
      });
      await postText(url, body, { "content-type": "application/json" }, web, signal);
    },
  };
}

/**
 * What stands in code. There no name becomes a link, a picture, a mention of everybody: not with Slack, and not with those that know Markdown;
 * users, rotations and what AWS says of them have such names, too. What would end the code is written as something that looks like it.
 */
function code(text: string): string {
  return escaped(text.replaceAll("`", "\u02cb").slice(0, LONGEST));
}

/** Slack takes these three for markup anywhere. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
