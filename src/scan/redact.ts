/** Anything as long as a key, plainly or escaped. */
const SECRET_LIKE = /(?:[A-Za-z0-9+/=%_\\]|&#?\w{1,8};){20,}/g;

/** Strings that a program puts together: a secret may be written in such parts, however short. */
const STRING = "([\"'`])[A-Za-z0-9+/]{1,43}";
const JOINED = new RegExp(`${STRING}\\1(?:\\s{0,40}(?:[+.&\\\\]|\\.\\.)?\\s{0,40}${STRING}\\2)+`, "g");

/** What shows as nothing, and may stand between the characters of a secret. */
// biome-ignore lint: control characters are what is looked for
const INVISIBLE = /\x1b\[[0-9;?]{0,16}[A-Za-z]|[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

/** Words of a person (a reason, a name), without whatever in them could be a secret. */
export function redacted(text: string): string {
  return text.replace(INVISIBLE, "").replace(JOINED, "…").replace(SECRET_LIKE, "…");
}
