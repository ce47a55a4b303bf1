import type { Ledger } from "../../ledger/ledger.ts";
import type { RotationReport } from "../../model/rotation.ts";
import type { JournalledRotation } from "../../model/rotation-journal.ts";
import { journalledReport } from "../../rotate/run.ts";

/** What the ledger tells of a rotation: what its journal says, and what it waited for when it was looked at last. */
export function toldOf({ outlooks }: Ledger, latest: JournalledRotation): RotationReport {
  const report = journalledReport(latest);
  const outlook = outlooks.of(latest.id);
  if (outlook === null || ["done", "abandoned", "stuck", "reactivated"].includes(report.state)) return report;
  return { ...report, nextStepAt: outlook.until, reason: outlook.why };
}

/** All users' latest rotations. */
export function toldRotations(ledger: Ledger): RotationReport[] {
  return [...ledger.rotations.all()].map((latest) => toldOf(ledger, latest));
}
