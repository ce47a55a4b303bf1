/** An access key id, e.g. one that begins with AKIA (long-term) or ASIA (temporary). Not a secret. */
export type AccessKeyId = string & { readonly __brand: "AccessKeyId" };

/** Twelve digits. */
export type AccountId = string & { readonly __brand: "AccountId" };

/**
 * The prefixes of ids that name a credential. The prefixes of IAM objects (AROA, AIDA, AGPA, …) are left out on purpose:
 * they are no credentials.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export const CREDENTIAL_PREFIXES = ["AKIA", "ASIA", "ABIA", "ACCA"] as const;

const SHAPE = /^(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}$/;

/** The text as an access key id, or null when it does not have the shape of one (base32: no 0, 1, 8 or 9). */
export function accessKeyId(text: string): AccessKeyId | null {
  return SHAPE.test(text) ? (text as AccessKeyId) : null;
}

/** The text as an account id, or null when it is not twelve digits. */
export function accountId(text: string): AccountId | null {
  return /^\d{12}$/.test(text) ? (text as AccountId) : null;
}

/** Whether the id belongs to temporary credentials, which are worthless without their session token and after their expiry. */
export function isTemporary(id: AccessKeyId): boolean {
  return id.startsWith("ASIA");
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * The account that an id was issued in, read from the id itself, with no call to anyone.
 * The first 48 bits behind the prefix hold it (bits 46..7). Ids issued before about 2019 (fifth character I or J) carry none: null.
 */
export function accountOf(id: AccessKeyId): AccountId | null {
  if (id[4] === "I" || id[4] === "J") return null;
  let bits = 0n;
  for (const character of id.slice(4, 14)) bits = (bits << 5n) | BigInt(BASE32.indexOf(character));
  const first48 = bits >> 2n;
  const account = (first48 & 0x7fff_ffff_ff80n) >> 7n;
  return accountId(account.toString().padStart(12, "0"));
}
