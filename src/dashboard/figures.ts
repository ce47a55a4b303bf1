import type { RotationReport } from "../model/rotation.ts";
import { SEVERITIES, type Severity, severityRank } from "../model/severity.ts";
import { type FindingRow, hasLeft, isUnderWay, type RotationRow, type UserRow } from "./rows.ts";

/** How exposed we are, in a few numbers. */
export interface Figures {
  /** Findings that nobody allowed; a key that a scan and an audit tell of counts once, as the worse of the two. */
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly allowed: number;
  /** Those of the findings that are worst, the worst first, new ones before others. */
  readonly worst: readonly FindingRow[];
  /** Keys that lie somewhere with their secret, and are not known to be inactive. */
  readonly liveOnDisk: number;
  readonly activeKeys: number;
  readonly users: number;
  /** The oldest active key of a user; null: there is none. */
  readonly oldest: { readonly days: number; readonly userName: string; readonly accountId: string } | null;
  /** Active keys by age: at most 30, 90, 180, 365 days, and more. */
  readonly ages: readonly number[];
  /** Users who sign in with a password and no second factor. */
  readonly withoutMfa: number;
  readonly underWay: number;
  readonly due: number;
  readonly stuck: number;
}

/** The last days of the bars of {@link Figures.ages}. */
export const AGE_BOUNDS = [30, 90, 180, 365] as const;

/** Worked out when something was read, never when something is drawn. */
export function figuresOf(
  findings: readonly FindingRow[],
  users: readonly UserRow[],
  rotations: readonly RotationRow[],
  now: number,
): Figures {
  const bySeverity: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  let allowed = 0;
  const repeated = repeatedAmong(findings);
  for (const row of findings) {
    if (repeated.has(row)) continue;
    if (row.allowed === null) bySeverity[row.severity]++;
    else allowed++;
  }
  const ages = [0, 0, 0, 0, 0];
  let activeKeys = 0;
  let withoutMfa = 0;
  let oldest: Figures["oldest"] = null;
  for (const { user, oldestDays, activeKeys: active } of users) {
    activeKeys += active;
    if (user.mfa.length === 0 && user.console.enabled) withoutMfa++;
    if (active > 0 && oldestDays > (oldest?.days ?? -1)) {
      oldest = { days: oldestDays, userName: user.userName, accountId: user.accountId };
    }
    for (const { status, createdAt } of user.keys) {
      if (status !== "Active") continue;
      const days = (now - Date.parse(createdAt)) / 86_400_000;
      const at = AGE_BOUNDS.findIndex((bound) => days <= bound);
      const bar = at < 0 ? AGE_BOUNDS.length : at;
      ages[bar] = (ages[bar] ?? 0) + 1;
    }
  }
  const states = rotations.map(({ report }) => report);
  return {
    bySeverity,
    allowed,
    worst: worstOf(findings.filter((row) => !repeated.has(row))),
    liveOnDisk: findings.filter(isLiveOnDisk).length,
    activeKeys,
    users: users.length,
    oldest,
    ages,
    withoutMfa,
    underWay: states.filter((report) => isUnderWay(report) && !waitsForPerson(report)).length,
    due: states.filter(
      ({ state, nextStepAt }) => state === "idle" && nextStepAt !== null && Date.parse(nextStepAt) <= now,
    ).length,
    stuck: states.filter(waitsForPerson).length,
  };
}

/** The check of audits that tells of what scans have found. */
const KEY_ON_DISK = "key-on-disk";

/** Where a scan and an audit tell of the same key, the one that says less of it; of two that say as much, the audit's, which has no place. */
function repeatedAmong(findings: readonly FindingRow[]): ReadonlySet<FindingRow> {
  const ofAudit = new Map<string, FindingRow>();
  for (const row of findings)
    if (row.source.kind === "account" && row.rule === KEY_ON_DISK && row.accessKeyId !== null && row.allowed === null)
      ofAudit.set(row.accessKeyId, row);
  const repeated = new Set<FindingRow>();
  if (ofAudit.size === 0) return repeated;
  for (const row of findings) {
    const audited = row.accessKeyId === null || row.allowed !== null ? undefined : ofAudit.get(row.accessKeyId);
    if (audited === undefined || row.source.kind !== "disk" || !row.source.finding.hasSecret) continue;
    repeated.add(severityRank(audited.severity) < severityRank(row.severity) ? row : audited);
  }
  return repeated;
}

/** More than any screen has room for. */
const MOST_WORST = 50;

function worstOf(findings: readonly FindingRow[]): readonly FindingRow[] {
  const kept: FindingRow[] = [];
  for (let rank = 0; rank < SEVERITIES.length && kept.length < MOST_WORST; rank++) {
    const of = findings.filter(({ severity, allowed }) => allowed === null && severityRank(severity) === rank);
    const fresh = of.filter(({ isNew }) => isNew).slice(0, MOST_WORST);
    const known = of.filter(({ isNew }) => !isNew).slice(0, MOST_WORST);
    kept.push(...[...fresh, ...known].slice(0, MOST_WORST - kept.length));
  }
  return kept;
}

function waitsForPerson(report: RotationReport): boolean {
  return report.state === "stuck" || report.state === "reactivated" || hasLeft(report);
}

function isLiveOnDisk({ source, allowed, severity }: FindingRow): boolean {
  // Keys of documentations are nobody's.
  if (source.kind !== "disk" || allowed !== null || severity === "info") return false;
  const { hasSecret, canary, owner, accessKeyId } = source.finding;
  return hasSecret && !canary && accessKeyId !== null && (owner === null || owner.status === "Active");
}

export const NO_FIGURES: Figures = figuresOf([], [], [], 0);

export function total({ bySeverity }: Pick<Figures, "bySeverity">): number {
  return SEVERITIES.reduce((sum, severity) => sum + bySeverity[severity], 0);
}
