import { vi } from "vitest";
import { AuditAllowList } from "../../../src/audit/allow.ts";
import { type AccountResult, audit } from "../../../src/audit/audit.ts";
import { nothingScanned } from "../../../src/audit/scanned-keys.ts";
import { USUAL_SETTINGS } from "../../../src/audit/settings.ts";
import { auditAccess } from "../../../src/cli/audit/audit-access.ts";
import type { AuditPlan, OrganizationPlan } from "../../../src/cli/audit/audit-plan.ts";
import { detectorScreen } from "../../../src/cli/audit/secret-screen.ts";
import type { AuditedAccount, AuditFinding } from "../../../src/model/audit-report.ts";
import type { IamUser } from "../../../src/model/iam-user.ts";
import type { Organization } from "../../../src/model/organization.ts";
import type { Credentials, Gateway } from "./gateway.ts";
import { quickWaiting } from "./quick-waiting.ts";

/** What an audit came to. */
export interface Audited {
  readonly organization: Organization | null;
  readonly accounts: readonly AuditedAccount[];
  readonly users: readonly IamUser[];
  readonly findings: readonly AuditFinding[];
  /** What was waited for in all, in milliseconds: it took no time. */
  readonly sleptMs: number;
  account(id: string): AuditedAccount;
  user(name: string): IamUser;
  /** `check user` of each finding. */
  readonly said: readonly string[];
}

/** Credentials, as the SDK's chain finds them in the environment; the endpoint too. */
export function stubAwsEnvironment(
  gateway: Gateway,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
): void {
  vi.stubEnv("AWS_ENDPOINT_URL", gateway.url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
  vi.stubEnv("AWS_SESSION_TOKEN", sessionToken);
  vi.stubEnv("AWS_REGION", "us-east-1");
  for (const name of ["AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]) vi.stubEnv(name, undefined);
}

export const WHOLE_ORGANIZATION: OrganizationPlan = {
  selection: { units: [], include: [], exclude: [] },
  role: "keysweep-audit",
  externalId: "e-1",
  concurrency: 4,
};

/** Runs an audit as the command does, but for configuration and report. */
export async function audited(
  plan: Partial<AuditPlan> = {},
  { onOpen = () => {}, answerMs = 5000 }: { onOpen?: (account: string) => void; answerMs?: number } = {},
): Promise<Audited> {
  const waiting = quickWaiting();
  const { signal } = new AbortController();
  const whole: AuditPlan = {
    profile: null,
    region: null,
    via: [],
    organization: null,
    exact: false,
    settings: USUAL_SETTINGS,
    allowList: new AuditAllowList([], "2026-11-21"),
    ...plan,
  };
  const access = await auditAccess(whole, { waiting, signal, timeouts: { connectionMs: 5000, answerMs } });
  const results: AccountResult[] = [];
  try {
    await audit(
      access.accounts,
      {
        ...whole,
        now: waiting.now() + access.clockAheadMs,
        isRotating: () => false,
        scans: nothingScanned("these audits have no ledger"),
        screen: detectorScreen,
        concurrency: whole.organization?.concurrency ?? 1,
        waiting,
        signal,
        open: async (account) => {
          const open = await access.open(account);
          onOpen(account.id);
          return open;
        },
      },
      (result) => results.push(result),
    );
  } finally {
    access.close();
  }
  const inOrder = results.toSorted((a, b) => a.index - b.index);
  const accounts = inOrder.map(({ account }) => account);
  const users = inOrder.flatMap((result) => result.users);
  const findings = inOrder.flatMap((result) => result.findings);
  return {
    organization: access.organization,
    accounts,
    users,
    findings,
    sleptMs: waiting.sleptMs,
    account: (id) => found(accounts.find((account) => account.id === id)),
    user: (name) => found(users.find(({ userName }) => userName === name)),
    said: findings.map(({ check, userName }) => [check, userName].filter(Boolean).join(" ")),
  };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("it is not in the audit");
  return value;
}
