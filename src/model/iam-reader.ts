import type { MfaKind } from "./iam-user.ts";

/*
 * The port through which an audit reads one account. Times are ISO 8601, UTC. Every method reads all pages, asks again when AWS is
 * busy or out of order, and throws an AwsFailure when it cannot answer.
 */

export interface IamReader {
  /** Asks IAM to make a credential report, unless it has one that is less than four hours old. */
  generateCredentialReport(): Promise<"started" | "in-progress" | "complete">;
  /** The report as CSV; null while there is none. */
  credentialReport(): Promise<{ readonly content: string; readonly generatedAt: string } | null>;
  accountSummary(): Promise<Readonly<Record<string, number>>>;
  /** Users, groups, roles and policies, page by page. */
  authorizationDetails(): AsyncIterable<AuthorizationDetails>;
  /** Null: the account has none. */
  passwordPolicy(): Promise<PasswordPolicy | null>;
  virtualMfaDevices(): Promise<readonly VirtualMfaDevice[]>;
  /** Of all users. */
  serviceCredentials(): Promise<readonly ServiceCredential[]>;
  serverCertificates(): Promise<readonly ServerCertificate[]>;
  /** The ARNs of SAML and OpenID Connect providers. */
  identityProviders(): Promise<readonly string[]>;
  /** What the organisation manages centrally of its members' root users; null: trusted access is off. */
  organizationFeatures(): Promise<readonly string[] | null>;
  users(): Promise<readonly UserRecord[]>;
  hasPassword(userName: string): Promise<boolean>;
  accessKeys(userName: string): Promise<readonly AccessKeyRecord[]>;
  accessKeyLastUsed(accessKeyId: string): Promise<LastUse | null>;
  mfaDevices(userName: string): Promise<readonly { readonly serial: string; readonly kind: MfaKind }[]>;
  sshPublicKeys(userName: string): Promise<readonly UploadedCredential[]>;
  signingCertificates(userName: string): Promise<readonly UploadedCredential[]>;
}

/** The port through which the owners of keys are asked for in one account. Throws as {@link IamReader} does. */
export interface KeyOwnerReader extends Pick<IamReader, "accessKeys"> {
  /**
   * Whose key it is, by user name, and its last use; the name is null where IAM tells none. The key may be gone when it is `denied`, which is
   * also what it says to who may not ask, or `not-found`.
   */
  accessKeyUser(accessKeyId: string): Promise<{ readonly userName: string | null; readonly lastUse: LastUse | null }>;
}

export interface UserRecord {
  readonly userName: string;
  readonly arn: string;
  readonly createdAt: string;
  readonly passwordLastUsedAt: string | null;
}

export interface AccessKeyRecord {
  readonly accessKeyId: string;
  readonly status: "Active" | "Inactive" | "Expired";
  readonly createdAt: string;
}

export interface LastUse {
  readonly at: string;
  readonly service: string;
  readonly region: string;
}

/** An SSH key or a signing certificate. */
export interface UploadedCredential {
  readonly id: string;
  readonly active: boolean;
  readonly uploadedAt: string;
}

export interface VirtualMfaDevice {
  readonly serial: string;
  /** The ARN of the user that it belongs to; null: nobody yet. */
  readonly userArn: string | null;
}

/** A password or API key for one service, e.g. CodeCommit or Bedrock. */
export interface ServiceCredential {
  readonly id: string;
  readonly userName: string;
  /** For example `bedrock.amazonaws.com`. */
  readonly service: string;
  readonly status: "Active" | "Inactive" | "Expired";
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

export interface ServerCertificate {
  readonly name: string;
  readonly arn: string;
  readonly expiresAt: string | null;
}

export interface PasswordPolicy {
  readonly minimumLength: number;
  /** How many old passwords may not be used again; 0: all may. */
  readonly reusePrevention: number;
}

/** A page of who may do what. Documents are JSON, decoded. */
export interface AuthorizationDetails {
  readonly users: readonly UserDetails[];
  readonly groups: readonly GroupDetails[];
  readonly roles: readonly RoleDetails[];
  readonly policies: readonly ManagedPolicy[];
}

export interface InlinePolicy {
  readonly name: string;
  readonly document: string;
}

export interface UserDetails {
  readonly userName: string;
  readonly arn: string;
  readonly createdAt: string;
  readonly groups: readonly string[];
  readonly inline: readonly InlinePolicy[];
  /** The ARNs of the managed policies that are attached. */
  readonly attached: readonly string[];
  readonly boundary: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

export interface GroupDetails {
  readonly name: string;
  readonly arn: string;
  readonly inline: readonly InlinePolicy[];
  readonly attached: readonly string[];
}

export interface RoleDetails {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly trust: string;
  readonly inline: readonly InlinePolicy[];
  readonly attached: readonly string[];
  readonly boundary: string | null;
}

export interface ManagedPolicy {
  readonly arn: string;
  /** Of its default version. */
  readonly document: string;
  readonly versions: number;
}
