import type { Finding, Fingerprint } from "../../model/finding.ts";
import { type Comparison, compare } from "../compare.ts";
import type { RememberedFinding, ScanRun } from "../scan-history.ts";
import type { Connection } from "./connection.ts";

/** What a scan was asked to look at, as it is kept. */
export interface ScopeRow {
  readonly id: number;
  readonly last_finished_at: string | null;
}

/** A finding that was there, or could not be looked at, when its scope was scanned last. */
export interface OpenRow {
  readonly id: number;
  readonly credential: number;
  readonly seen: 0 | 1;
  readonly text: string;
}

/** What is known of a scope before a run, and what the run makes of it. */
export interface Judged {
  readonly scope: ScopeRow;
  readonly open: ReadonlyMap<Fingerprint, OpenRow>;
  /** The run's findings as they are kept. */
  readonly texts: ReadonlyMap<Fingerprint, string>;
  readonly comparison: Comparison;
}

/** Compares a run with what is known of its scope. */
export function judge(connection: Connection, scope: ScopeRow, { report, lookedAt }: ScanRun): Judged {
  const open = openRows(connection, scope);
  const texts = new Map<Fingerprint, string>();
  // Most findings stay as they are, and need not be read again from their text.
  const unchanged = new Map<Fingerprint, RememberedFinding>();
  for (const finding of report.findings) {
    const text = keptText(finding);
    texts.set(finding.fingerprint, text);
    if (open.get(finding.fingerprint)?.text === text) unchanged.set(finding.fingerprint, finding);
  }
  const known = Array.from(
    open,
    ([fingerprint, { text }]) => unchanged.get(fingerprint) ?? (JSON.parse(text) as RememberedFinding),
  );
  return { scope, open, texts, comparison: compare(known, report.findings, (place) => lookedAt(place)) };
}

function openRows(connection: Connection, { id }: ScopeRow): Map<Fingerprint, OpenRow> {
  const open = new Map<Fingerprint, OpenRow>();
  for (const { fingerprint, ...row } of connection.iterate<OpenRow & { fingerprint: Fingerprint }>(
    `SELECT scan_finding.id, credential, seen, finding AS text, fingerprint
     FROM scan_finding JOIN credential ON credential.id = credential
     WHERE scope = ? AND until_run IS NULL ORDER BY scan_finding.id`,
    id,
  )) {
    open.set(fingerprint, row);
  }
  return open;
}

function keptText({ remedy: _remedy, ...finding }: Finding): string {
  return JSON.stringify(finding);
}
