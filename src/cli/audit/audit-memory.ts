import type { AccountRecord, AuditRecorder, RememberedAudit } from "../../ledger/audit-history.ts";
import type { AccountId } from "../../model/access-key-id.ts";
import type { AuditChanges } from "../../model/audit-changes.ts";
import type { AuditHeading, AuditReport } from "../../model/audit-report.ts";
import type { EarlierRun } from "../../model/earlier-run.ts";
import type { RotationReport } from "../../model/rotation.ts";
import { LedgerUse } from "../ledger-use.ts";
import { type AuditKnowledge, knowledgeOf, NOTHING_KNOWN } from "./audit-knowledge.ts";

/** What the ledger does for one audit: it takes down each account as it is done, and tells what changed since the last audit. */
export class AuditMemory extends LedgerUse {
  #recorder: AuditRecorder | undefined;

  /**
   * @param all the accounts of the organisation, when all were listed; else null.
   * @returns what is known that the audit judges by.
   */
  async begin(heading: AuditHeading, all: readonly AccountId[] | null): Promise<AuditKnowledge> {
    const ledger = await this.open();
    if (ledger === null) return NOTHING_KNOWN;
    this.#recorder = this.tried(() => {
      const recorder = ledger.audits.begin(heading);
      if (heading.organization !== null && all !== null) {
        recorder.listed(heading.organization.id, all, heading.startedAt);
      }
      return recorder;
    });
    return this.tried(() => knowledgeOf(ledger, all)) ?? NOTHING_KNOWN;
  }

  /** @param at when the account was read: ISO 8601, UTC. */
  account(record: AccountRecord, at: string): void {
    this.tried(() => this.#recorder?.account(record, at));
  }

  /** Null when there was no audit before; undefined when that is not known. */
  changes(): AuditChanges | null | undefined {
    return this.tried(() => this.#recorder?.changes());
  }

  /** The audits before this one of the same organisation, or of the same account alone. */
  async earlier({
    organization,
    coverage,
  }: Pick<AuditReport, "organization" | "coverage">): Promise<readonly EarlierRun[]> {
    const ledger = await this.open();
    if (ledger === null) return [];
    const [alone] = coverage.accounts;
    const isAlike = (run: RememberedAudit): boolean =>
      run.organization?.id === organization?.id &&
      (organization !== null || ledger.audits.report(run.id)?.coverage.accounts[0]?.id === alone?.id);
    return this.tried(() => ledger.audits.runs().filter(isAlike)) ?? [];
  }

  /** The latest rotation of each user that has had one. */
  async rotations(): Promise<readonly RotationReport[]> {
    const ledger = await this.open();
    if (ledger === null) return [];
    const { toldRotations } = await import("../rotate/told-rotations.ts");
    return this.tried(() => toldRotations(ledger)) ?? [];
  }

  /** To be called once the report is written: what was never told is still new to the next audit. */
  finish({ finishedAt, coverage, summary }: Pick<AuditReport, "finishedAt" | "coverage" | "summary">): void {
    this.tried(() => this.#recorder?.finish({ finishedAt, complete: coverage.complete, summary }));
  }
}
