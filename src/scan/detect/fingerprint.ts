import type { Fingerprint } from "../../model/finding.ts";

/** The families of credentials whose fingerprints are kept apart. */
export type CredentialFamily = "access-key" | "ses-smtp" | "presigned-url" | (string & {});

/**
 * The fingerprint of a credential: `ks1:` and the first 128 bits, in hexadecimal, of the SHA-256 of
 * `keysweep:1`, the family, the public part and the secret part, each followed by a line feed.
 * A part that was not seen is empty, so an id alone and the same id with its secret have different fingerprints:
 * an allow given to the one does not cover the other. AWS secrets are random and long, so the digest gives nothing away.
 */
export function fingerprintOf(family: CredentialFamily, publicPart: string, secretPart: string): Fingerprint {
  return `ks1:${digest(`keysweep:1\n${family}\n${publicPart}\n${secretPart}\n`)}`;
}

/** The fingerprint of an access key id together with its secret. */
export function pairFingerprint(accessKeyId: string, secret: string): Fingerprint {
  return fingerprintOf("access-key", accessKeyId, secret);
}

/** A digest that tells whether two places hold the same secret. */
export function secretDigestOf(secret: string): string {
  return digest(`keysweep:secret\n${secret}\n`);
}

function digest(text: string): string {
  // Loaded only when something was found: that takes milliseconds.
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(text, "latin1").digest("hex").slice(0, 32);
}
