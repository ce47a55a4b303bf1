import { type Skipped, skipped } from "../model/coverage.ts";
import { KeysweepError } from "../model/error.ts";
import type { Finding } from "../model/finding.ts";
import { NO_INVENTORY } from "../model/key-inventory.ts";
import type { ScanReport } from "../model/scan-report.ts";
import { SEVERITIES, type Severity } from "../model/severity.ts";
import type { LiveScanFormat } from "../report/scan/scan-format.ts";
import { bytesText, plural } from "../report/summary-text.ts";
import { progressOn } from "../runtime/progress.ts";
import { FindingCollector } from "../scan/findings.ts";
import { type ScanRequest, scan } from "../scan/scan.ts";
import { shownExcluded, shownSkipped } from "../scan/shown-name.ts";
import type { Context } from "./context.ts";
import type { Policy } from "./policy.ts";
import type { ScanMemory } from "./scan-memory.ts";

/** What a scan is done with. */
export interface Performing {
  readonly policy: Policy;
  readonly memory: ScanMemory;
  /** Follows the scan on stdout; null: nobody does. */
  readonly live: LiveScanFormat | null;
  readonly quiet: boolean;
}

/** Scans, with progress for whoever waits, and makes a report of it. */
export async function performScan(
  context: Context,
  request: ScanRequest,
  { policy, memory, live, quiet }: Performing,
): Promise<ScanReport> {
  const run = {
    schema: "keysweep/scan@1",
    tool: { name: "keysweep", version: context.version },
    startedAt: new Date(context.clock.now()).toISOString(),
  } as const;
  if (live !== null) context.stdout.write(live.start(run));
  const collector = new FindingCollector();
  const rows: Skipped[] = [];
  const onSkipped = (told: Skipped): void => {
    const row = shownSkipped(policy.allowList.accepting(told));
    rows.push(row);
    if (live !== null) context.stdout.write(live.skipped(row));
  };
  const progress = progressOn(quiet ? { write() {} } : context.stderr, () => context.clock.now());
  const totals = await scan(
    request,
    {
      onDetection: (detection, place) => collector.add(detection, place),
      onSkipped,
      onProgress: ({ files, bytes, objects, processes }) =>
        progress.update(() => {
          const read = [
            plural(files, "file"),
            bytesText(bytes),
            ...(objects > 0 ? [plural(objects, "object of histories", "objects of histories")] : []),
            ...(processes > 0 ? [plural(processes, "process", "processes")] : []),
          ];
          return `scanning: ${read.join(", ")}; ${plural(collector.size, "credential")} so far`;
        }),
    },
    context.signal,
  );
  progress.end();
  if (collector.leftOut > 0) {
    onSkipped(skipped("findings", "internal-error", `${collector.leftOut} more were found than can be listed`));
  }
  const inventory = collector.size > 0 ? await memory.inventory() : NO_INVENTORY;
  const findings = collector.findings(policy.allowList, inventory);
  return {
    ...run,
    finishedAt: new Date(context.clock.now()).toISOString(),
    coverage: {
      complete: !rows.some(({ failure, allowed }) => failure && allowed === undefined),
      ...totals,
      excluded: totals.excluded.map(shownExcluded),
      skipped: rows.sort(
        (a, b) => Number(b.failure) - Number(a.failure) || (a.place < b.place ? -1 : a.place > b.place ? 1 : 0),
      ),
    },
    findings,
    summary: summaryOf(findings),
  };
}

function summaryOf(findings: readonly Finding[]): Record<Severity, number> {
  const count = (severity: Severity): number =>
    findings.filter((finding) => finding.severity === severity && finding.allowed === null).length;
  return Object.fromEntries(SEVERITIES.map((severity) => [severity, count(severity)])) as Record<Severity, number>;
}

/** What an interrupted scan came to, for whoever interrupted it. */
export function interruption({ coverage, findings }: ScanReport, left: string): KeysweepError {
  const read = `${plural(coverage.files, "file")} (${bytesText(coverage.bytes)})`;
  return new KeysweepError(
    "interrupted",
    `interrupted after ${read}; ${plural(findings.length, "finding")} until then, ${left}`,
  );
}
