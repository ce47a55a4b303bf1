import type { Obstacle, PlannedKey, PlanTarget, RotationPlan } from "../../../model/rotation-plan.ts";
import { visible } from "../../escape.ts";
import type { Appearance } from "../../format.ts";
import { timeText } from "../../rotations/summary-text.ts";
import { plural } from "../../summary-text.ts";
import { BOLD, type Paint, painter, RED, words, wrapped } from "../../terminal.ts";
import type { PlanFormat } from "../plan-formats.ts";

const YELLOW = 33;
/** As wide as `target`, and a gap. */
const HANGING = " ".repeat(8);

/** For a person at a terminal: what is, what is in the way, what would happen. */
export const pretty: PlanFormat = {
  name: "pretty",
  *write({ plans, underWay }, appearance) {
    const paint = painter(appearance.color);
    for (const plan of plans) yield* planLines(plan, appearance, paint);
    for (const { name, state } of underWay)
      yield `${paint(visible(name), BOLD)}  is under way (${state}): keysweep rotate status ${visible(name)}\n\n`;
    const blocked = plans.filter(({ obstacles }) => obstacles.length > 0).length;
    const due = plans.filter(({ isDue, obstacles }) => isDue && obstacles.length === 0).length;
    yield `${plural(plans.length + underWay.length, "rotation")}: ${due} due, ${underWay.length} under way, ${blocked} with something in the way.\n`;
  },
};

function* planLines(plan: RotationPlan, { width }: Appearance, paint: Paint): Generator<string> {
  const { name, userName, accountId, isDue, dueAt, keys, targets, obstacles, warnings, timetable } = plan;
  yield `${paint(visible(name), BOLD)}  ${visible(userName)} in ${accountId}\n`;
  yield `  ${isDue ? "due" : "not due"}${dueAt === null ? "" : `: ${timeText(dueAt)}`}\n`;
  for (const key of keys)
    yield* wrapped(["key    ", ...words(keyText(key))], { width, indent: "  ", hanging: HANGING });
  for (const target of targets)
    yield* wrapped(["target ", ...words(targetText(target, obstacles))], { width, indent: "  ", hanging: HANGING });
  for (const { evidence, remedy } of obstacles) {
    yield* wrapped([paint("IN THE WAY", RED), ...words(`${evidence}. ${remedy}`)], { width, indent: "  " });
  }
  for (const warning of warnings) {
    yield* wrapped([paint("note", YELLOW), ...words(warning)], { width, indent: "  " });
  }
  if (timetable.length > 0) yield "  begun now, at the earliest:\n";
  for (const { at, what } of timetable)
    yield* wrapped([timeText(at), "", ...words(what)], { width, indent: "    ", hanging: " ".repeat(22) });
  yield "\n";
}

function keyText({ accessKeyId, status, ageDays, lastUsedAt, lastUsedService, lastUsedRegion }: PlannedKey): string {
  const used =
    lastUsedAt === null
      ? "never used"
      : `last used ${timeText(lastUsedAt)} for ${lastUsedService ?? "?"} in ${lastUsedRegion ?? "?"}`;
  return `${accessKeyId}  ${status}, ${ageDays} days old, ${used}`;
}

function targetText({ name, type, holds, accessKeyId, error }: PlanTarget, obstacles: readonly Obstacle[]): string {
  // What is in the way is told once, below.
  if (error !== null && obstacles.some(({ code }) => code === "target-unusable")) return `${name} (${type})`;
  if (error !== null) return `${name} (${type}): ${error}`;
  const held = {
    key: `holds ${accessKeyId ?? "a key"}`,
    part: `holds a part of a key${accessKeyId === null ? "" : ` (${accessKeyId})`}`,
    nothing: "holds nothing yet",
    hidden: "what it holds cannot be read",
    unreadable: "could not be read",
  }[holds];
  return `${name} (${type}): ${held}`;
}
