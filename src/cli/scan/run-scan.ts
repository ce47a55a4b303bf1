import type { ScanRun } from "../../ledger/scan-history.ts";
import { KeysweepError } from "../../model/error.ts";
import type { ScanReport } from "../../model/scan-report.ts";
import { scanFormats } from "../../report/scan/scan-formats.ts";
import type { ScanRequest } from "../../scan/scan.ts";
import { appearanceOn } from "../appearance.ts";
import type { ScanFlags } from "../commands/scan.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitStatus, parseFailOn, reportExit, verdictOn } from "../exit.ts";
import { type LedgerLocation, ledgerLocation } from "../ledger-location.ts";
import { liveOn, outputsIn, writeOutputs } from "../outputs.ts";
import { policyFor } from "../policy.ts";
import type { ScanBaseline } from "../report/baseline.ts";
import { report as reportError, reportLedgerProblem } from "../reporting.ts";
import { type Unattended, UnwrittenReports } from "../unattended.ts";
import { allowWarnings } from "./allow-warnings.ts";
import type { CheckedChange } from "./change.ts";
import type { KeyIdentifier } from "./key-identifier.ts";
import { interruption, performScan } from "./perform-scan.ts";
import { ScanMemory } from "./scan-memory.ts";
import { changeRequest, checkPaths, requestOf, rootsOf } from "./scan-requests.ts";

/**
 * The command `scan`: everything that can be refused is refused before the first byte is read.
 * @param unattended null: somebody has typed it.
 */
export async function runScan(
  context: Context,
  flags: ScanFlags,
  paths: readonly string[],
  unattended: Unattended<ScanReport> | null = null,
): Promise<void> {
  const failOn = parseFailOn(flags.failOn);
  const outputs = await outputsIn(flags, scanFormats, unattended !== null);
  const ledger = ledgerLocation(context, flags.ledger);
  // The scan tells of a PATH that is not there, too, and looks at the others.
  if (unattended === null) checkPaths(flags, paths);
  checkSinceLast(flags, ledger);
  const baseline = await baselineOf(flags);
  const checked = await changeOf(context, flags, paths);
  const roots = checked === null ? rootsOf(context, flags, paths) : [];
  const policy = checked?.policy ?? (await policyFor(context, flags, roots));
  using memory = new ScanMemory(ledger);
  const ownReports = roots.length > 0 ? await memory.ownReports() : [];
  const request =
    checked === null ? requestOf(context, flags, paths, roots, policy, ledger, ownReports) : changeRequest(checked);
  const identifier = await identifierOf(context, flags);
  const performing = { policy, memory, live: liveOn(outputs), quiet: flags.quiet, identifier };
  const found = await performScan(context, request, performing);
  if (context.signal.aborted) throw interruption(found, "no report was written");
  const isCompared = checked === null && !flags.stdin && (ledger !== null || baseline !== null);
  const run = isCompared ? await comparable(request, flags, found) : null;
  const changes =
    baseline?.changesIn(found, run === null ? null : (place) => run.lookedAt(place)) ??
    (run === null ? undefined : await memory.changes(run));
  const report = changes === undefined ? found : { ...found, changes };
  const fails = verdictOn(report, failOn, flags.sinceLast || baseline !== null);
  const unwritten = new UnwrittenReports(context, flags);
  await writeOutputs(context, report, outputs, {
    note: memory.noteReport,
    onUnwritten: unattended === null ? null : unwritten.add,
    appearance: appearanceOn(context, flags),
    fails,
    folder: process.cwd(),
    ...(run === null ? {} : { earlier: await memory.earlier(run) }),
    interruption: (left) => interruption(report, left),
  });
  // Only now: what was never told is still new to the next scan.
  if (run !== null) await memory.remember(run);
  await unattended?.onReport(report);
  memory.close();
  // What allows cover is seldom in the very change that is looked at.
  if (!flags.quiet && checked === null) {
    for (const line of allowWarnings(policy.allowList, request, flags.verbose))
      context.stderr.write(`keysweep: ${line}\n`);
  }
  const failed = await reportProblem(context, flags, identifier?.problem ?? null);
  const problem = (await reportLedgerProblem(context, flags, memory)) ?? failed ?? unwritten.status;
  context.exitWith(problem ?? reportExit(report, fails));
}

/** What compares scans is loaded only where one is: there are no two alike of streams and changes. */
async function comparable(request: ScanRequest, flags: ScanFlags, report: ScanReport): Promise<ScanRun> {
  const { comparableRun } = await import("./comparable-run.ts");
  return comparableRun(request, flags, report);
}

/** What asks AWS whose keys are, and the SDK with it, is loaded only where it is asked for. */
async function identifierOf(context: Context, flags: ScanFlags): Promise<KeyIdentifier | null> {
  if (!flags.identify) return null;
  const { KeyIdentifier } = await import("./key-identifier.ts");
  return new KeyIdentifier(context, flags);
}

/** Tells why AWS could not be asked, if it could not: somebody wanted to know, so that fails the command. */
async function reportProblem(
  { stderr }: Context,
  { verbose }: ScanFlags,
  problem: KeysweepError | null,
): Promise<ExitStatus | null> {
  if (problem === null) return null;
  await reportError(stderr, problem, verbose);
  return EXIT.failed;
}

/** The reader is loaded only where it is asked for. */
async function baselineOf({ baseline }: ScanFlags): Promise<ScanBaseline | null> {
  if (baseline === undefined) return null;
  const { scanBaseline } = await import("../report/baseline.ts");
  return scanBaseline(baseline);
}

function checkSinceLast(flags: ScanFlags, ledger: LedgerLocation | null): void {
  if (!flags.sinceLast) return;
  if (flags.baseline !== undefined) throw new KeysweepError("usage", "--since-last and --baseline exclude each other");
  const unlike = ledger === null ? "--ledger none" : flags.stdin ? "--stdin" : flags.staged ? "--staged" : null;
  const refused = unlike ?? (flags.range === undefined ? null : "--range");
  if (refused !== null) {
    throw new KeysweepError("usage", `--since-last and ${refused} exclude each other: no such scan is remembered`, {
      hint: "Name the PATHs to compare with the last scan of the same.",
    });
  }
}

/** What a commit or a range of commits adds, if that was asked for. */
async function changeOf(context: Context, flags: ScanFlags, paths: readonly string[]): Promise<CheckedChange | null> {
  if (!flags.staged && flags.range === undefined) return null;
  const flag = flags.staged ? "--staged" : "--range";
  if (flags.staged && flags.range !== undefined)
    throw new KeysweepError("usage", "--staged and --range exclude each other");
  if (paths.length > 0 || flags.stdin || flags.environment) {
    throw new KeysweepError("usage", `${flag} stands alone: it is about the repository of the working directory`, {
      hint: "Leave out the PATHs, --stdin and --environment.",
    });
  }
  const { namedRange, stagedChange } = await import("./change.ts");
  return flags.range === undefined ? stagedChange(context, flags) : namedRange(context, flags, flags.range);
}
