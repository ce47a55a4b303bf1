import type { AccessKeyId } from "../../model/access-key-id.ts";
import { bySkipped, type Coverage } from "../../model/coverage.ts";
import type { Fingerprint } from "../../model/finding.ts";
import type { FoundKey } from "../../model/found-keys.ts";
import type { Place } from "../../model/place.ts";
import type { EarlierFinding, ScanChanges } from "../../model/scan-changes.ts";
import type { ScanReport } from "../../model/scan-report.ts";
import { severityRank } from "../../model/severity.ts";
import { type Comparison, compareFindings } from "../compare.ts";
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
import { judge, type ScopeRow } from "./scan-judgement.ts";
import { thinScans } from "./scan-retention.ts";
import { ScanWriter } from "./scan-writer.ts";

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
      return scanChanges(scope.last_finished_at, judge(this.#connection, scope, run).comparison);
    });
  }

  remember(run: ScanRun): void {
    this.#connection.write(() => {
      const scope = this.#scope(run.scope) ?? this.#addScope(run.scope);
      new ScanWriter(this.#connection, judge(this.#connection, scope, run)).write(run.report);
      thinScans(this.#connection, this.#retention, scope.id, run.report.finishedAt);
    });
  }

  scopes(): RememberedScope[] {
    return this.#connection.read(() =>
      this.#connection
        .all<{ words: string; at: string }>(
          "SELECT words, last_finished_at AS at FROM scan_scope ORDER BY last_finished_at DESC, id DESC",
        )
        .map(({ words, at }) => ({ scope: scopeOf(words), lastFinishedAt: at })),
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
      const findings = this.#findingsAt(row, 1).sort(byRank);
      const skipped = this.#connection
        .all<{ row: string }>(`SELECT row FROM scan_skipped WHERE ${during} ORDER BY id`, row.scope, run, run)
        .map(({ row: text }) => JSON.parse(text) as Coverage["skipped"][number])
        .sort(bySkipped);
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

  changesIn(run: number, since?: number): ScanChanges | null | undefined {
    return this.#connection.read(() => {
      const row = this.#connection.get<RunRow>(`${RUN} WHERE run.id = ?`, run);
      if (row === undefined || row.detailed === 0) return undefined;
      const earlier = since === undefined ? this.#runBefore(row) : this.#runOf(row.scope, since);
      if (earlier === null) return null;
      if (earlier === undefined || earlier.detailed === 0) return undefined;
      const known = this.#findingsAt(earlier, 0, 1);
      const unread = new Set(this.#findingsAt(row, 0).map(({ fingerprint }) => fingerprint));
      const found = this.#findingsAt(row, 1).sort(byRank);
      return scanChanges(
        earlier.finished_at,
        compareFindings(known, found, ({ fingerprint }) => !unread.has(fingerprint)),
      );
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

  foundKeys(): FoundKey[] {
    const rows = this.#connection.read(() =>
      this.#connection.all<{ id: AccessKeyId; place: string; places: number; at: string }>(
        `SELECT finding ->> 'accessKeyId' AS id, finding -> '$.places[0]' AS place, last_finished_at AS at,
           json_array_length(finding, '$.places') + coalesce(finding ->> 'placesLeftOut', 0) AS places
         FROM scan_finding JOIN scan_scope ON scan_scope.id = scope
         WHERE until_run IS NULL AND seen = 1 AND finding ->> 'accessKeyId' IS NOT NULL
           AND finding ->> 'hasSecret' = 1 AND finding ->> 'canary' = 0
         ORDER BY last_finished_at, scan_finding.id`,
      ),
    );
    const keys = rows.map(({ id, place, places, at }) => ({
      accessKeyId: id,
      place: JSON.parse(place) as Place,
      morePlaces: places - 1,
      seenAt: at,
    }));
    return [...new Map(keys.map((key) => [key.accessKeyId, key])).values()];
  }

  /** Null when it is the first; undefined when those before it are forgotten. */
  #runBefore({ id, scope, detailed_from }: RunRow): RunRow | null | undefined {
    const row = this.#connection.get<RunRow>(
      `${RUN} WHERE scope = ? AND run.id < ? ORDER BY run.id DESC LIMIT 1`,
      scope,
      id,
    );
    return row ?? (detailed_from === 0 ? null : undefined);
  }

  #runOf(scope: number, id: number): RunRow | undefined {
    return this.#connection.get<RunRow>(`${RUN} WHERE scope = ? AND run.id = ?`, scope, id);
  }

  /** @param seen 1: what a run found; 0: what it could not look at, and was there before. */
  #findingsAt({ scope, id }: RunRow, ...seen: (0 | 1)[]): RememberedFinding[] {
    return this.#connection
      .all<{ finding: string }>(
        `SELECT finding FROM scan_finding
         WHERE scope = ? AND from_run <= ? AND (until_run IS NULL OR until_run > ?)
           AND seen IN (${seen.join(", ")}) ORDER BY id`,
        scope,
        id,
        id,
      )
      .map(({ finding }) => JSON.parse(finding) as RememberedFinding);
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
  readonly detailed_from: number;
}

const RUN = `SELECT run.*, run.id >= detailed_from AS detailed, detailed_from FROM scan_run AS run JOIN scan_scope ON scan_scope.id = run.scope`;

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
function wordsOf({ roots, catalogue, environment, history, repositoryConfiguration }: ScanScope): string {
  const words = { roots: [...new Set(roots)].sort(), catalogue, environment, history };
  // The usual is not said, as before it could be told: what is remembered from then stays comparable.
  return JSON.stringify(repositoryConfiguration ? words : { ...words, repositoryConfiguration });
}

function scopeOf(words: string): ScanScope {
  return { repositoryConfiguration: true, ...(JSON.parse(words) as Omit<ScanScope, "repositoryConfiguration">) };
}

function scanChanges(since: string, { new: added, worse, gone, unread }: Comparison): ScanChanges {
  return { since, new: added, worse, gone: gone.map(earlierFinding), unread: unread.map(earlierFinding) };
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
