import type { ScanReport } from "../../model/scan-report.ts";
import type { Context } from "../context.ts";
import { ledgerLocation } from "../ledger-location.ts";
import type { CheckedChange } from "./change.ts";
import { performScan } from "./perform-scan.ts";
import { ScanMemory } from "./scan-memory.ts";
import { changeRequest } from "./scan-requests.ts";

/** Scans what a commit or a push adds, for a hook: without progress and without a report to a file. */
export async function scanChange(context: Context, checked: CheckedChange): Promise<ScanReport> {
  using memory = new ScanMemory(ledgerLocation(context, undefined));
  return await performScan(context, changeRequest(checked), {
    policy: checked.policy,
    memory,
    live: null,
    quiet: true,
  });
}
