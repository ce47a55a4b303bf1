import type { Ledger } from "../../ledger/ledger.ts";
import { KeysweepError } from "../../model/error.ts";
import type { RotationReport } from "../../model/rotation.ts";
import { visible } from "../../report/escape.ts";
import { rotationsFormats } from "../../report/rotations/rotations-formats.ts";
import { needsPerson, userText } from "../../report/rotations/summary-text.ts";
import type { ReportCommandFlags } from "../commands/report.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import { outputsIn } from "../outputs.ts";
import { heading, writeRotations } from "../rotate/rotations-report.ts";
import { toldOf, toldRotations } from "../rotate/told-rotations.ts";
import { type TimeRange, timeRange } from "./remembered-runs.ts";

/** What the ledger remembers of rotations: the journals alone, whatever the configuration has. */
export async function reportRotations(context: Context, flags: ReportCommandFlags, ledger: Ledger): Promise<void> {
  if (flags.baseline !== undefined) {
    throw new KeysweepError("usage", "--baseline is for reports of scans and audits", {
      hint: "Rotations are told with their history: --since and --until choose a time.",
    });
  }
  if (flags.list) return list(context, everyRotation(ledger));
  const outputs = await outputsIn(flags, rotationsFormats);
  const rotations = chosen(ledger, flags);
  await writeRotations(context, flags, outputs, { ...heading(context, { clockAheadMs: 0 }), rotations }, ledger);
  context.exitWith(flags.failOn !== "never" && rotations.some(needsPerson) ? EXIT.findings : EXIT.clean);
}

/** Each user's latest; of a time, all that were under way in it. @throws KeysweepError `usage` when there is none of that id. */
function chosen(ledger: Ledger, flags: ReportCommandFlags): RotationReport[] {
  const range = timeRange(flags);
  if (flags.run !== undefined) {
    const rotation = everyRotation(ledger).find(({ id }) => id === flags.run);
    if (rotation !== undefined) return [rotation];
    throw new KeysweepError("usage", `there is no rotation ${JSON.stringify(flags.run)}`, {
      hint: "keysweep report rotations --list says which there are.",
    });
  }
  if (range.from === null && range.to === null) return toldRotations(ledger);
  return everyRotation(ledger).filter((rotation) => isOf(rotation, range));
}

function everyRotation(ledger: Ledger): RotationReport[] {
  return Array.from(ledger.rotations.every(), (rotation) => toldOf(ledger, rotation));
}

/** Whether it was begun before the end of the time, and had not ended before its beginning. */
function isOf({ state, startedAt, history }: RotationReport, { from, to }: TimeRange): boolean {
  const hasEnded = state === "done" || state === "abandoned";
  const endedAt = hasEnded ? (history.at(-1)?.at ?? null) : null;
  return (to === null || (startedAt ?? "") < to) && (from === null || endedAt === null || endedAt >= from);
}

/** One line a rotation, the last first. */
function list({ stdout }: Context, rotations: readonly RotationReport[]): void {
  for (const rotation of rotations.toReversed()) {
    const { id, startedAt, state, name } = rotation;
    const line = `${id ?? ""}  ${(startedAt ?? "").slice(0, 19)}Z  ${state}: ${name}, ${userText(rotation)}`;
    if (!stdout.write(`${visible(line)}\n`)) return;
  }
}
