import type { Coverage } from "../../model/coverage.ts";
import type { Finding, Fingerprint } from "../../model/finding.ts";
import type { EarlierFinding, ScanChanges } from "../../model/scan-changes.ts";
import type { ScanReport } from "../../model/scan-report.ts";
import { severityRank } from "../../model/severity.ts";
import { type Comparison, compare } from "../compare.ts";
import type { Retention } from "../retention.ts";
import type {
  RememberedFinding,
  RememberedReport,
  RememberedRun,
  RememberedScope,
  ScanHistory,
  ScanRun,
  ScanScope,
  Sighting,
} from "../scan-history.ts";
import type { Connection } from "./connection.ts";
import { thinScans } from "./scan-retention.ts";

interface ScopeRow {
  readonly id: number;
  readonly last_finished_at: string | null;
}

/** A finding that was there, or could not be looked at, when its scope was scanned last. */
interface OpenRow {
  readonly id: number;
  readonly credential: number;
  readonly seen: 0 | 1;
  readonly text: string;
}

/** What is known of a scope before a run, and what the run makes of it. */
interface Judged {
  readonly scope: ScopeRow;
  readonly open: ReadonlyMap<Fingerprint, OpenRow>;
  /** The run's findings as they are kept. */
  readonly texts: ReadonlyMap<Fingerprint, string>;
  readonly comparison: Comparison;
}

export class SqliteScans implements ScanHistory {
  readonly #connection: Connection;
  readonly #retention: Retention;

  constructor(connection: Connection, retention: Retention) {
    this.#connection = connection;
    this.#retention = retention;
  }

  changes(run: ScanRun): ScanChanges | null {
    return this.#connection.read(() => {
      const scope = this.#scope(run.scope);
      if (scope === undefined || scope.last_finished_at === null) return null;
      const { comparison } = this.#judge(scope, run);
      return {
        since: scope.last_finished_at,
        new: comparison.new,
        gone: comparison.gone.map(earlierFinding),
        unread: comparison.unread.map(earlierFinding),
      };
    });
  }

  remember(run: ScanRun): void {
    this.#connection.write(() => {
      const scope = this.#scope(run.scope) ?? this.#addScope(run.scope);
      const judged = this.#judge(scope, run);
      const id = this.#addRun(scope.id, run.report);
      this.#writeFindings(judged, id, run.report.finishedAt);
      this.#writeSkipped(scope.id, id, run.report.coverage);
      this.#connection.run("UPDATE scan_scope SET last_finished_at = ? WHERE id = ?", run.report.finishedAt, scope.id);
      thinScans(this.#connection, this.#retention, scope.id, run.report.finishedAt);
    });
  }

  scopes(): RememberedScope[] {
    return this.#connection.read(() =>
      this.#connection
        .all<{ words: string; at: string }>(
          "SELECT words, last_finished_at AS at FROM scan_scope ORDER BY last_finished_at DESC, id DESC",
        )
        .map(({ words, at }) => ({ scope: JSON.parse(words) as ScanScope, lastFinishedAt: at })),
    );
  }

  runs(scope: ScanScope): RememberedRun[] {
    return this.#connection.read(() =>
      this.#connection.all<RunRow>(`${RUN} WHERE words = ? ORDER BY run.id DESC`, wordsOf(scope)).map(rememberedRun),
    );
  }

  report(run: number): RememberedReport | null {
    return this.#connection.read(() => {
      const row = this.#connection.get<RunRow>(`${RUN} WHERE run.id = ?`, run);
      if (row === undefined || row.detailed === 0) return null;
      const during = `scope = ? AND from_run <= ? AND (until_run IS NULL OR until_run > ?)`;
      const findings = this.#connection
        .all<{ finding: string }>(`SELECT finding FROM scan_finding WHERE ${during} AND seen = 1`, row.scope, run, run)
        .map(({ finding }) => JSON.parse(finding) as RememberedFinding)
        .sort(byRank);
      const skipped = this.#connection
        .all<{ row: string }>(`SELECT row FROM scan_skipped WHERE ${during} ORDER BY id`, row.scope, run, run)
        .map(({ row: text }) => JSON.parse(text) as Coverage["skipped"][number])
        .sort((a, b) => Number(b.failure) - Number(a.failure) || order(a.place, b.place));
      return {
        schema: "keysweep/scan@1",
        tool: { name: "keysweep", version: row.tool_version },
        startedAt: row.started_at,
        finishedAt: row.finished_at,
        coverage: { ...(JSON.parse(row.coverage) as Coverage), skipped },
        findings,
        summary: JSON.parse(row.summary) as ScanReport["summary"],
      };
    });
  }

  sighting(fingerprint: Fingerprint): Sighting | null {
    return this.#connection.read(() => {
      const row = this.#connection.get<{ first: string; last: string; open: string | null }>(
        `SELECT first_seen AS first, last_seen AS last, (
           SELECT max(last_finished_at) FROM scan_finding JOIN scan_scope ON scan_scope.id = scope
           WHERE credential = credential.id AND until_run IS NULL AND seen = 1) AS open
         FROM credential WHERE fingerprint = ?`,
        fingerprint,
      );
      if (row === undefined) return null;
      return { firstSeen: row.first, lastSeen: row.open !== null && row.open > row.last ? row.open : row.last };
    });
  }

  #scope(scope: ScanScope): ScopeRow | undefined {
    return this.#connection.get<ScopeRow>(
      "SELECT id, last_finished_at FROM scan_scope WHERE words = ?",
      wordsOf(scope),
    );
  }

  #addScope(scope: ScanScope): ScopeRow {
    const { id } = this.#connection.run("INSERT INTO scan_scope (words) VALUES (?)", wordsOf(scope));
    return { id, last_finished_at: null };
  }

  #judge(scope: ScopeRow, { report, lookedAt }: ScanRun): Judged {
    const open = new Map<Fingerprint, OpenRow>();
    for (const { fingerprint, ...row } of this.#connection.iterate<OpenRow & { fingerprint: Fingerprint }>(
      `SELECT scan_finding.id, credential, seen, finding AS text, fingerprint
       FROM scan_finding JOIN credential ON credential.id = credential
       WHERE scope = ? AND until_run IS NULL ORDER BY scan_finding.id`,
      scope.id,
    )) {
      open.set(fingerprint, row);
    }
    const texts = new Map<Fingerprint, string>();
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

  #addRun(scope: number, { startedAt, finishedAt, tool, coverage, summary }: ScanReport): number {
    const { skipped: _skipped, ...rest } = coverage;
    return this.#connection.run(
      `INSERT INTO scan_run (scope, started_at, finished_at, tool_version, coverage, summary) VALUES (?, ?, ?, ?, ?, ?)`,
      scope,
      startedAt,
      finishedAt,
      tool.version,
      JSON.stringify(rest),
      JSON.stringify(summary),
    ).id;
  }

  #writeFindings({ scope, open, texts, comparison }: Judged, run: number, at: string): void {
    const lastSeenAt = scope.last_finished_at ?? at;
    for (const [fingerprint, text] of texts) {
      const row = open.get(fingerprint);
      if (row?.seen === 1 && row.text === text) continue;
      if (row !== undefined) this.#end(row, run, lastSeenAt);
      this.#begin(scope.id, row?.credential ?? this.#credential(fingerprint, at), run, 1, text);
    }
    for (const { fingerprint } of [...comparison.gone, ...comparison.absorbed]) {
      const row = open.get(fingerprint);
      if (row !== undefined) this.#end(row, run, lastSeenAt);
    }
    for (const { fingerprint } of comparison.unread) {
      const row = open.get(fingerprint);
      if (row === undefined || row.seen === 0) continue;
      this.#end(row, run, lastSeenAt);
      this.#begin(scope.id, row.credential, run, 0, row.text);
    }
  }

  #begin(scope: number, credential: number, run: number, seen: 0 | 1, text: string): void {
    this.#connection.run(
      "INSERT INTO scan_finding (scope, credential, from_run, seen, finding) VALUES (?, ?, ?, ?, ?)",
      scope,
      credential,
      run,
      seen,
      text,
    );
  }

  #end({ id, credential, seen }: OpenRow, run: number, lastSeenAt: string): void {
    this.#connection.run("UPDATE scan_finding SET until_run = ? WHERE id = ?", run, id);
    if (seen === 1) {
      this.#connection.run("UPDATE credential SET last_seen = max(last_seen, ?) WHERE id = ?", lastSeenAt, credential);
    }
  }

  #credential(fingerprint: Fingerprint, at: string): number {
    const known = this.#connection.get<{ id: number }>("SELECT id FROM credential WHERE fingerprint = ?", fingerprint);
    if (known !== undefined) return known.id;
    return this.#connection.run(
      "INSERT INTO credential (fingerprint, first_seen, last_seen) VALUES (?, ?, ?)",
      fingerprint,
      at,
      at,
    ).id;
  }

  #writeSkipped(scope: number, run: number, { skipped }: Coverage): void {
    const now = new Set(skipped.map((row) => JSON.stringify(row)));
    for (const { id, row } of this.#connection.all<{ id: number; row: string }>(
      "SELECT id, row FROM scan_skipped WHERE scope = ? AND until_run IS NULL",
      scope,
    )) {
      if (!now.delete(row)) this.#connection.run("UPDATE scan_skipped SET until_run = ? WHERE id = ?", run, id);
    }
    for (const row of now) {
      this.#connection.run("INSERT INTO scan_skipped (scope, from_run, row) VALUES (?, ?, ?)", scope, run, row);
    }
  }
}

interface RunRow {
  readonly id: number;
  readonly scope: number;
  readonly started_at: string;
  readonly finished_at: string;
  readonly tool_version: string;
  readonly coverage: string;
  readonly summary: string;
  readonly detailed: 0 | 1;
}

const RUN = `SELECT run.*, run.id >= detailed_from AS detailed FROM scan_run AS run JOIN scan_scope ON scan_scope.id = run.scope`;

function rememberedRun(row: RunRow): RememberedRun {
  return {
    id: row.id,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    toolVersion: row.tool_version,
    complete: (JSON.parse(row.coverage) as Coverage).complete,
    summary: JSON.parse(row.summary) as ScanReport["summary"],
    detailed: row.detailed === 1,
  };
}

/** The same text for the same scope, whatever the order in which it was asked for. */
function wordsOf({ roots, catalogue, environment, history }: ScanScope): string {
  return JSON.stringify({ roots: [...new Set(roots)].sort(), catalogue, environment, history });
}

function keptText({ remedy: _remedy, ...finding }: Finding): string {
  return JSON.stringify(finding);
}

function earlierFinding(finding: RememberedFinding): EarlierFinding {
  const { fingerprint, rule, severity, title, accessKeyId, accountId } = finding;
  const [place] = finding.places;
  if (place === undefined) throw new Error("a finding without a place");
  return { fingerprint, rule, severity, title, accessKeyId, accountId, place };
}

function byRank(a: RememberedFinding, b: RememberedFinding): number {
  return (
    severityRank(a.severity) - severityRank(b.severity) || order(a.rule, b.rule) || order(a.fingerprint, b.fingerprint)
  );
}

/** By code units, so that no locale changes the order. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
