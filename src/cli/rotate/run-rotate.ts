import type { ConfiguredRotation } from "../../config/rotations.ts";
import { KeysweepError } from "../../model/error.ts";
import type { RotationReport } from "../../model/rotation.ts";
import type { RotationOutlooks } from "../../model/rotation-journal.ts";
import { visible } from "../../report/escape.ts";
import type { LiveRotationsFormat } from "../../report/rotations/rotations-format.ts";
import { rotationsFormats } from "../../report/rotations/rotations-formats.ts";
import { idleReport } from "../../rotate/report.ts";
import { type Begin, journalledReport, type RotationRun, runRotation } from "../../rotate/run.ts";
import { systemWaiting, type Waiting } from "../../runtime/waiting.ts";
import { checkOneKey } from "../access-key-argument.ts";
import type { RotateRunFlags } from "../commands/rotate.ts";
import type { Context } from "../context.ts";
import { errorExit, rotationExit } from "../exit.ts";
import { liveOn, outputsIn } from "../outputs.ts";
import { report as reportError } from "../reporting.ts";
import { openDesk } from "./open-desk.ts";
import type { RotationDesk } from "./rotation-desk.ts";
import { heading, writeRotations } from "./rotations-report.ts";

/** How a rotation fared: how far it came, or what went wrong. */
type Fared =
  | { readonly rotation: ConfiguredRotation; readonly run: RotationRun }
  | { readonly rotation: ConfiguredRotation; readonly error: unknown };

/** The command `rotate run`. */
export async function runRotateRun(
  context: Context,
  flags: RotateRunFlags,
  names: readonly string[],
  waiting: Waiting = systemWaiting,
): Promise<void> {
  if (names.length === 0 && !flags.due) {
    throw new KeysweepError("usage", "which rotations are to be run is not said", {
      hint: "Name them, to begin them now; or --due, to begin those whose time has come.",
    });
  }
  checkOneKey(flags.key, names);
  const outputs = await outputsIn(flags, rotationsFormats);
  const live = liveOn(outputs);
  const desk = await openDesk(context, flags, waiting, true);
  try {
    const rotations = await desk.inOrder(desk.named(names));
    if (live !== null) context.stdout.write(live.start(heading(context, desk)));
    context.finishWhenInterrupted();
    const fared = await runAll(context, flags, desk, rotations, { live, waiting });
    const runs = fared.flatMap((one) => ("run" in one ? [one.run] : []));
    const reports = await Promise.all(
      fared.map(async (one) => ("run" in one ? one.run.report : failedReport(desk, one))),
    );
    await writeRotations(context, flags, outputs, { ...heading(context, desk), rotations: reports }, desk.ledger, true);
    const failed = fared.flatMap((one) => ("error" in one ? [errorExit(one.error)] : []));
    const left = names.length === 0 ? desk.leftUnderWay : [];
    for (const { settings } of left) context.stderr.write(`keysweep: ${leftText(settings)}\n`);
    const outcomes = [...runs.map(({ outcome }) => outcome), ...left.map(() => "needs-person" as const)];
    context.exitWith(failed[0] ?? rotationExit(outcomes));
  } finally {
    await desk.close();
  }
}

/** Nobody goes on with it, so that both keys stay as they are for ever. */
function leftText({ name, userName, accountId }: ConfiguredRotation["settings"]): string {
  return visible(
    `the rotation ${name} of ${userName} in ${accountId} is under way, and the configuration does not have it any more: put it back, or keysweep rotate abandon ${name}`,
  );
}

/** With --wait again and again those that are not at their end. */
async function runAll(
  context: Context,
  flags: RotateRunFlags,
  desk: RotationDesk,
  rotations: readonly ConfiguredRotation[],
  { live, waiting }: { readonly live: LiveRotationsFormat | null; readonly waiting: Waiting },
): Promise<readonly Fared[]> {
  const fared = new Map<ConfiguredRotation, Fared>();
  // What was named begins once, and what then ends has ended; but what went wrong before anything was journalled is begun yet.
  const before = new Map(rotations.map((rotation) => [rotation, desk.latest(rotation)?.id]));
  const tried = new Set<ConfiguredRotation>();
  const beginning = (rotation: ConfiguredRotation): Begin => {
    if (flags.due) return "when-due";
    return !tried.has(rotation) && desk.latest(rotation)?.id === before.get(rotation) ? "now" : "never";
  };
  let left = rotations;
  for (;;) {
    for (const rotation of left) {
      if (context.signal.aborted) break;
      const one = await runOne(context, flags, desk, rotation, beginning(rotation));
      fared.set(rotation, one);
      if ("run" in one) tried.add(rotation);
      if ("run" in one && live !== null) context.stdout.write(live.rotation(one.run.report));
      await desk.handOnTrail();
    }
    left = left.filter((rotation) => mayGoOn(fared.get(rotation)));
    if (!flags.wait || left.length === 0 || context.signal.aborted) break;
    await pause(
      context,
      left.map((rotation) => fared.get(rotation)),
      desk,
      waiting,
    );
  }
  return [...fared.values()];
}

async function runOne(
  context: Context,
  flags: RotateRunFlags,
  desk: RotationDesk,
  rotation: ConfiguredRotation,
  begin: Begin,
): Promise<Fared> {
  try {
    const run = await runRotation(await desk.request(rotation, flags.key ?? null), await desk.world(rotation), begin);
    note(desk.ledger.outlooks, run.report);
    return { rotation, run };
  } catch (error) {
    // The others are not kept waiting.
    context.stderr.write(`keysweep: the rotation ${rotation.settings.name}:\n`);
    await reportError(context.stderr, error, flags.verbose);
    return { rotation, error };
  }
}

function note(outlooks: RotationOutlooks, { id, nextStepAt, reason }: RotationReport): void {
  if (id !== null) outlooks.note(id, { until: nextStepAt, why: reason });
}

function mayGoOn(fared: Fared | undefined): boolean {
  if (fared === undefined) return true;
  // Credentials that have ended may be renewed meanwhile.
  if ("error" in fared)
    return !(fared.error instanceof KeysweepError) || ["aws", "credentials"].includes(fared.error.code);
  return ["waiting", "unreachable", "busy"].includes(fared.run.outcome);
}

/** What failed is tried again after a minute; and clocks may be set, so nothing is waited for longer than a quarter of an hour at once. */
const SHORTEST_PAUSE_MS = 1000;
const USUAL_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

async function pause(
  { signal }: Context,
  fared: readonly (Fared | undefined)[],
  desk: RotationDesk,
  waiting: Waiting,
): Promise<void> {
  const now = waiting.now() + desk.clockAheadMs;
  const pauses = fared.map((one) => {
    const next = one !== undefined && "run" in one ? one.run.report.nextStepAt : null;
    return next === null ? USUAL_PAUSE_MS : Date.parse(next) - now;
  });
  const ms = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, Math.min(...pauses)));
  try {
    await waiting.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** How far it had come by its journal, and what went wrong. */
async function failedReport(
  desk: RotationDesk,
  { rotation, error }: Extract<Fared, { error: unknown }>,
): Promise<RotationReport> {
  const reason = error instanceof KeysweepError ? error.message : "an internal error";
  const latest = desk.latest(rotation);
  return latest === null
    ? idleReport(await desk.idle(rotation), null, reason)
    : { ...journalledReport(latest), reason };
}
