import { redacted } from "../redact.ts";
import type { InlineAllow } from "./detection.ts";

const MARK = /keysweep:allow[ \t]+([^\r\n]{1,400})/;
const SETTING = /\b(owner|expires)=(?:"([^"]*)"|(\S+))/g;

/**
 * Reads `keysweep:allow [owner=NAME] [expires=YYYY-MM-DD] REASON` from one of the lines given.
 * Null without the mark, without a reason, or with an expiry that is not a date: an allow that cannot be understood allows nothing.
 */
export function inlineAllowIn(lines: readonly string[]): InlineAllow | null {
  for (const line of lines) {
    const words = MARK.exec(line)?.[1];
    if (words === undefined) continue;
    const settings = new Map(
      Array.from(words.matchAll(SETTING), ([, name, quoted, plain]) => [name, quoted ?? plain ?? ""]),
    );
    const owner = settings.get("owner");
    const expires = settings.get("expires") ?? null;
    // The rest of a line may hold the very secret that is allowed.
    const reason = redacted(words.replace(SETTING, "").replace(/(?:\*\/|-->|#\}|%>)\s*$/, ""))
      .replace(/\s+/g, " ")
      .trim();
    if (reason === "" || (expires !== null && !isDate(expires))) continue;
    return { reason, owner: owner === undefined ? null : redacted(owner), expires };
  }
  return null;
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}
