import { readFileSync, statSync } from "node:fs";
import { compare, isWorse } from "../../ledger/compare.ts";
import type { AuditChanges } from "../../model/audit-changes.ts";
import type { AuditFinding, AuditReport } from "../../model/audit-report.ts";
import { KeysweepError } from "../../model/error.ts";
import type { Fingerprint } from "../../model/finding.ts";
import type { Place } from "../../model/place.ts";
import type { ScanChanges } from "../../model/scan-changes.ts";
import type { ScanReport } from "../../model/scan-report.ts";
import { type EarlierReport, type EarlierScanFinding, earlierAudit, earlierScan } from "../../report/earlier-report.ts";
import { isRule, ruleNamed } from "../../scan/rules.ts";
import { shownName, shownPlace } from "../../scan/shown-name.ts";

/** An earlier report of a scan, read before the scan begins, that it is compared with. */
export interface ScanBaseline {
  /** @param lookedAt whether the scan looked at a place; null: it looked at a change, or at a stream, and cannot tell. */
  changesIn(report: ScanReport, lookedAt: ((place: Place) => boolean) | null): ScanChanges;
}

/** An earlier report of an audit, read before the audit begins, that it is compared with. */
export interface AuditBaseline {
  /** In the accounts that the audit came to. */
  changesIn(report: Pick<AuditReport, "findings" | "coverage">): AuditChanges;
}

/** The longest text that a string can be made of, nearly. */
const LARGEST_BYTES = 500 * 1024 * 1024;

/** @throws KeysweepError `usage` when the file cannot be read, or is no report of a scan. */
export function scanBaseline(path: string): ScanBaseline {
  const earlier = read(path, earlierScan);
  return { changesIn: (report, lookedAt) => scanChanges(earlier, report, lookedAt) };
}

/** @throws KeysweepError `usage` when the file cannot be read, or is no report of an audit. */
export function auditBaseline(path: string): AuditBaseline {
  const earlier = read(path, earlierAudit);
  return { changesIn: (report) => auditChanges(earlier, report) };
}

/** Why a file cannot be read, in words where it is what happens to people. */
function unread(error: unknown): string {
  const { code = "error" } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "it does not exist";
  return code === "EISDIR" ? "it is a folder" : code === "EACCES" ? "you may not read it" : code;
}

interface Earlier<F> extends EarlierReport<F> {
  /** The file's name, as far as it may be shown. */
  readonly name: string;
}

function read<F>(path: string, parse: (text: string) => EarlierReport<F>): Earlier<F> {
  const name = shownName(path);
  try {
    const { finishedAt, findings } = parse(textOf(path));
    return { name, finishedAt, findings };
  } catch (error) {
    const { message, hint } = error instanceof KeysweepError ? error : { message: unread(error), hint: null };
    throw new KeysweepError("usage", `--baseline ${name}: ${message}`, {
      hint: hint ?? "Check the name, and that you may read the file.",
      cause: error,
    });
  }
}

function textOf(path: string): string {
  if (statSync(path).size > LARGEST_BYTES) throw new KeysweepError("usage", "it is too large");
  return readFileSync(path, "utf8");
}

function scanChanges(
  { name, finishedAt, findings }: Earlier<EarlierScanFinding>,
  report: ScanReport,
  lookedAt: ((place: Place) => boolean) | null,
): ScanChanges {
  const { new: added, worse, gone, unread } = compare(findings, report.findings, lookedAt ?? (() => false));
  return {
    since: finishedAt,
    baseline: name,
    new: added,
    worse,
    gone: gone.flatMap(earlierFinding),
    // Of a change nothing else is expected.
    unread: lookedAt === null ? [] : unread.flatMap(earlierFinding),
  };
}

/** Nothing of the file's own words: the title is the rule's, and a name that may hold a secret is withheld. */
function earlierFinding(finding: EarlierScanFinding): ScanChanges["gone"] {
  const { fingerprint, rule, severity, accessKeyId, accountId } = finding;
  const [place] = finding.places;
  if (place === undefined) return [];
  const title = isRule(rule) ? ruleNamed(rule).title : rule;
  return [{ fingerprint, rule, severity, title, accessKeyId, accountId, place: shownPlace(place) }];
}

function auditChanges(
  { name, finishedAt, findings }: Earlier<AuditFinding>,
  report: Pick<AuditReport, "findings" | "coverage">,
): AuditChanges {
  const before = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  const added: Fingerprint[] = [];
  const worse: Fingerprint[] = [];
  for (const finding of report.findings) {
    const earlier = before.get(finding.fingerprint);
    if (earlier === undefined) added.push(finding.fingerprint);
    else if (isWorse(finding, earlier)) worse.push(finding.fingerprint);
    before.delete(finding.fingerprint);
  }
  const statuses = new Map(report.coverage.accounts.map(({ id, status }) => [id, status]));
  const missing = Map.groupBy(before.values(), ({ accountId }) => statuses.get(accountId) ?? "not-reached");
  return {
    since: finishedAt,
    baseline: name,
    new: added,
    worse,
    gone: missing.get("audited") ?? [],
    unread: missing.get("error") ?? [],
  };
}
