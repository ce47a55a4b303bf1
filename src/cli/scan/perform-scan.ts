import { bySkipped, type Skipped, skipped } from "../../model/coverage.ts";
import { KeysweepError } from "../../model/error.ts";
import type { Finding } from "../../model/finding.ts";
import { NO_INVENTORY } from "../../model/key-inventory.ts";
import type { ScanReport } from "../../model/scan-report.ts";
import { SEVERITIES, type Severity } from "../../model/severity.ts";
import type { LiveScanFormat } from "../../report/scan/scan-format.ts";
import { bytesText, plural } from "../../report/summary-text.ts";
import { progressOn } from "../../runtime/progress.ts";
import { FindingCollector } from "../../scan/findings.ts";
import { type ScanRequest, scan } from "../../scan/scan.ts";
import { shownExcluded, shownPlace, shownSkipped } from "../../scan/shown-name.ts";
import type { Context } from "../context.ts";
import type { Policy } from "../policy.ts";
import type { KeyIdentifier } from "./key-identifier.ts";
import type { ScanMemory } from "./scan-memory.ts";

/** What a scan is done with. */
export interface Performing {
  readonly policy: Policy;
  readonly memory: ScanMemory;
  /** Follows the scan on stdout; null: nobody does. */
  readonly live: LiveScanFormat | null;
  readonly quiet: boolean;
  /** Asks AWS whose the keys are; absent where nobody wants it. */
  readonly identifier?: KeyIdentifier | null;
}

/** Scans, with progress for whoever waits, and makes a report of it. */
export async function performScan(
  context: Context,
  request: ScanRequest,
  { policy, memory, live, quiet, identifier = null }: Performing,
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
      onDetection: (detection, place) => {
        const known = collector.size;
        collector.add(detection, place);
        if (context.follower !== undefined && collector.size > known) {
          const { fingerprint, rule, severity, accessKeyId } = detection;
          const seen = { fingerprint, rule, severity, accessKeyId, place: shownPlace(place) } as const;
          context.follower.tell({ type: "seen", ...seen });
        }
      },
      onSkipped,
      onProgress: ({ files, bytes, objects, processes }) => {
        const credentials = collector.size;
        context.follower?.progress(() => ({ type: "scan", files, bytes, objects, processes, credentials }));
        progress.update(() => {
          const read = [
            plural(files, "file"),
            bytesText(bytes),
            ...(objects > 0 ? [plural(objects, "object of histories", "objects of histories")] : []),
            ...(processes > 0 ? [plural(processes, "process", "processes")] : []),
          ];
          return `scanning: ${read.join(", ")}; ${plural(credentials, "credential")} so far`;
        });
      },
    },
    context.signal,
  );
  progress.end();
  if (collector.leftOut > 0) {
    onSkipped(skipped("findings", "internal-error", `${collector.leftOut} more were found than can be listed`));
  }
  const remembered = collector.size > 0 ? await memory.inventory() : NO_INVENTORY;
  const identified = await identifier?.identified(collector.longTermKeys, remembered);
  const findings = collector.findings(policy.allowList, identified?.inventory ?? remembered);
  return {
    ...run,
    finishedAt: new Date(context.clock.now()).toISOString(),
    coverage: {
      complete: !rows.some(({ failure, allowed }) => failure && allowed === undefined),
      ...totals,
      excluded: totals.excluded.map(shownExcluded),
      skipped: distinct(rows).sort(bySkipped),
    },
    ...(identified === undefined ? {} : { identification: identified.identification }),
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

/** Once each: a thing that two ways lead to is told of no better twice. */
function distinct(rows: readonly Skipped[]): Skipped[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}
