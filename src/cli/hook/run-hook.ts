import { CHECKED_HOOKS, type CheckedHook, isCheckedHook } from "../../hook/script.ts";
import { KeysweepError } from "../../model/error.ts";
import { hookMessage, type Stopped, uncheckedMessage } from "../../report/hook-message.ts";
import type { HookRunFlags } from "../commands/hook.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitStatus, errorExit, type FailOn, parseFailOn, reportExit, verdictOn } from "../exit.ts";
import { report } from "../reporting.ts";
import type { CheckedChange } from "../scan/change.ts";
import { scanChange } from "../scan/scan-change.ts";
import { hookSettings } from "./hook-settings.ts";

/** The command `hook run`: what is about to be committed or pushed, looked at with a person waiting for it. */
export async function runHook(context: Context, flags: HookRunFlags, words: readonly string[]): Promise<void> {
  const [hook = "", ...args] = words;
  if (!isCheckedHook(hook)) {
    throw new KeysweepError("usage", `keysweep has no hook ${JSON.stringify(hook)}`, {
      hint: `It has ${CHECKED_HOOKS.join(", ")}.`,
    });
  }
  const failOn = parseFailOn(flags.failOn);
  const settings = { ...flags, noRepositoryConfig: false };
  const { onError } = await hookSettings(context, settings);
  const blocks = onError === "block";
  try {
    const status = await checked(context, changesFor(context, settings, hook, args), { hook, failOn, blocks });
    context.exitWith(context.signal.aborted ? EXIT.interrupted : status);
  } catch (error) {
    // Whoever interrupts a commit knows that it is stopped; git, which was stopped too, complains of that.
    if (context.signal.aborted) {
      context.exitWith(EXIT.interrupted);
      return;
    }
    await report(context.stderr, error, flags.verbose);
    context.stderr.write(blocks ? STOPPED : WENT_ON);
    context.exitWith(blocks ? errorExit(error) : EXIT.clean);
  }
}

const STOPPED = "keysweep: nothing was checked, so git was stopped.\n";
const WENT_ON = "keysweep: nothing was checked, and git goes on, since hooks.onError is warn.\n";

interface Rules {
  readonly hook: CheckedHook;
  readonly failOn: FailOn;
  /** Whether what could not be checked stops git. */
  readonly blocks: boolean;
}

/** Scans one change after another; the worst of their statuses. */
async function checked(
  context: Context,
  changes: AsyncIterable<CheckedChange>,
  { hook, failOn, blocks }: Rules,
): Promise<ExitStatus> {
  const stopped: Stopped = hook === "pre-commit" ? "commit" : "push";
  const statuses: ExitStatus[] = [];
  for await (const change of changes) {
    const scanned = await scanChange(context, change);
    const fails = verdictOn(scanned, failOn);
    const findings = scanned.findings.filter(fails);
    if (findings.length > 0) {
      const { concernsFirstCommit } = await import("./first-commit.ts");
      const { operatorGit } = await import("../scan/change.ts");
      const isFirst = await concernsFirstCommit(operatorGit(context), stopped, findings);
      write(context, hookMessage(findings, stopped, isFirst));
    }
    if (!scanned.coverage.complete) write(context, uncheckedMessage(scanned, stopped, blocks));
    const status = reportExit(scanned, fails);
    statuses.push(status === EXIT.incomplete && !blocks ? EXIT.clean : status);
  }
  if (statuses.includes(EXIT.findings)) return EXIT.findings;
  return statuses.includes(EXIT.incomplete) ? EXIT.incomplete : EXIT.clean;
}

function write({ stderr }: Context, pieces: Iterable<string>): void {
  for (const piece of pieces) stderr.write(piece);
}

type Settings = HookRunFlags & { readonly noRepositoryConfig: boolean };

async function* changesFor(
  context: Context,
  flags: Settings,
  hook: CheckedHook,
  args: readonly string[],
): AsyncGenerator<CheckedChange, void> {
  const { operatorGit, pushedRange, stagedChange } = await import("../scan/change.ts");
  const { environment } = context.system;
  // Run by hand, the pre-commit framework may name two commits, and what is staged is none of what is meant.
  const isRange = environment.PRE_COMMIT === "1" && environment.PRE_COMMIT_FROM_REF !== undefined;
  if (hook === "pre-commit" && !isRange) {
    yield await stagedChange(context, flags);
    return;
  }
  const { pushRequests } = await import("./push-requests.ts");
  const kind = hook === "pre-receive" ? hook : "pre-push";
  const input = { args, environment, stdin: context.stdin, git: operatorGit(context) };
  for (const { request, policyFrom } of await pushRequests(kind, input)) {
    yield await pushedRange(context, flags, request, policyFrom);
  }
}
