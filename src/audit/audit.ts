import type { AccountId } from "../model/access-key-id.ts";
import type { AuditedAccount, AuditFinding } from "../model/audit-report.ts";
import { AwsFailure } from "../model/aws-failure.ts";
import type { IamReader } from "../model/iam-reader.ts";
import type { IamUser } from "../model/iam-user.ts";
import type { AccountState } from "../model/organization.ts";
import type { Severity } from "../model/severity.ts";
import { Places } from "../runtime/places.ts";
import type { Waiting } from "../runtime/waiting.ts";
import { type CollectRequest, collect } from "./collect/collect.ts";
import { type CredentialReport, credentialReport } from "./collect/report.ts";
import type { AuditedUser, Inventory } from "./inventory.ts";
import { type JudgeOptions, judge } from "./judge.ts";
import type { SecretScreen } from "./secret-screen.ts";

/** An account that is to be audited, or is left out. */
export interface AccountRequest {
  readonly id: AccountId;
  readonly name: string | null;
  readonly state: AccountState | null;
  /** Why it is left out; null: it is not. */
  readonly leftOut: string | null;
  readonly membership: CollectRequest["membership"];
}

/** An account that can be read. */
export interface OpenAccount {
  readonly reader: IamReader;
  /** Attempts at calls so far. */
  readonly calls: number;
}

/** What is known of one account when it is done. */
export interface AccountResult {
  /** In the order of the request, from 0. */
  readonly index: number;
  readonly account: AuditedAccount;
  readonly users: readonly IamUser[];
  readonly findings: readonly AuditFinding[];
}

export interface AuditOptions extends JudgeOptions {
  readonly exact: boolean;
  /** How many accounts are read at once. */
  readonly concurrency: number;
  readonly waiting: Waiting;
  readonly signal: AbortSignal;
  /** Gets into an account. @throws AwsFailure. */
  open(account: AccountRequest): Promise<OpenAccount>;
}

/** How many accounts may be waiting for their reports for each that is read: waiting takes seconds, and costs next to nothing. */
const STARTED_AHEAD = 4;

/**
 * Audits accounts, many at once, and hands each over as it is done: nothing of it is kept.
 * A refusal ends no more than its account.
 */
export async function audit(
  accounts: readonly AccountRequest[],
  options: AuditOptions,
  onAccount: (result: AccountResult) => void,
): Promise<void> {
  const reading = new Places(options.concurrency);
  const started = new Places(options.concurrency * STARTED_AHEAD);
  await Promise.all(
    accounts.map((account, index) =>
      started.within(async () => {
        options.signal.throwIfAborted();
        const { account: audited, ...rest } = await auditAccount(account, options, reading);
        onAccount({ index, account: screened(audited, options.screen), ...rest });
      }),
    ),
  );
}

type Outcome = Omit<AccountResult, "index">;

async function auditAccount(account: AccountRequest, options: AuditOptions, reading: Places): Promise<Outcome> {
  if (account.leftOut !== null)
    return unread(account, "skipped", { reason: account.leftOut, permission: null, calls: 0 });
  let open: OpenAccount | null = null;
  try {
    open = await options.open(account);
    const { reader } = open;
    const report = await reportOrFailure(reader, options);
    const inventory = await reading.within(() =>
      collect(reader, report, {
        accountId: account.id,
        exact: options.exact,
        membership: account.membership,
        screen: options.screen,
      }),
    );
    return judged(account, inventory, options, open.calls);
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    const { message: reason, permission } = error;
    return unread(account, "error", { reason, permission, calls: open?.calls ?? 0 });
  }
}

async function reportOrFailure(
  reader: IamReader,
  { waiting, signal }: AuditOptions,
): Promise<CredentialReport | AwsFailure> {
  try {
    return await credentialReport(reader, waiting, signal);
  } catch (error) {
    if (error instanceof AwsFailure && error.kind !== "expired") return error;
    throw error;
  }
}

function judged(account: AccountRequest, inventory: Inventory, options: AuditOptions, calls: number): Outcome {
  const { findings, notAssessed } = judge(inventory, options);
  const failures = [...inventory.gaps.values()].filter(({ failure }) => failure);
  const permissions = [...new Set(failures.flatMap(({ permission }) => permission ?? []))];
  return {
    account: {
      id: account.id,
      name: account.name,
      state: account.state,
      status: failures.length > 0 ? "error" : "audited",
      reason: failures.length > 0 ? [...new Set(failures.map(({ reason }) => reason))].join("; ") : null,
      permission: permissions.length > 0 ? permissions.join(", ") : null,
      notAssessed,
      calls,
      users: inventory.users.length,
      keys: inventory.users.reduce((sum, { keys }) => sum + keys.length, 0),
      summary: summaryOf(findings),
      reportGeneratedAt: inventory.reportGeneratedAt,
    },
    users: inventory.users.map(plainUser),
    findings,
  };
}

function unread(
  { id, name, state }: AccountRequest,
  status: "skipped" | "error",
  { reason, permission, calls }: { reason: string; permission: string | null; calls: number },
): Outcome {
  return {
    account: {
      id,
      name,
      state,
      status,
      reason,
      permission,
      notAssessed: [],
      calls,
      users: 0,
      keys: 0,
      summary: summaryOf([]),
      reportGeneratedAt: null,
    },
    users: [],
    findings: [],
  };
}

/** What AWS refuses with names what was asked for, and people name accounts. */
function screened(account: AuditedAccount, screen: SecretScreen): AuditedAccount {
  const shown = (text: string | null): string | null => (text === null ? null : screen.text(text));
  return {
    ...account,
    name: shown(account.name),
    reason: shown(account.reason),
    notAssessed: account.notAssessed.map((row) => ({ ...row, reason: screen.text(row.reason) })),
  };
}

/** A user without what only checks look at. */
function plainUser({ accountId, userName, arn, createdAt, console, mfa, keys, tags }: AuditedUser): IamUser {
  return { accountId, userName, arn, createdAt, console, mfa, keys, tags };
}

function summaryOf(findings: readonly AuditFinding[]): Record<Severity, number> {
  const summary = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity, allowed } of findings) if (allowed === null) summary[severity]++;
  return summary;
}
