/*
 * A process that writes scans into a ledger, for tests that kill it or run several: `writer.ts PATH SCOPE RUNS FINDINGS`.
 * Prints a line when a run is remembered.
 */
import { openLedger } from "../../../src/ledger/sqlite/open-ledger.ts";
import { finding, HOME, hour, report } from "./scans.ts";

const [path = "", scope = "", runs = "1", findings = "1"] = process.argv.slice(2);
const ledger = openLedger(path, { uid: process.getuid?.() ?? null });
for (let run = 0; run < Number(runs); run++) {
  // All change from one run to the next.
  const found = Array.from({ length: Number(findings) }, (_, index) => finding(index, { title: `run ${run}` }));
  ledger.scans.remember({
    scope: { ...HOME, roots: [scope] },
    report: report(hour(run), found),
    lookedAt: () => true,
  });
  process.stdout.write(`${run}\n`);
}
ledger.close();
