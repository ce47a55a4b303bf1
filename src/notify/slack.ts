import { KeysweepError } from "../model/error.ts";
import type { Secret } from "../model/secret.ts";
import type { Channel } from "./notice.ts";
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
    async send({ title, text, lines = [] }, signal) {
      const url = URL.parse((await webhook()).reveal());
      if (url === null) throw new KeysweepError("configuration", "its webhook is no address");
      const said = `*${escaped(title)}*\n${escaped(text.slice(0, LONGEST))}`;
      const body = JSON.stringify({ text: lines.length === 0 ? said : `${said}\n${codeBlock(lines)}` });
      await postText(url, body, { "content-type": "application/json" }, web, signal);
    },
  };
}

/** Slack takes these three for markup; what is left can make nothing but bold text. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * In a block of code no name becomes a link, a picture, a mention of everybody: not with Slack, and not with those that know Markdown. What would
 * end the block is written as something that looks like it.
 */
function codeBlock(lines: readonly string[]): string {
  return `\`\`\`\n${escaped(lines.join("\n").replaceAll("`", "\u02cb").slice(0, LONGEST))}\n\`\`\``;
}
