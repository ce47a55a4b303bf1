import type { AccessKeyId } from "../../model/access-key-id.ts";
import type { SkipReason } from "../../model/coverage.ts";
import type { Fingerprint, UseCase } from "../../model/finding.ts";
import type { Severity } from "../../model/severity.ts";

/** What a document is; a file of a repository's history or index is a file. */
export type DocumentKind = "file" | "process" | "environment" | "stdin";

export type LeftOutReason = Extract<SkipReason, "archive-suspicious" | "archive-bound" | "archive-unsupported">;

/** What the detector is told of the document that it looks at; asked for only once something was found. */
export interface DocumentHint {
  readonly kind: DocumentKind;
  /** The path (with `!member` for archives) as text, the variable's name, or null; only to tell what a key is used for. */
  readonly path: string | null;
  /** Milliseconds since the document was last written, 0 for what is alive now. Decides whether temporary credentials may be live. */
  ageMs(): number;
  /** When the scan began, in milliseconds since 1970: tells what has expired. Without it nothing has. */
  readonly nowMs?: number;
  /** The most that may be unpacked of it, in bytes; by default what honest documents of its length stay below. */
  readonly mostUnpacked?: number;
  /**
   * Told, perhaps several times, that a part of the document was not looked into, or not told of: because there is more than honest content has,
   * if no other reason is given.
   */
  leftOut?(detail: string, reason?: LeftOutReason): void;
}

/** `keysweep:allow` beside a credential. */
export interface InlineAllow {
  /** Never empty: an allow without a reason does not count. */
  readonly reason: string;
  readonly owner: string | null;
  /** ISO 8601 date, or null. */
  readonly expires: string | null;
}

/**
 * A credential at one place of one document. It holds no secret: what is known of the secret ends as a fingerprint
 * where it was found, so nothing behind the detector can leak it.
 */
export interface Detection {
  readonly rule: string;
  readonly severity: Severity;
  readonly fingerprint: Fingerprint;
  readonly accessKeyId: AccessKeyId | null;
  /** A digest of the secret alone, to tell that two detections saw the same one; null where none was seen. */
  readonly secretDigest: string | null;
  /** A documentation example or a placeholder. */
  readonly placeholder: boolean;
  readonly useCase: UseCase | null;
  readonly inlineAllow: InlineAllow | null;
  /** How many more places of this credential in the document are not told: here stands the worst of them. Absent: none. */
  readonly placesLeftOut?: number;
  /** Byte offset in the document. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** From 1, in code points. */
  readonly column: number;
}
