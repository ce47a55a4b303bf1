import type { AccountId } from "../model/access-key-id.ts";
import type {
  GroupDetails,
  ManagedPolicy,
  PasswordPolicy,
  RoleDetails,
  ServerCertificate,
  ServiceCredential,
  UploadedCredential,
  UserDetails,
} from "../model/iam-reader.ts";
import type { IamUser } from "../model/iam-user.ts";
import type { HeldSecret } from "./secret-screen.ts";

/** What checks are made of. A fact that could not be read is a gap, and what needs it is not assessed. */
export type Fact =
  | "account-summary"
  | "credential-report"
  | "authorization-details"
  | "password-policy"
  | "virtual-mfa-devices"
  | "service-credentials"
  | "server-certificates"
  | "identity-providers"
  | "organization-features"
  /** All accounts of the organisation. */
  | "organization-accounts"
  /** What scans of this machine have found. */
  | "scans"
  | "users"
  | "passwords"
  | "access-keys"
  | "last-uses"
  | "mfa-devices"
  | "ssh-keys"
  | "signing-certificates";

/** Why a fact is not known. */
export interface Gap {
  readonly reason: string;
  /** What is missing for it, e.g. `iam:ListMFADevices`; null where no permission would help. */
  readonly permission: string | null;
  /** Whether it should have been read; else it was left out by design. */
  readonly failure: boolean;
}

/** One account, as it was read. Where there is a gap, the fact stands empty here. */
export interface Inventory {
  readonly accountId: AccountId;
  readonly root: RootFacts;
  readonly users: readonly AuditedUser[];
  readonly groups: readonly GroupDetails[];
  readonly roles: readonly RoleDetails[];
  readonly policies: readonly ManagedPolicy[];
  readonly passwordPolicy: PasswordPolicy | null;
  readonly serverCertificates: readonly ServerCertificate[];
  readonly identityProviders: readonly string[];
  /** Null: this is not the management account of an organisation that is audited. */
  readonly organization: { readonly features: readonly string[] | null } | null;
  /** ISO 8601; null where there is no report. */
  readonly reportGeneratedAt: string | null;
  readonly gaps: ReadonlyMap<Fact, Gap>;
}

export interface RootFacts {
  readonly hasKey: boolean;
  /** False for a member whose root user has no password any more. */
  readonly hasPassword: boolean;
  readonly mfa: "none" | "virtual" | "hardware";
  readonly hasCertificate: boolean;
  /** The latest use of its password or one of its keys. */
  readonly lastUsedAt: string | null;
}

/** A user with what only checks look at. */
export interface AuditedUser extends IamUser {
  /** Whether IAM was asked about this very user; else its keys, password and devices are as the report says: there are none. */
  readonly detailed: boolean;
  /** Where secrets stand that were withheld of what is told of it here. */
  readonly heldSecrets: readonly HeldSecret[];
  /** Its policies and groups, with the names that IAM knows: policies are judged by them. Null where they could not be read. */
  readonly details: UserDetails | null;
  readonly serviceCredentials: readonly ServiceCredential[];
  readonly sshKeys: readonly UploadedCredential[];
  readonly signingCertificates: readonly UploadedCredential[];
}
