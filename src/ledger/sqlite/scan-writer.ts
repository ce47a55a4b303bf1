import type { Coverage } from "../../model/coverage.ts";
import type { Fingerprint } from "../../model/finding.ts";
import type { ScanReport } from "../../model/scan-report.ts";
import type { Connection } from "./connection.ts";
import type { Judged, OpenRow } from "./scan-judgement.ts";

/** Writes a run that was compared with what was known before: only what has changed. */
export class ScanWriter {
  readonly #connection: Connection;
  readonly #judged: Judged;

  constructor(connection: Connection, judged: Judged) {
    this.#connection = connection;
    this.#judged = judged;
  }

  write(report: ScanReport): void {
    const { id } = this.#judged.scope;
    const run = this.#addRun(id, report);
    this.#writeFindings(run, report.finishedAt);
    this.#writeSkipped(id, run, report.coverage);
    this.#connection.run("UPDATE scan_scope SET last_finished_at = ? WHERE id = ?", report.finishedAt, id);
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

  #writeFindings(run: number, at: string): void {
    const { scope, open, texts, comparison } = this.#judged;
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
