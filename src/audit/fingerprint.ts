import { createHash } from "node:crypto";
import type { Fingerprint } from "../model/finding.ts";

/** What an audit finding is about. */
export interface Subject {
  readonly check: string;
  readonly accountId: string;
  readonly userName: string | null;
  readonly accessKeyId: string | null;
  readonly subject: string | null;
}

/**
 * `ks1:` and the first 128 bits of the SHA-256 of seven lines, each ended by a line feed: the scheme, `audit`, the check, the account, the
 * user, the key, what else it is about. IAM's names hold no line feeds.
 */
export function auditFingerprint({ check, accountId, userName, accessKeyId, subject }: Subject): Fingerprint {
  const lines = ["keysweep:1", "audit", check, accountId, userName ?? "", accessKeyId ?? "", subject ?? ""];
  const hash = createHash("sha256").update(lines.map((line) => `${line}\n`).join(""));
  return `ks1:${hash.digest("hex").slice(0, 32)}`;
}
