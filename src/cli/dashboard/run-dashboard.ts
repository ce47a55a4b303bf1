import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { STATUS } from "../../dashboard/job-ends.ts";
import { lookOf } from "../../dashboard/look.ts";
import type { JobRequest, Remembered } from "../../dashboard/message.ts";
import { runProgram } from "../../dashboard/program.tsx";
import { firstState } from "../../dashboard/state.ts";
import { update } from "../../dashboard/view-model.ts";
import { KeysweepError } from "../../model/error.ts";
import { configurationPath } from "../../runtime/system.ts";
import type { DashboardFlags } from "../commands/dashboard.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import { type LedgerLocation, ledgerLocation, openLedgerAt } from "../ledger-location.ts";
import { realPath } from "../real-path.ts";
import { checkPaths } from "../scan/scan-requests.ts";
import { editorOf, TerminalEffects } from "./effects.ts";
import { JobControl } from "./job-control.ts";
import { Jobs } from "./jobs.ts";
import { newFile } from "./new-file.ts";
import { Reader } from "./reader.ts";
import { Recall } from "./recall.ts";

/** How often the clock is looked at while something runs, in milliseconds. */
const TICK_MS = 250;

/** The command `dashboard`. */
export async function runDashboard(context: Context, flags: DashboardFlags, paths: readonly string[]): Promise<void> {
  const { stdin, stdout } = process;
  const { environment } = context.system;
  if (!stdin.isTTY || !stdout.isTTY || environment.TERM === "dumb") {
    throw new KeysweepError("usage", "the dashboard needs a terminal", {
      hint: "Elsewhere there are keysweep scan, keysweep audit and keysweep report.",
    });
  }
  const location = ledgerLocation(context, flags.ledger);
  if (location === null) throw new KeysweepError("usage", "--ledger none: the dashboard shows what is remembered");
  checkPaths({ stdin: false }, paths);
  const now = (): number => context.clock.now();
  const roots = paths.map((path) => realPath(resolve(path)));
  // A ledger that cannot be used is told of before the screen is taken over.
  const heading = await headingOf(location, roots);
  const editor = editorOf(environment);
  const beginning = firstState({
    now: now(),
    columns: stdout.columns,
    rows: stdout.rows,
    look: lookOf(environment, flags),
    home: context.system.home,
    noEditor: editor === null ? "set VISUAL or EDITOR to say which editor" : null,
  });
  const state = update(beginning, { kind: "remembered", remembered: heading }).state;
  const jobs = new Jobs([process.execPath, process.argv[1] ?? ""], wordsOf(context, flags, roots), now);
  const configuration = flags.config ?? configurationPath(context.system);
  const reader = new Reader({
    ledger: location.path,
    uid: process.getuid?.() ?? null,
    roots,
    configuration: existsSync(configuration) ? configuration : null,
  });
  let effects: TerminalEffects | null = null;
  await runProgram({
    screen: { stdin, stdout },
    state,
    effects(lend) {
      const control = new JobControl(lend);
      control.begin();
      effects = new TerminalEffects({
        jobs,
        reader,
        control,
        editor,
        stdout,
        signal: context.signal,
        lendKeyboard: (isLent) => context.lendKeyboard(isLent),
        now,
      });
      return effects;
    },
    tickMs: TICK_MS,
    now,
    begin(tell) {
      effects?.perform({ kind: "recall", what: "all" }, tell);
      effects?.watch(tell);
      const begin: readonly JobRequest[] = [STATUS, ...(flags.noRefresh ? [] : [SCAN, AUDIT])];
      for (const request of begin) effects?.perform({ kind: "run", request }, tell);
    },
    signal: context.signal,
    onFailure(listener) {
      // A promise that nobody waits for fails as this, too.
      process.on("uncaughtException", listener);
      return () => process.off("uncaughtException", listener);
    },
  });
  context.exitWith(context.signal.aborted ? EXIT.interrupted : EXIT.clean);
}

/** What the first frame shows: no more than is read at once. */
async function headingOf(location: LedgerLocation, roots: readonly string[]): Promise<Remembered> {
  const ledger = await openLedgerAt(location);
  try {
    return new Recall(ledger, roots).heading();
  } finally {
    ledger.close();
  }
}

const SCAN: JobRequest = { purpose: "scan", words: ["scan"] };
const AUDIT: JobRequest = { purpose: "audit", words: ["audit"] };

/** The words that are really run: with the PATHs and files that the dashboard was started with. */
function wordsOf(context: Context, flags: DashboardFlags, roots: readonly string[]) {
  return async ({ purpose, words, about = "" }: JobRequest): Promise<readonly string[]> => {
    const files = [
      ...(flags.config === undefined ? [] : [`--config=${flags.config}`]),
      ...(flags.ledger === undefined || words.includes("--ledger") ? [] : [`--ledger=${flags.ledger}`]),
    ];
    // What they print is remembered, and read from there.
    if (purpose === "scan") return [...words, "--fail-on", "never", "--output", NOWHERE, ...files, "--", ...roots];
    if (purpose === "audit") {
      const organization = (await hasOrganization(context, flags)) ? ["--organization"] : [];
      return [...words, ...organization, "--fail-on", "never", "--output", NOWHERE, ...files];
    }
    if (purpose === "export") {
      const path = newFile(about, context.system.home);
      return [...words.filter((word) => !word.startsWith("--output=")), `--output=${path}`, ...files];
    }
    return [...words, ...files];
  };
}

const NOWHERE = "/dev/null";

async function hasOrganization(context: Context, flags: DashboardFlags): Promise<boolean> {
  const { operatorPath } = await import("../policy.ts");
  try {
    const path = operatorPath(context, flags);
    if (path === null) return false;
    const { loadAuditConfiguration } = await import("../../config/load.ts");
    return loadAuditConfiguration(path).organization !== undefined;
  } catch (error) {
    // The audit itself will say what is wrong.
    if (error instanceof KeysweepError) return false;
    throw error;
  }
}
