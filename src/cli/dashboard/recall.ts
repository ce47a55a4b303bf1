import type { Part, Remembered, TrendPoint } from "../../dashboard/message.ts";
import { accountRow, type RotationRow, type UserRow, userRow } from "../../dashboard/rows.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { RememberedFinding, RememberedRun, ScanScope } from "../../ledger/scan-history.ts";
import type { AuditFinding } from "../../model/audit-report.ts";
import type { RotationCommand } from "../../model/rotation-event.ts";
import type { JournalledRotation } from "../../model/rotation-journal.ts";
import type { TodaysAllows } from "./todays-allows.ts";

/** What is remembered, as it goes from one thread to another: remedies, which are long and all alike, are written where they are read. */
export interface Recalled extends Omit<Remembered, "diskFindings"> {
  readonly diskFindings?: readonly RecalledFinding[];
}

export interface RecalledFinding {
  readonly finding: RememberedFinding;
  readonly isNew: boolean;
}

/** Of what is remembered, what the dashboard shows. */
export class Recall {
  readonly #ledger: Ledger;
  readonly #roots: readonly string[];
  #version: number | null = null;

  /** @param roots what the dashboard's own scans look at; empty: what a scan without PATH does. */
  constructor(ledger: Ledger, roots: readonly string[]) {
    this.#ledger = ledger;
    this.#roots = roots;
  }

  /** What tells a part that was read before from what there is now. */
  mark(part: Part): string {
    const { audits, rotations, outlooks } = this.#ledger;
    if (part === "scan") return String(this.#run()?.id);
    if (part === "audit") return String(audits.runs().find(({ detailed }) => detailed)?.id);
    return JSON.stringify([...rotations.all()].map(({ id, events }) => [id, events.length, outlooks.of(id)]));
  }

  /** Whether another process may have written something since this was asked last. */
  hasChanged(): boolean {
    const version = this.#ledger.version();
    const before = this.#version;
    this.#version = version;
    return version !== before;
  }

  /** The runs and their counts: as quick with a hundred thousand findings as with none. */
  heading(): Recalled & Remembered {
    const { scans, audits } = this.#ledger;
    const scope = this.#scope();
    const runs = scope === null ? [] : scans.runs(scope);
    const trend = runs.map(({ finishedAt, summary }): TrendPoint => {
      const { critical, high, medium, low, info } = summary;
      return { at: finishedAt, severe: critical + high, total: critical + high + medium + low + info };
    });
    const [audit] = audits.runs();
    return {
      trend: trend.toReversed(),
      ...(audit === undefined ? { audit: null } : {}),
    };
  }

  /** @param allowed what is accepted of a finding today. */
  scan(allowed: TodaysAllows): Recalled {
    const { scans } = this.#ledger;
    const scope = this.#scope();
    const run = this.#run();
    const report = run === undefined ? null : scans.report(run.id);
    if (scope === null || run === undefined || report === null)
      return { ...this.heading(), scan: null, diskFindings: [] };
    const fresh = new Set<string>(scans.changesIn(run.id)?.new);
    const { coverage, finishedAt, startedAt } = report;
    return {
      ...this.heading(),
      scan: {
        scope: scopeText(scope),
        finishedAt,
        complete: coverage.complete,
        failures: coverage.skipped.filter(({ failure, allowed }) => failure && allowed === undefined).length,
        files: coverage.files,
        bytes: coverage.bytes,
        tookMs: Date.parse(finishedAt) - Date.parse(startedAt),
      },
      diskFindings: report.findings.map((finding) => ({
        finding: { ...finding, allowed: allowed(finding) },
        isNew: fresh.has(finding.fingerprint),
      })),
    };
  }

  /** @param now milliseconds since 1970. */
  audit(now: number): Recalled {
    const { audits } = this.#ledger;
    const run = audits.runs().find(({ detailed }) => detailed);
    const report = run === undefined ? null : audits.report(run.id);
    if (run === undefined || report === null) return { audit: null, accountFindings: [], users: [] };
    const fresh = new Set<string>(audits.changesIn(run.id)?.new);
    const findings = [...report.findings];
    const ofUser = Map.groupBy(findings, ({ accountId, userName }) => `${accountId}/${userName}`);
    const findingsOf = (accountId: string, userName: string): readonly AuditFinding[] =>
      ofUser.get(`${accountId}/${userName}`) ?? [];
    const { accounts } = report.coverage;
    return {
      audit: {
        finishedAt: report.finishedAt,
        complete: report.coverage.complete,
        accounts: accounts.length,
        accountsWithErrors: accounts.filter(({ status }) => status === "error").length,
      },
      accountFindings: findings.map((finding) => accountRow(finding, fresh.has(finding.fingerprint))),
      users: Array.from(report.users, (user): UserRow => userRow(user, findingsOf(user.accountId, user.userName), now)),
    };
  }

  async rotations(): Promise<Recalled> {
    const journals = [...this.#ledger.rotations.all()];
    if (journals.length === 0) return { rotations: [] };
    // The machine of rotations says what may be done with one; loaded only where there is one.
    const { journalledReport } = await import("../../rotate/run.ts");
    const { fold } = await import("../../rotate/apply.ts");
    const { commandCell } = await import("../../rotate/commands.ts");
    const { commandProspect, stepsAhead } = await import("../../rotate/prospect.ts");
    const rowOf = (journalled: JournalledRotation): RotationRow => {
      const report = journalledReport(journalled);
      const outlook = this.#ledger.outlooks.of(journalled.id);
      const waits = outlook !== null && !["done", "abandoned", "stuck", "reactivated"].includes(report.state);
      const rotation = fold(journalled.id, journalled.events);
      const offered = (command: RotationCommand): RotationRow["commands"][RotationCommand] => {
        const cell = commandCell(rotation, command);
        return cell.accepted ? commandProspect(rotation, command, cell) : { refused: cell.why };
      };
      return {
        id: report.name,
        report: waits ? { ...report, nextStepAt: outlook.until, reason: outlook.why } : report,
        commands: { reactivate: offered("reactivate"), abandon: offered("abandon"), confirm: offered("confirm") },
        ahead: stepsAhead(rotation),
      };
    };
    return { rotations: journals.map(rowOf) };
  }

  /** The scan that is shown. */
  #run(): RememberedRun | undefined {
    const scope = this.#scope();
    return scope === null ? undefined : this.#ledger.scans.runs(scope).find(({ detailed }) => detailed);
  }

  /** What the dashboard's own scans look at, if that was ever looked at; else what was looked at last. */
  #scope(): ScanScope | null {
    const scopes = this.#ledger.scans.scopes().map(({ scope }) => scope);
    const wanted = JSON.stringify([...this.#roots].sort());
    const own = scopes.find(({ roots, catalogue, history }) =>
      this.#roots.length === 0
        ? catalogue && history
        : !catalogue && history && JSON.stringify([...roots].sort()) === wanted,
    );
    return own ?? (this.#roots.length === 0 ? (scopes[0] ?? null) : null);
  }
}

function scopeText({ roots, environment }: ScanScope): string {
  return [...roots, ...(environment ? ["environments"] : [])].join(", ");
}
