import type { InlineAllow } from "./detection.ts";

const MARK = /keysweep:allow[ \t]+([^\r\n]{1,400})/;
/** The rest of a line may hold the very secret that is allowed, plainly or escaped: nothing of that shape is quoted. */
const SECRET_LIKE = /[A-Za-z0-9+/=%_\\]{20,}/g;
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
    const expires = settings.get("expires") ?? null;
    const reason = words
      .replace(SETTING, "")
      .replace(/(?:\*\/|-->|#\}|%>)\s*$/, "")
      .replace(SECRET_LIKE, "…")
      .replace(/\s+/g, " ")
      .trim();
    if (reason === "" || (expires !== null && !isDate(expires))) continue;
    return { reason, owner: settings.get("owner")?.replace(SECRET_LIKE, "…") ?? null, expires };
  }
  return null;
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}
