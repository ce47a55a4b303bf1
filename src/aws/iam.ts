import {
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountAuthorizationDetailsCommand,
  type GetAccountAuthorizationDetailsResponse,
  GetAccountPasswordPolicyCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  GetLoginProfileCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListOpenIDConnectProvidersCommand,
  ListOrganizationsFeaturesCommand,
  ListSAMLProvidersCommand,
  ListServerCertificatesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListUsersCommand,
  ListVirtualMFADevicesCommand,
  type PolicyDetail,
  type Tag,
} from "@aws-sdk/client-iam";
import { AwsFailure } from "../model/aws-failure.ts";
import type {
  AccessKeyRecord,
  AuthorizationDetails,
  IamReader,
  InlinePolicy,
  KeyOwnerReader,
  LastUse,
  PasswordPolicy,
  ServerCertificate,
  ServiceCredential,
  UploadedCredential,
  UserRecord,
  VirtualMfaDevice,
} from "../model/iam-reader.ts";
import type { MfaDevice, MfaKind } from "../model/iam-user.ts";
import { awsFailure } from "./failure.ts";
import type { Pace } from "./pace.ts";
import { persist } from "./persist.ts";
import type { AwsSession } from "./session.ts";

/** The longest page that IAM gives. */
const PAGE = 1000;

/** A page of any list of IAM. */
interface Page {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** Reads one account, and counts the calls that it takes. */
export class Iam implements IamReader, KeyOwnerReader {
  readonly #session: AwsSession;
  readonly #pace: Pace;
  #client: IAMClient;
  #calls = 0;

  private constructor(session: AwsSession) {
    this.#session = session;
    this.#pace = session.pace();
    this.#client = new IAMClient(session.clientSettings());
  }

  /** Assumes the session's role, so that whoever may not knows it at once. @throws AwsFailure. */
  static async open(session: AwsSession): Promise<Iam> {
    const iam = new Iam(session);
    try {
      await iam.#client.config.credentials();
    } catch (error) {
      throw awsFailure(error, "sts:AssumeRole");
    }
    return iam;
  }

  /** Attempts made so far, those that failed too. */
  get calls(): number {
    return this.#calls;
  }

  async generateCredentialReport(): Promise<"started" | "in-progress" | "complete"> {
    const { State } = await this.#ask("GenerateCredentialReport", (iam) =>
      iam.send(new GenerateCredentialReportCommand({})),
    );
    return State === "COMPLETE" ? "complete" : State === "STARTED" ? "started" : "in-progress";
  }

  async credentialReport(): Promise<{ content: string; generatedAt: string } | null> {
    try {
      const { Content, GeneratedTime } = await this.#ask("GetCredentialReport", (iam) =>
        iam.send(new GetCredentialReportCommand({})),
      );
      return { content: Buffer.from(Content ?? []).toString("utf8"), generatedAt: iso(GeneratedTime) };
    } catch (error) {
      if (error instanceof AwsFailure && /^CredentialReport|^Report/.test(error.code)) return null;
      throw error;
    }
  }

  async accountSummary(): Promise<Readonly<Record<string, number>>> {
    const { SummaryMap } = await this.#ask("GetAccountSummary", (iam) => iam.send(new GetAccountSummaryCommand({})));
    return SummaryMap ?? {};
  }

  async *authorizationDetails(): AsyncGenerator<AuthorizationDetails> {
    const pages = this.#pages("GetAccountAuthorizationDetails", (iam, Marker) =>
      iam.send(new GetAccountAuthorizationDetailsCommand({ MaxItems: PAGE, Marker })),
    );
    for await (const page of pages) yield authorizationDetails(page);
  }

  async passwordPolicy(): Promise<PasswordPolicy | null> {
    return orNull(async () => {
      const { PasswordPolicy: policy } = await this.#ask("GetAccountPasswordPolicy", (iam) =>
        iam.send(new GetAccountPasswordPolicyCommand({})),
      );
      return {
        minimumLength: policy?.MinimumPasswordLength ?? 0,
        reusePrevention: policy?.PasswordReusePrevention ?? 0,
      };
    });
  }

  async virtualMfaDevices(): Promise<VirtualMfaDevice[]> {
    const devices = await this.#list(
      "ListVirtualMFADevices",
      (iam, Marker) => iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: "Any", MaxItems: PAGE, Marker })),
      ({ VirtualMFADevices }) => VirtualMFADevices,
    );
    return devices.map(({ SerialNumber = "", User }) => ({ serial: SerialNumber, userArn: User?.Arn ?? null }));
  }

  async serviceCredentials(): Promise<ServiceCredential[]> {
    const credentials = await this.#list(
      "ListServiceSpecificCredentials",
      (iam, Marker) => iam.send(new ListServiceSpecificCredentialsCommand({ AllUsers: true, MaxItems: PAGE, Marker })),
      ({ ServiceSpecificCredentials }) => ServiceSpecificCredentials,
    );
    return credentials.map((credential) => ({
      id: credential.ServiceSpecificCredentialId ?? "",
      userName: credential.UserName ?? "",
      service: credential.ServiceName ?? "",
      status: credential.Status ?? "Active",
      createdAt: iso(credential.CreateDate),
      expiresAt: isoOrNull(credential.ExpirationDate),
    }));
  }

  async serverCertificates(): Promise<ServerCertificate[]> {
    const certificates = await this.#list(
      "ListServerCertificates",
      (iam, Marker) => iam.send(new ListServerCertificatesCommand({ MaxItems: PAGE, Marker })),
      ({ ServerCertificateMetadataList }) => ServerCertificateMetadataList,
    );
    return certificates.map(({ ServerCertificateName = "", Arn = "", Expiration }) => ({
      name: ServerCertificateName,
      arn: Arn,
      expiresAt: isoOrNull(Expiration),
    }));
  }

  async identityProviders(): Promise<string[]> {
    const saml = await this.#ask("ListSAMLProviders", (iam) => iam.send(new ListSAMLProvidersCommand({})));
    const oidc = await this.#ask("ListOpenIDConnectProviders", (iam) =>
      iam.send(new ListOpenIDConnectProvidersCommand({})),
    );
    return [...(saml.SAMLProviderList ?? []), ...(oidc.OpenIDConnectProviderList ?? [])].map(({ Arn = "" }) => Arn);
  }

  async organizationFeatures(): Promise<readonly string[] | null> {
    try {
      const { EnabledFeatures } = await this.#ask("ListOrganizationsFeatures", (iam) =>
        iam.send(new ListOrganizationsFeaturesCommand({})),
      );
      return EnabledFeatures ?? [];
    } catch (error) {
      if (error instanceof AwsFailure && error.code.startsWith("ServiceAccessNotEnabled")) return null;
      throw error;
    }
  }

  async users(): Promise<UserRecord[]> {
    const users = await this.#list(
      "ListUsers",
      (iam, Marker) => iam.send(new ListUsersCommand({ MaxItems: PAGE, Marker })),
      ({ Users }) => Users,
    );
    return users.map(({ UserName = "", Arn = "", CreateDate, PasswordLastUsed }) => ({
      userName: UserName,
      arn: Arn,
      createdAt: iso(CreateDate),
      passwordLastUsedAt: isoOrNull(PasswordLastUsed),
    }));
  }

  async hasPassword(userName: string): Promise<boolean> {
    const profile = await orNull(() =>
      this.#ask("GetLoginProfile", (iam) => iam.send(new GetLoginProfileCommand({ UserName: userName }))),
    );
    return profile !== null;
  }

  async accessKeys(userName: string): Promise<AccessKeyRecord[]> {
    const keys = await this.#list(
      "ListAccessKeys",
      (iam, Marker) => iam.send(new ListAccessKeysCommand({ UserName: userName, Marker })),
      ({ AccessKeyMetadata }) => AccessKeyMetadata,
    );
    return keys.map(({ AccessKeyId = "", Status = "Active", CreateDate }) => ({
      accessKeyId: AccessKeyId,
      status: Status,
      createdAt: iso(CreateDate),
    }));
  }

  async accessKeyLastUsed(accessKeyId: string): Promise<LastUse | null> {
    return (await this.accessKeyUser(accessKeyId)).lastUse;
  }

  async accessKeyUser(accessKeyId: string): Promise<{ userName: string | null; lastUse: LastUse | null }> {
    const { UserName = "", AccessKeyLastUsed } = await this.#ask("GetAccessKeyLastUsed", (iam) =>
      iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId })),
    );
    const { LastUsedDate, ServiceName = "", Region = "" } = AccessKeyLastUsed ?? {};
    return {
      userName: UserName === "" ? null : UserName,
      lastUse: LastUsedDate === undefined ? null : { at: iso(LastUsedDate), service: ServiceName, region: Region },
    };
  }

  async mfaDevices(userName: string): Promise<MfaDevice[]> {
    const devices = await this.#list(
      "ListMFADevices",
      (iam, Marker) => iam.send(new ListMFADevicesCommand({ UserName: userName, Marker })),
      ({ MFADevices }) => MFADevices,
    );
    return devices.map(({ SerialNumber = "" }) => ({ serial: SerialNumber, kind: mfaKind(SerialNumber) }));
  }

  async sshPublicKeys(userName: string): Promise<UploadedCredential[]> {
    const keys = await this.#list(
      "ListSSHPublicKeys",
      (iam, Marker) => iam.send(new ListSSHPublicKeysCommand({ UserName: userName, Marker })),
      ({ SSHPublicKeys }) => SSHPublicKeys,
    );
    return keys.map(({ SSHPublicKeyId = "", Status, UploadDate }) => ({
      id: SSHPublicKeyId,
      active: Status === "Active",
      uploadedAt: iso(UploadDate),
    }));
  }

  async signingCertificates(userName: string): Promise<UploadedCredential[]> {
    const certificates = await this.#list(
      "ListSigningCertificates",
      (iam, Marker) => iam.send(new ListSigningCertificatesCommand({ UserName: userName, Marker })),
      ({ Certificates }) => Certificates,
    );
    return certificates.map(({ CertificateId = "", Status, UploadDate }) => ({
      id: CertificateId,
      active: Status === "Active",
      uploadedAt: iso(UploadDate),
    }));
  }

  #ask<T>(action: string, send: (client: IAMClient) => Promise<T>): Promise<T> {
    const call = {
      name: `iam:${action}`,
      attempt: () => {
        this.#calls++;
        return send(this.#client);
      },
      renew: () => {
        this.#client = new IAMClient(this.#session.clientSettings());
      },
    };
    const { waiting, signal } = this.#session.settings;
    return persist(call, this.#pace, waiting, signal);
  }

  async *#pages<P extends Page>(
    action: string,
    send: (client: IAMClient, marker: string | undefined) => Promise<P>,
  ): AsyncGenerator<P> {
    let marker: string | undefined;
    do {
      const from = marker;
      const page = await this.#ask(action, (client) => send(client, from));
      yield page;
      marker = page.IsTruncated === true ? page.Marker : undefined;
    } while (marker !== undefined);
  }

  async #list<P extends Page, T>(
    action: string,
    send: (client: IAMClient, marker: string | undefined) => Promise<P>,
    items: (page: P) => readonly T[] | undefined,
  ): Promise<T[]> {
    const all: T[] = [];
    for await (const page of this.#pages(action, send)) all.push(...(items(page) ?? []));
    return all;
  }
}

/**
 * What a device is, by its serial number: the ARN tells virtual devices from passkeys and security keys; what shows codes has a number.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_checking-status.html
 */
function mfaKind(serial: string): MfaKind {
  if (/^arn:[\w-]+:iam::\d*:u2f\//.test(serial)) return "fido";
  if (/^arn:[\w-]+:iam::\d*:mfa\//.test(serial)) return "virtual";
  return "hardware";
}

function authorizationDetails(page: GetAccountAuthorizationDetailsResponse): AuthorizationDetails {
  const { UserDetailList = [], GroupDetailList = [], RoleDetailList = [], Policies = [] } = page;
  return {
    users: UserDetailList.map((user) => ({
      userName: user.UserName ?? "",
      arn: user.Arn ?? "",
      createdAt: iso(user.CreateDate),
      groups: user.GroupList ?? [],
      inline: inlinePolicies(user.UserPolicyList),
      attached: attachedArns(user.AttachedManagedPolicies),
      boundary: user.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
      tags: tagsOf(user.Tags),
    })),
    groups: GroupDetailList.map((group) => ({
      name: group.GroupName ?? "",
      arn: group.Arn ?? "",
      inline: inlinePolicies(group.GroupPolicyList),
      attached: attachedArns(group.AttachedManagedPolicies),
    })),
    roles: RoleDetailList.map((role) => ({
      name: role.RoleName ?? "",
      path: role.Path ?? "/",
      arn: role.Arn ?? "",
      trust: decoded(role.AssumeRolePolicyDocument),
      inline: inlinePolicies(role.RolePolicyList),
      attached: attachedArns(role.AttachedManagedPolicies),
      boundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    })),
    policies: Policies.map(({ Arn = "", PolicyVersionList = [] }) => ({
      arn: Arn,
      document: decoded(PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion === true)?.Document),
      versions: PolicyVersionList.length,
    })),
  };
}

function inlinePolicies(policies: readonly PolicyDetail[] | undefined): InlinePolicy[] {
  return (policies ?? []).map(({ PolicyName = "", PolicyDocument }) => ({
    name: PolicyName,
    document: decoded(PolicyDocument),
  }));
}

function attachedArns(policies: readonly { readonly PolicyArn?: string | undefined }[] | undefined): string[] {
  return (policies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []);
}

function tagsOf(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** IAM gives documents encoded as in a URL (RFC 3986). */
function decoded(document: string | undefined): string {
  if (document === undefined) return "{}";
  try {
    return decodeURIComponent(document);
  } catch {
    return document;
  }
}

function iso(date: Date | undefined): string {
  return (date ?? new Date(0)).toISOString();
}

function isoOrNull(date: Date | undefined): string | null {
  return date === undefined ? null : date.toISOString();
}

/** Null for what is not there. */
async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AwsFailure && error.kind === "not-found") return null;
    throw error;
  }
}
