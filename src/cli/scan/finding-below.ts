import { resolve } from "node:path";
import type { Finding } from "../../model/finding.ts";
import { AllowList } from "../../scan/allow.ts";
import type { ScanFlags } from "../commands/scan.ts";
import type { Context } from "../context.ts";
import { ledgerLocation } from "../ledger-location.ts";
import { withoutOwnState } from "../own-state.ts";
import { interruption, performScan } from "./perform-scan.ts";
import { ScanMemory } from "./scan-memory.ts";
import { checkPaths, historyOf } from "./scan-requests.ts";

/** Looks again for a finding that a report told of; null when it is not in these files and folders. What was allowed or left out is looked at too. */
export async function findingBelow(
  context: Context,
  flags: Pick<ScanFlags, "quiet" | "ledger">,
  fingerprint: string,
  paths: readonly string[],
): Promise<Finding | null> {
  checkPaths({ stdin: false }, paths);
  const roots = paths.map((path) => resolve(path));
  const ledger = ledgerLocation(context, flags.ledger);
  const policy = { allowList: new AllowList([], "", false), exclude: [] };
  const request = {
    roots,
    catalogue: false,
    environment: "none",
    stdin: null,
    exclude: withoutOwnState(context.system, ledger, roots),
    ownReports: [],
    history: historyOf(context, { noHistory: false }),
    change: null,
  } as const;
  using memory = new ScanMemory(ledger);
  const report = await performScan(context, request, { policy, memory, live: null, quiet: flags.quiet });
  if (context.signal.aborted) throw interruption(report, "nothing was done");
  return report.findings.find((finding) => finding.fingerprint === fingerprint) ?? null;
}
