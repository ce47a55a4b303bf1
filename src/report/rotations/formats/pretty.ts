import type { RotationReport, RotationState } from "../../../model/rotation.ts";
import { visible } from "../../escape.ts";
import type { Appearance } from "../../format.ts";
import { BOLD, DIM, type Paint, painter, RED, words, wrapped } from "../../terminal.ts";
import type { RotationsFormat } from "../rotations-format.ts";
import { countText, keysText, needsPerson, stateText, targetText, timeText, userText } from "../summary-text.ts";

/** How many of the last events are shown unless all are asked for. */
const FEW_EVENTS = 5;

const GREEN = 32;
const YELLOW = 33;

/** For a person at a terminal: those that need one first. */
export const pretty: RotationsFormat = {
  name: "pretty",
  *write({ rotations }, appearance) {
    const paint = painter(appearance.color);
    const inOrder = rotations.toSorted((a, b) => Number(needsPerson(b)) - Number(needsPerson(a)));
    for (const rotation of inOrder) yield* rotationLines(rotation, appearance, paint);
    const text = countText(rotations);
    yield `${text.charAt(0).toUpperCase()}${text.slice(1)}.\n`;
  },
};

function* rotationLines(rotation: RotationReport, { width, verbose }: Appearance, paint: Paint): Generator<string> {
  const { name, state, reason, nextStepAt, startedAt, targets, history } = rotation;
  yield `${paint(visible(name), BOLD)}  ${visible(userText(rotation))}\n`;
  yield `  ${paint(state.toUpperCase(), colorOf(state))}  ${stateText(state)}\n`;
  const keys = keysText(rotation);
  if (keys !== "") yield `  keys       ${visible(keys)}\n`;
  if (startedAt !== null) yield `  begun      ${timeText(startedAt)}\n`;
  if (nextStepAt !== null) yield `  next step  ${timeText(nextStepAt)}\n`;
  if (reason !== null) yield* wrapped(words(reason), { width, indent: "  ", hanging: "" });
  for (const target of targets) {
    const text = words(`- ${target.name}: ${targetText(target)}`);
    yield* wrapped(text, { width, indent: "  ", hanging: "    " });
    if (target.error !== null) yield* wrapped(words(target.error), { width, indent: "      ", hanging: "" });
  }
  const shown = verbose ? history : history.slice(-FEW_EVENTS);
  if (shown.length < history.length) {
    yield paint(`  ${history.length - shown.length} earlier events: --verbose\n`, DIM);
  }
  for (const { at, event } of shown) {
    yield* wrapped([paint(timeText(at), DIM), ...words(event)], { width, indent: "  ", hanging: " ".repeat(22) });
  }
  yield "\n";
}

function colorOf(state: RotationState): number {
  switch (state) {
    case "done":
      return GREEN;
    case "stuck":
      return RED;
    case "reactivated":
    case "abandoned":
      return YELLOW;
    default:
      return BOLD;
  }
}
