/** Anything as long as a key, plainly or escaped. */
const SECRET_LIKE = /[A-Za-z0-9+/=%_\\]{20,}/g;

/** Words of a person (a reason, a name), without whatever in them could be a secret. */
export function redacted(text: string): string {
  return text.replace(SECRET_LIKE, "…");
}
