import type { AccountRecord } from "../../../src/ledger/audit-history.ts";
import type { AccountId } from "../../../src/model/access-key-id.ts";
import type { AuditedAccount, AuditFinding, AuditHeading } from "../../../src/model/audit-report.ts";
import type { AccessKey, IamUser } from "../../../src/model/iam-user.ts";
import type { Severity } from "../../../src/model/severity.ts";
import { fingerprint } from "./scans.ts";

export const NOTHING: Readonly<Record<Severity, number>> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };

export function account(digit: number): AccountId {
  return String(digit).repeat(12) as AccountId;
}

export function heading(startedAt: string, organizationId: string | null = null): AuditHeading {
  return {
    schema: "keysweep/audit@1",
    tool: { name: "keysweep", version: "1.2.3" },
    startedAt,
    organization: organizationId === null ? null : { id: organizationId, managementAccountId: account(1) },
  };
}

export function key(accessKeyId: string, fields: Partial<AccessKey> = {}): AccessKey {
  return {
    accessKeyId,
    status: "Active",
    createdAt: "2025-01-01T00:00:00.000Z",
    lastUsedAt: null,
    lastUsedService: null,
    lastUsedRegion: null,
    ...fields,
  };
}

export function user(accountId: AccountId, userName: string, keys: readonly AccessKey[] = []): IamUser {
  return {
    accountId,
    userName,
    arn: `arn:aws:iam::${accountId}:user/${userName}`,
    createdAt: "2025-01-01T00:00:00.000Z",
    console: { enabled: false, lastUsedAt: null },
    mfa: [],
    keys,
    tags: {},
  };
}

export function auditFinding(number: number, accountId: AccountId, severity: Severity = "medium"): AuditFinding {
  return {
    fingerprint: fingerprint(number),
    check: "key-age",
    severity,
    title: "An old key",
    detail: "It is old.",
    accountId,
    userName: "ci",
    accessKeyId: null,
    compliance: {},
    remedy: { title: "Replace it", steps: [] },
    allowed: null,
  };
}

export interface RecordFields {
  readonly status?: AuditedAccount["status"];
  readonly users?: readonly IamUser[];
  readonly findings?: readonly AuditFinding[];
}

export function record(
  id: AccountId,
  { status = "audited", users = [], findings = [] }: RecordFields = {},
): AccountRecord {
  return {
    account: {
      id,
      name: null,
      state: "ACTIVE",
      status,
      reason: status === "audited" ? null : "denied",
      permission: null,
      notAssessed: [],
      calls: 6,
      users: users.length,
      keys: users.flatMap(({ keys }) => keys).length,
      summary: NOTHING,
      reportGeneratedAt: null,
    } as AuditedAccount,
    users,
    findings,
  };
}
