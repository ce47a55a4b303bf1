import type { AccountId } from "./access-key-id.ts";

/** A long-term access key, as IAM tells of it. Times are ISO 8601, UTC. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly status: "Active" | "Inactive" | "Expired";
  readonly createdAt: string;
  /** Null: never used, as far as IAM knows. IAM keeps the first use of each quarter of an hour, and tells of it some time later. */
  readonly lastUsedAt: string | null;
  readonly lastUsedService: string | null;
  readonly lastUsedRegion: string | null;
}

/** `hardware` is a device that shows codes; `fido` a passkey or a security key: the only kind that phishing does not defeat. */
export type MfaKind = "virtual" | "hardware" | "fido";

export interface MfaDevice {
  readonly serial: string;
  readonly kind: MfaKind;
}

/** An IAM user, as a report lists it. */
export interface IamUser {
  readonly accountId: AccountId;
  readonly userName: string;
  readonly arn: string;
  readonly createdAt: string;
  readonly console: { readonly enabled: boolean; readonly lastUsedAt: string | null };
  readonly mfa: readonly MfaDevice[];
  readonly keys: readonly AccessKey[];
  readonly tags: Readonly<Record<string, string>>;
}
