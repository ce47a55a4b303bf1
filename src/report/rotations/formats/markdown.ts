import type { RotationReport } from "../../../model/rotation.ts";
import { markdown, markdownCode } from "../../escape.ts";
import type { RotationsFormat } from "../rotations-format.ts";
import { countText, keysText, needsPerson, targetText, timeText, userText } from "../summary-text.ts";

/** For a ticket, a wiki or a job's summary. */
export const markdownFormat: RotationsFormat = {
  name: "markdown",
  *write({ rotations, generatedAt }) {
    yield `## keysweep rotate: ${markdown(countText(rotations))}\n\n`;
    if (rotations.length > 0) {
      yield "| rotation | user | state | keys | next step |\n|---|---|---|---|---|\n";
      for (const rotation of rotations) yield row(rotation);
      yield "\n";
    }
    for (const rotation of rotations) yield* details(rotation);
    yield `${markdown(timeText(generatedAt))}\n`;
  },
};

function row(rotation: RotationReport): string {
  const { name, state, nextStepAt } = rotation;
  const keys = keysText(rotation);
  const cells = [
    markdownCode(name),
    markdown(userText(rotation)),
    needsPerson(rotation) ? `**${state}**` : state,
    keys === "" ? "" : markdownCode(keys),
    nextStepAt === null ? "" : markdown(timeText(nextStepAt)),
  ];
  return `| ${cells.join(" | ")} |\n`;
}

function* details(rotation: RotationReport): Generator<string> {
  const { name, reason, targets } = rotation;
  if (reason === null && targets.length === 0) return;
  yield `### ${markdown(name)}\n\n`;
  if (reason !== null) yield `${markdown(reason)}\n\n`;
  for (const target of targets) {
    const error = target.error === null ? "" : `; ${markdown(target.error)}`;
    yield `- ${markdown(target.name)} (${markdown(target.type)}): ${markdown(targetText(target))}${error}\n`;
  }
  if (targets.length > 0) yield "\n";
}
