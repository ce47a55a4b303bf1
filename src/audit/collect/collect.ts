import type { AccountId } from "../../model/access-key-id.ts";
import { AwsFailure } from "../../model/aws-failure.ts";
import type {
  AuthorizationDetails,
  IamReader,
  ServiceCredential,
  UserDetails,
  VirtualMfaDevice,
} from "../../model/iam-reader.ts";
import type { AccessKey } from "../../model/iam-user.ts";
import type { AuditedUser, Inventory, RootFacts } from "../inventory.ts";
import type { HeldSecret, SecretScreen } from "../secret-screen.ts";
import { type ReportRow, ROOT } from "./credential-report.ts";
import { Gaps } from "./gaps.ts";
import type { CredentialReport } from "./report.ts";

/** What is asked of one account. */
export interface CollectRequest {
  readonly accountId: AccountId;
  /** Ask about every user, not only about those whom the report shows to have a password or a key. */
  readonly exact: boolean;
  /** `management`: what the organisation manages centrally is read here; `alone`: no organisation is audited. */
  readonly membership: "management" | "member" | "alone";
  readonly screen: SecretScreen;
}

/**
 * Reads one account by the hybrid method: the credential report first, then IAM itself about the users whom the report shows to have a
 * password or a key, and about those it does not know yet. What the report says is not there is not asked for: it is up to four hours old.
 * @param report the report, or why there is none; then IAM is asked about every user.
 * @throws AwsFailure only when nothing can be read any more.
 */
export async function collect(
  reader: IamReader,
  report: CredentialReport | AwsFailure,
  { accountId, exact, membership, screen }: CollectRequest,
): Promise<Inventory> {
  const gaps = new Gaps();
  if (report instanceof AwsFailure) {
    gaps.add("credential-report", { reason: report.message, permission: report.permission, failure: true });
  }
  if (membership === "alone") {
    for (const fact of ["organization-features", "organization-accounts"] as const)
      gaps.add(fact, { reason: "only --organization reads it", permission: null, failure: false });
  }
  const known = report instanceof AwsFailure ? null : report;
  const [summary, details, passwordPolicy, virtualDevices, serviceCredentials, features] = await Promise.all([
    gaps.read("account-summary", {}, () => reader.accountSummary()),
    gaps.read("authorization-details", NO_DETAILS, () => allDetails(reader)),
    gaps.read("password-policy", null, () => reader.passwordPolicy()),
    gaps.read("virtual-mfa-devices", [], () => reader.virtualMfaDevices()),
    gaps.read("service-credentials", [], () => reader.serviceCredentials()),
    membership === "management"
      ? gaps.read("organization-features", null, () => reader.organizationFeatures())
      : Promise.resolve(null),
  ]);
  // IAM's own count spares the calls that would find nothing.
  const some = (count: string): boolean => gaps.has("account-summary") || (summary[count] ?? 1) > 0;
  const [serverCertificates, identityProviders] = await Promise.all([
    some("ServerCertificates")
      ? gaps.read("server-certificates", [], () => reader.serverCertificates())
      : Promise.resolve([]),
    some("Providers") ? gaps.read("identity-providers", [], () => reader.identityProviders()) : Promise.resolve([]),
  ]);
  const users = await new UserCollector(reader, gaps, accountId, screen, {
    exact: exact || known === null,
    report: known,
    details: details.users,
    serviceCredentials,
    virtualDevices,
  }).users();
  return {
    accountId,
    root: rootFacts(summary, known, virtualDevices),
    users,
    groups: details.groups,
    roles: details.roles,
    policies: details.policies,
    passwordPolicy,
    serverCertificates,
    identityProviders,
    organization: membership === "management" ? { features } : null,
    reportGeneratedAt: known?.generatedAt ?? null,
    gaps: gaps.all,
  };
}

const NO_DETAILS: AuthorizationDetails = { users: [], groups: [], roles: [], policies: [] };

async function allDetails(reader: IamReader): Promise<AuthorizationDetails> {
  const pages: AuthorizationDetails[] = [];
  for await (const page of reader.authorizationDetails()) pages.push(page);
  return {
    users: pages.flatMap(({ users }) => users),
    groups: pages.flatMap(({ groups }) => groups),
    roles: pages.flatMap(({ roles }) => roles),
    policies: pages.flatMap(({ policies }) => policies),
  };
}

function rootFacts(
  summary: Readonly<Record<string, number>>,
  report: CredentialReport | null,
  virtualDevices: readonly VirtualMfaDevice[],
): RootFacts {
  const row = report?.rows.find(({ userName }) => userName === ROOT);
  const uses = [row?.passwordLastUsedAt, ...(row?.keys ?? []).map(({ lastUsedAt }) => lastUsedAt)];
  const hasMfa = (summary.AccountMFAEnabled ?? 0) > 0;
  const virtual = virtualDevices.some(({ userArn }) => userArn?.endsWith(":root") === true);
  return {
    hasKey: (summary.AccountAccessKeysPresent ?? 0) > 0,
    hasPassword: (summary.AccountPasswordPresent ?? 1) > 0,
    mfa: hasMfa ? (virtual ? "virtual" : "hardware") : "none",
    hasCertificate: (row?.activeCertificates ?? 0) > 0 || (summary.AccountSigningCertificatesPresent ?? 0) > 0,
    lastUsedAt: latest(uses),
  };
}

function latest(times: readonly (string | null | undefined)[]): string | null {
  return (
    times
      .filter((time) => typeof time === "string")
      .sort()
      .at(-1) ?? null
  );
}

interface UserSources {
  readonly exact: boolean;
  readonly report: CredentialReport | null;
  readonly details: readonly UserDetails[];
  readonly serviceCredentials: readonly ServiceCredential[];
  readonly virtualDevices: readonly VirtualMfaDevice[];
}

/** A user by name, before anything is asked about it. */
interface Known {
  readonly userName: string;
  readonly arn: string;
  readonly createdAt: string;
  readonly row: ReportRow | null;
  readonly details: UserDetails | null;
  readonly passwordLastUsedAt: string | null;
}

/** What somebody wrote of a user, as it may be shown. */
function screenedUser(
  { userName, arn, details }: Known,
  screen: SecretScreen,
): Pick<AuditedUser, "userName" | "arn" | "tags" | "heldSecrets" | "details"> {
  const name = screen.name(userName);
  const path = arn.slice(0, arn.length - userName.length);
  const shownPath = screen.text(path);
  const { tags, held } = screen.tags(details?.tags ?? {});
  const inText = (where: string): HeldSecret => ({ where, accessKeyId: null, isCertain: false });
  return {
    userName: name,
    arn: shownPath + name,
    tags,
    heldSecrets: [
      ...(name === userName ? [] : [inText("its name")]),
      ...(shownPath === path ? [] : [inText("its path")]),
      ...held,
    ],
    details: details === null ? null : { ...details, tags },
  };
}

/** Puts the users of one account together. */
class UserCollector {
  readonly #reader: IamReader;
  readonly #gaps: Gaps;
  readonly #accountId: AccountId;
  readonly #screen: SecretScreen;
  readonly #sources: UserSources;

  constructor(reader: IamReader, gaps: Gaps, accountId: AccountId, screen: SecretScreen, sources: UserSources) {
    this.#reader = reader;
    this.#gaps = gaps;
    this.#accountId = accountId;
    this.#screen = screen;
    this.#sources = sources;
  }

  async users(): Promise<AuditedUser[]> {
    const found = await Promise.all((await this.#known()).map((known) => this.#user(known)));
    return found.filter((user) => user !== null);
  }

  /** Who there is now. The report may be hours old, so it only tells who there is where nothing newer does. */
  async #known(): Promise<Known[]> {
    const { exact, report, details } = this.#sources;
    const rows = new Map(
      (report?.rows ?? []).filter(({ userName }) => userName !== ROOT).map((row) => [row.userName, row]),
    );
    const detailed = new Map(details.map((user) => [user.userName, user]));
    const listed = exact ? await this.#gaps.read("users", null, () => this.#reader.users()) : null;
    const current = listed ?? (this.#gaps.has("authorization-details") ? [...rows.values()] : details);
    return current.map(({ userName, arn, createdAt, ...rest }) => {
      const row = rows.get(userName) ?? null;
      const passwordLastUsedAt =
        "passwordLastUsedAt" in rest ? rest.passwordLastUsedAt : (row?.passwordLastUsedAt ?? null);
      return { userName, arn, createdAt, row, details: detailed.get(userName) ?? null, passwordLastUsedAt };
    });
  }

  /** Null: it was deleted meanwhile. */
  async #user(known: Known): Promise<AuditedUser | null> {
    const { exact, serviceCredentials, virtualDevices } = this.#sources;
    const { userName, arn, createdAt, row, passwordLastUsedAt } = known;
    const ask = exact || row === null || row.hasPassword || row.keys.length > 0;
    const virtual = virtualDevices.filter(({ userArn }) => userArn === arn);
    const asksAboutMfa = ask || (row.mfaActive && virtual.length === 0);
    try {
      const [hasPassword, keys, mfa, sshKeys, signingCertificates] = await Promise.all([
        exact || row === null
          ? this.#gaps.read("passwords", false, () => this.#reader.hasPassword(userName))
          : Promise.resolve(row.hasPassword),
        exact || row === null || row.keys.length > 0 ? this.#keys(userName) : Promise.resolve([]),
        asksAboutMfa
          ? this.#gaps.read("mfa-devices", [], () => this.#reader.mfaDevices(userName))
          : Promise.resolve(virtual.map(({ serial }) => ({ serial, kind: "virtual" as const }))),
        ask ? this.#gaps.read("ssh-keys", [], () => this.#reader.sshPublicKeys(userName)) : Promise.resolve([]),
        exact || row === null || row.activeCertificates > 0
          ? this.#gaps.read("signing-certificates", [], () => this.#reader.signingCertificates(userName))
          : Promise.resolve([]),
      ]);
      return {
        accountId: this.#accountId,
        ...screenedUser(known, this.#screen),
        createdAt,
        console: { enabled: hasPassword, lastUsedAt: hasPassword ? passwordLastUsedAt : null },
        mfa: mfa.map(({ serial, kind }) => ({ serial: this.#screen.text(serial), kind })),
        keys,
        detailed: ask,
        serviceCredentials: serviceCredentials.filter((credential) => credential.userName === userName),
        sshKeys,
        signingCertificates,
      };
    } catch (error) {
      if (error instanceof AwsFailure && error.kind === "not-found") return null;
      throw error;
    }
  }

  async #keys(userName: string): Promise<AccessKey[]> {
    const keys = await this.#gaps.read("access-keys", [], () => this.#reader.accessKeys(userName));
    const complete = await Promise.all(
      keys.map(async (key) => {
        const use = await this.#lastUse(key.accessKeyId);
        if (use === "gone") return [];
        return [
          {
            ...key,
            lastUsedAt: use?.at ?? null,
            lastUsedService: use?.service ?? null,
            lastUsedRegion: use?.region ?? null,
          },
        ];
      }),
    );
    return complete.flat();
  }

  /** IAM says of a key that was deleted what it says of a user: it is not there. */
  async #lastUse(accessKeyId: string) {
    try {
      return await this.#gaps.read("last-uses", null, () => this.#reader.accessKeyLastUsed(accessKeyId));
    } catch (error) {
      if (error instanceof AwsFailure && error.kind === "not-found") return "gone";
      throw error;
    }
  }
}
