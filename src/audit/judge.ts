import type { AuditFinding, NotAssessed } from "../model/audit-report.ts";
import type { Remedy } from "../model/finding.ts";
import { severityRank } from "../model/severity.ts";
import { shellWord } from "../model/shell-word.ts";
import type { AuditAllowList } from "./allow.ts";
import { CHECKS } from "./checks/all.ts";
import type { Check, Observation } from "./checks/check.ts";
import { auditFingerprint } from "./fingerprint.ts";
import type { AuditedUser, Fact, Gap, Inventory } from "./inventory.ts";
import { PolicyBook } from "./policy/permissions.ts";
import type { ScannedKeys } from "./scanned-keys.ts";
import type { SecretScreen } from "./secret-screen.ts";
import type { AuditSettings } from "./settings.ts";

export interface JudgeOptions {
  readonly settings: AuditSettings;
  /** In milliseconds since 1970, by AWS's clock. */
  readonly now: number;
  readonly allowList: AuditAllowList;
  /** Whether keysweep is replacing the user's key right now: then two active keys are as they should be. */
  isRotating(user: AuditedUser): boolean;
  readonly scans: ScannedKeys;
  readonly screen: SecretScreen;
}

export interface Judgement {
  /** Worst first, and those of one user together. */
  readonly findings: readonly AuditFinding[];
  readonly notAssessed: readonly NotAssessed[];
}

/** Makes every check whose facts are known. */
export function judge(inventory: Inventory, { allowList, screen, ...options }: JudgeOptions): Judgement {
  const context = { ...options, policies: new PolicyBook(inventory.policies, inventory.groups) };
  const gaps = allGaps(inventory, options.scans);
  const findings: AuditFinding[] = [];
  const notAssessed: NotAssessed[] = [];
  for (const check of CHECKS) {
    const gap = check.needs.map((fact) => gaps.get(fact)).find((found) => found !== undefined);
    if (gap !== undefined) {
      notAssessed.push({ check: check.name, ...gap });
      continue;
    }
    for (const observation of check.judge(inventory, context)) {
      const finding = findingOf(check, observation, inventory, screen);
      findings.push({ ...finding, allowed: allowList.allowing(finding) });
    }
    const unseen = unseenUsers(check, inventory.users);
    if (unseen > 0) {
      notAssessed.push({
        check: check.name,
        reason: `${unseen} users without a password or a key were not asked about; --exact does`,
        permission: null,
        failure: false,
      });
    }
  }
  return { findings: findings.sort(worstFirst), notAssessed };
}

/** What is not known of the account, and of scans. */
function allGaps({ gaps, organization }: Inventory, { unknown, outside }: ScannedKeys): ReadonlyMap<Fact, Gap> {
  const all = new Map(gaps);
  if (unknown !== null) all.set("scans", { reason: unknown, permission: null, failure: false });
  if (organization !== null && outside === null && unknown === null) {
    all.set("organization-accounts", {
      reason: "only an audit without --ou lists them all",
      permission: null,
      failure: false,
    });
  }
  return all;
}

/** Users of whom a check knows nothing, because only IAM itself would tell. */
function unseenUsers({ needs }: Check, users: readonly AuditedUser[]): number {
  return needs.includes("ssh-keys") ? users.filter(({ detailed }) => !detailed).length : 0;
}

function worstFirst(a: AuditFinding, b: AuditFinding): number {
  return severityRank(a.severity) - severityRank(b.severity) || compare(a.userName ?? "", b.userName ?? "");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function findingOf(
  check: Check,
  observation: Observation,
  { accountId }: Inventory,
  screen: SecretScreen,
): AuditFinding {
  const { detail, userName = null, accessKeyId = null, subject = null, severity = check.severity } = observation;
  return {
    fingerprint: auditFingerprint({ check: check.name, accountId, userName, accessKeyId, subject }),
    check: check.name,
    severity,
    title: check.title,
    // Users are screened where they are read; this may name roles, groups, policies, certificates.
    detail: screen.text(detail),
    accountId,
    userName,
    accessKeyId,
    compliance: check.compliance,
    remedy: filled(check.remedy, { accountId, userName, accessKeyId }),
    allowed: null,
  };
}

function filled({ title, steps }: Remedy, names: Readonly<Record<string, string | null>>): Remedy {
  const fill = (text: string): string =>
    text.replace(/\{(accountId|userName|accessKeyId)\}/g, (placeholder, name: string) => {
      const value = names[name] ?? null;
      // Steps are commands for a shell, and what is read is not trusted to be a plain name.
      return value === null ? placeholder : shellWord(value);
    });
  return { title, steps: steps.map(fill) };
}
