import { createInterface } from "node:readline/promises";
import type { ConfiguredRotation } from "../../config/rotations.ts";
import { KeysweepError } from "../../model/error.ts";
import type { RotationReport } from "../../model/rotation.ts";
import type { RotationCommand } from "../../model/rotation-event.ts";
import { visible } from "../../report/escape.ts";
import { rotationsFormats } from "../../report/rotations/rotations-formats.ts";
import { fold } from "../../rotate/apply.ts";
import { type CommandCell, commandCell } from "../../rotate/commands.ts";
import { commandProspect, prospectText } from "../../rotate/prospect.ts";
import type { RotationRequest } from "../../rotate/read-plan.ts";
import { hasEnded, isHalfWritten, type Rotation } from "../../rotate/rotation.ts";
import { checkKey, commandRotation, type RotationRun } from "../../rotate/run.ts";
import { systemWaiting, type Waiting } from "../../runtime/waiting.ts";
import { checkOneKey } from "../access-key-argument.ts";
import type { RotateCommandFlags } from "../commands/rotate.ts";
import type { Context } from "../context.ts";
import { rotationExit } from "../exit.ts";
import { outputsIn } from "../outputs.ts";
import { openDesk } from "./open-desk.ts";
import type { RotationDesk } from "./rotation-desk.ts";
import { heading, writeRotations } from "./rotations-report.ts";

/** The commands by which a person says how a rotation is to go on. */
export async function runRotateCommand(
  context: Context,
  flags: RotateCommandFlags,
  command: RotationCommand,
  names: readonly string[],
  waiting: Waiting = systemWaiting,
): Promise<void> {
  checkOneKey(flags.key, names);
  const outputs = await outputsIn(flags, rotationsFormats);
  const desk = await openDesk(context, flags, waiting, true);
  try {
    // All are looked at before anything is done to one.
    const asked = [];
    for (const name of names) {
      const one = wanted(desk, command, name);
      const request = await desk.request(one.configured, flags.key ?? null);
      // Looked at again once nobody else can change it; but nothing is announced that will not be done.
      checkKey(request, one.rotation.oldKey.id);
      asked.push({ ...one, request });
    }
    const sentences = asked.flatMap(({ rotation, cell, request }) => [
      ...announcement(command, rotation, cell),
      ...leftAlone(command, rotation, request),
    ]);
    for (const text of sentences) context.stderr.write(`keysweep: ${visible(text)}\n`);
    if (command !== "confirm" && !flags.yes) await ask(context);
    context.finishWhenInterrupted();
    const runs: RotationRun[] = [];
    for (const { configured, request } of asked) {
      const world = await desk.world(configured, { without: command !== "confirm" });
      const result = await commandRotation(request, world, command);
      if (result.kind === "refused") throw refused(command, configured.settings.name, result.why);
      const { report } = result.run;
      if (report.id !== null) desk.ledger.outlooks.note(report.id, { until: report.nextStepAt, why: report.reason });
      runs.push(result.run);
    }
    const reports: RotationReport[] = runs.map(({ report }) => report);
    await writeRotations(context, flags, outputs, { ...heading(context, desk), rotations: reports }, desk.ledger);
    // What a person just decided needs no person.
    context.exitWith(
      rotationExit(runs.map(({ outcome, report }) => (report.state === "reactivated" ? "ended" : outcome))),
    );
  } finally {
    await desk.close();
  }
}

/** @throws KeysweepError `usage` when there is no such rotation, or the command means nothing to it. */
function wanted(desk: RotationDesk, command: RotationCommand, name: string) {
  const configured = desk.rotations.find(({ settings }) => settings.name === name);
  // The name may have gone to another user while the rotation of the first one was under way.
  const left = desk.leftUnderWay.find(({ settings }) => settings.name === name);
  const isFree = configured === undefined || !isUnderWay(latestOf(desk, configured));
  const known = (isFree ? left : undefined) ?? configured ?? desk.left(name) ?? desk.named([name])[0];
  if (known === undefined) throw refused(command, name, "there is no such rotation");
  const rotation = latestOf(desk, known);
  const cell = commandCell(rotation, command, known === configured);
  if (rotation === null || !cell.accepted) throw refused(command, name, cell.accepted ? "none is under way" : cell.why);
  return { configured: known, rotation, cell };
}

function latestOf(desk: RotationDesk, configured: ConfiguredRotation): Rotation | null {
  const latest = desk.latest(configured);
  return latest === null ? null : fold(latest.id, latest.events);
}

function isUnderWay(rotation: Rotation | null): boolean {
  return rotation !== null && !hasEnded(rotation);
}

function refused(command: RotationCommand, name: string, why: string): KeysweepError {
  return new KeysweepError("usage", `rotate ${command} ${name}: ${why}`, {
    hint: `See keysweep rotate status ${name}.`,
  });
}

/** Exactly what will be done. */
function announcement(
  command: RotationCommand,
  rotation: Rotation,
  cell: Extract<CommandCell, { accepted: true }>,
): readonly string[] {
  const { name, userName, accountId } = rotation.outline;
  const prospect = commandProspect(rotation, command, cell);
  const ahead = prospect.ahead.map(({ what, notBefore }) =>
    notBefore === null ? what : `From ${notBefore} on: ${what}`,
  );
  return [`${command} ${name} (user ${userName} in ${accountId}):`, ...prospectText(prospect), ...ahead];
}

/** What a person may expect of targets, and does not come: the configuration does not say any more how they are written. */
function leftAlone(command: RotationCommand, { targets }: Rotation, request: RotationRequest): string[] {
  if (command === "confirm") return [];
  const configured = new Set(request.targets.map(({ name }) => name));
  return targets
    .filter(({ planned }) => !configured.has(planned.name))
    .flatMap((target) => {
      const { name } = target.planned;
      const left = `${name}: the configuration does not have it any more`;
      if (isHalfWritten(target)) return [`${left}, and it has an id and a secret that do not belong together`];
      return command === "reactivate" && target.attempted ? [`${left}, so it keeps the new key`] : [];
    });
}

/** @throws KeysweepError `usage` where nobody can be asked, `interrupted` where the answer is no. */
async function ask({ stdin, stderr }: Context): Promise<void> {
  if ((stdin as { readonly isTTY?: boolean }).isTTY !== true) {
    throw new KeysweepError("usage", "there is no terminal to ask on", { hint: "Add --yes if that is what you want." });
  }
  stderr.write("Go on? [y/N] ");
  const lines = createInterface({ input: process.stdin });
  const answer = await new Promise<string>((resolve) => {
    lines.once("line", resolve);
    lines.once("close", () => resolve(""));
  });
  lines.close();
  if (!/^y(?:es)?$/i.test(answer.trim())) throw new KeysweepError("interrupted", "nothing was done");
}
