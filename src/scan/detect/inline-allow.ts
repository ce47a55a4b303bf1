import { redacted } from "../redact.ts";
import type { InlineAllow } from "./detection.ts";

const MARK = /keysweep:allow[ \t]+([^\r\n]{1,400})/;
const SETTING = /\b(owner|expires)=(?:"([^"]*)"(?!\s*[+.&\\"'`])|(\S+))/g;

/** Words in quotes are a reason; a part of a secret has no space in it. */
const QUOTED_WORDS = /^\s*"([^"=`\\]* [^"=`\\]*)"\s*(?:$|\*\/|-->|#\}|%>)/;
/** Where a comment ends, or words do and code goes on: another string, an assignment, an escape. An apostrophe has a letter or two behind it. */
// biome-ignore lint: control characters are what is looked for
const CODE =
  /\*\/|-->|#\}|%>|[="`\\\0-\x08\x0b-\x1f\x7f]|(?<![A-Za-z])'|'(?![A-Za-z]{1,2}(?![A-Za-z0-9+/]))|%[0-9A-Fa-f]{2}|&#?\w{1,8};/;
/** Stands for words that may not be shown. */
const UNSHOWN = "…";

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
    const given = words.replace(SETTING, "").trim();
    if (/^(?:\*\/|-->|#\}|%>)?$/.test(given) || (expires !== null && !isDate(expires))) continue;
    return { reason: shownWords(given), owner: owner === undefined ? null : shownWords(owner), expires };
  }
  return null;
}

/** The rest of a line may hold the very secret that is allowed, in parts: only what precedes code is shown. */
function shownWords(given: string): string {
  const words = QUOTED_WORDS.exec(given)?.[1] ?? given.split(CODE, 1)[0] ?? "";
  const shown = redacted(words).replace(/\s+/g, " ").trim();
  return shown === "" ? UNSHOWN : shown;
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}
