import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Skipped, skipped } from "../model/coverage.ts";
import { KeysweepError } from "../model/error.ts";
import type { Finding } from "../model/finding.ts";
import { NO_INVENTORY } from "../model/key-inventory.ts";
import type { ScanReport } from "../model/scan-report.ts";
import { SEVERITIES, type Severity } from "../model/severity.ts";
import { bytesText, plural } from "../report/summary-text.ts";
import { progressOn } from "../runtime/progress.ts";
import { stateFolder } from "../runtime/system.ts";
import { AllowList } from "../scan/allow.ts";
import { FindingCollector } from "../scan/findings.ts";
import { type ScanRequest, scan } from "../scan/scan.ts";
import { shownExcluded, shownName, shownSkipped } from "../scan/shown-name.ts";
import { allowWarnings } from "./allow-warnings.ts";
import type { CheckedChange } from "./change.ts";
import type { ScanFlags } from "./commands/scan.ts";
import type { Context } from "./context.ts";
import { parseFailOn, scanExit } from "./exit.ts";
import { type LedgerLocation, ledgerLocation } from "./ledger-location.ts";
import { interruption, type LiveOutput, liveOutput, outputsOf, writeOutputs } from "./outputs.ts";
import { withoutOwnState } from "./own-state.ts";
import { type Policy, policyFor } from "./policy.ts";
import { reportLedgerProblem } from "./reporting.ts";
import { ScanMemory } from "./scan-memory.ts";

/** The command `scan`: everything that can be refused is refused before the first byte is read. */
export async function runScan(context: Context, flags: ScanFlags, paths: readonly string[]): Promise<void> {
  const failOn = parseFailOn(flags.failOn);
  const outputs = outputsOf(flags);
  const ledger = ledgerLocation(context, flags.ledger);
  checkPaths(flags, paths);
  checkSinceLast(flags, ledger);
  const checked = await changeOf(context, flags, paths);
  const roots = checked === null ? rootsOf(context, flags, paths) : [];
  const policy = checked?.policy ?? (await policyFor(context, flags, roots));
  const request = checked === null ? requestOf(context, flags, paths, roots, policy, ledger) : changeRequest(checked);
  using memory = new ScanMemory(ledger);
  const found = await scanned(context, flags, request, policy, memory, await liveOutput(context.stdout, outputs));
  if (context.signal.aborted) throw interruption(found, "no report was written");
  // Loaded only now: hooks do not need it.
  const { comparableRun } = await import("./comparable-run.ts");
  const run = comparableRun(request, flags, found);
  const changes = run === null ? undefined : await memory.changes(run);
  const report = changes === undefined ? found : { ...found, changes };
  const color =
    context.stdout.isTTY === true &&
    !flags.noColor &&
    !context.system.environment.NO_COLOR &&
    context.system.environment.TERM !== "dumb";
  await writeOutputs(context, report, outputs, {
    color,
    verbose: flags.verbose,
    width: Math.min(context.stdout.columns ?? 80, 120),
  });
  // Only now: what was never told is still new to the next scan.
  if (run !== null) await memory.remember(run);
  memory.close();
  // What allows cover is seldom in the very change that is looked at.
  if (!flags.quiet && checked === null) {
    for (const line of allowWarnings(policy.allowList, request, flags.verbose))
      context.stderr.write(`keysweep: ${line}\n`);
  }
  context.exitWith((await reportLedgerProblem(context, flags, memory)) ?? scanExit(report, failOn, flags.sinceLast));
}

function checkSinceLast(flags: ScanFlags, ledger: LedgerLocation | null): void {
  if (!flags.sinceLast) return;
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

function changeRequest({ change, policy }: CheckedChange): ScanRequest {
  return {
    roots: [],
    catalogue: false,
    environment: "none",
    stdin: null,
    exclude: policy.exclude,
    history: null,
    change,
  };
}

/** Scans what a commit or a push adds, for a hook: without progress and without a report to a file. */
export async function scanChange(context: Context, checked: CheckedChange): Promise<ScanReport> {
  using memory = new ScanMemory(ledgerLocation(context, undefined));
  return await scanned(context, { quiet: true }, changeRequest(checked), checked.policy, memory, null);
}

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
    history: historyOf(context, { noHistory: false }),
    change: null,
  } as const;
  using memory = new ScanMemory(ledger);
  const report = await scanned(context, flags, request, policy, memory, null);
  if (context.signal.aborted) throw interruption(report, "nothing was done");
  return report.findings.find((finding) => finding.fingerprint === fingerprint) ?? null;
}

function checkPaths(flags: Pick<ScanFlags, "name" | "stdin">, paths: readonly string[]): void {
  if (flags.name !== undefined && !flags.stdin) throw new KeysweepError("usage", "--name goes with --stdin");
  for (const path of paths) {
    if (path === "")
      throw new KeysweepError("usage", "an empty PATH was given", { hint: "Is a variable empty in the command?" });
    if (path === "-" && !exists(path))
      throw new KeysweepError("usage", "there is no file -", { hint: "--stdin reads standard input." });
    if (!exists(path))
      throw new KeysweepError("usage", `${shownName(path)} does not exist`, {
        hint: "Check the spelling, and from where the path is meant.",
      });
  }
}

/** Whether there is something there; what may not be looked at is the scan's to report. */
function exists(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== "ENOENT" && code !== "ENOTDIR";
  }
}

/** Without anything named: the home directory. */
function rootsOf(context: Context, flags: ScanFlags, paths: readonly string[]): string[] {
  if (paths.length > 0) return paths.map((path) => resolve(path));
  if (flags.stdin) return [];
  if (!exists(context.system.home)) {
    throw new KeysweepError("usage", `the home directory ${context.system.home} does not exist`, {
      hint: "Name the PATHs to scan.",
    });
  }
  return [context.system.home];
}

function requestOf(
  context: Context,
  flags: ScanFlags,
  paths: readonly string[],
  roots: readonly string[],
  policy: Policy,
  ledger: LedgerLocation | null,
): ScanRequest {
  const everything = paths.length === 0 && !flags.stdin;
  return {
    roots,
    catalogue: everything,
    environment: everything || flags.environment ? "user" : "none",
    stdin: flags.stdin ? { name: flags.name ?? "stdin", stream: context.stdin } : null,
    exclude: [...policy.exclude, ...withoutOwnState(context.system, ledger, roots)],
    history: historyOf(context, flags),
    change: null,
  };
}

function historyOf(context: Context, flags: Pick<ScanFlags, "noHistory">): ScanRequest["history"] {
  return flags.noHistory ? null : { cacheFolder: join(stateFolder(context.system), "history") };
}

async function scanned(
  context: Context,
  flags: Pick<ScanFlags, "quiet">,
  request: ScanRequest,
  policy: Policy,
  memory: ScanMemory,
  live: LiveOutput | null,
): Promise<ScanReport> {
  const run = {
    schema: "keysweep/scan@1",
    tool: { name: "keysweep", version: context.version },
    startedAt: new Date(context.clock.now()).toISOString(),
  } as const;
  live?.start(run);
  const collector = new FindingCollector();
  const rows: Skipped[] = [];
  const onSkipped = (told: Skipped): void => {
    const row = shownSkipped(policy.allowList.accepting(told));
    rows.push(row);
    live?.skipped(row);
  };
  const progress = progressOn(flags.quiet ? { write() {} } : context.stderr, () => context.clock.now());
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
