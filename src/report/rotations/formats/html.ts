import type { RotationReport } from "../../../model/rotation.ts";
import { pageText, type Section } from "../../html/document.ts";
import { html } from "../../html/markup.ts";
import { countList, rotationsSection } from "../../html/parts.ts";
import type { RotationsFormat } from "../rotations-format.ts";
import { countText, keysText, needsPerson, stateText, targetText, timeText, userText } from "../summary-text.ts";

/** A page for people: one file, with nothing loaded from elsewhere. */
export const htmlFormat: RotationsFormat = {
  name: "html",
  *write({ rotations, tool, generatedAt }, _appearance, circumstances) {
    const persons = rotations.filter(needsPerson).length;
    const text = countText(rotations);
    yield* pageText({
      kind: "keysweep rotate",
      version: tool.version,
      finishedAt: generatedAt,
      headline: `${text.charAt(0).toUpperCase()}${text.slice(1)}`,
      lead: [],
      warning: null,
      figures: [{ label: "need a person", value: persons, tone: "high" }],
      sections: [rotationsSection({ ...circumstances, rotations }), ...rotations.map(rotationSection)].filter(
        (section) => section !== null,
      ),
    });
  },
};

function rotationSection(rotation: RotationReport, index: number): Section {
  const { name, state, reason, nextStepAt, startedAt, targets, history } = rotation;
  const facts: [string, string][] = [
    ["User", userText(rotation)],
    ["State", state],
    ...(keysText(rotation) === "" ? [] : [["Keys", keysText(rotation)] as [string, string]]),
    ...(startedAt === null ? [] : [["Begun", timeText(startedAt)] as [string, string]]),
    ...(nextStepAt === null ? [] : [["Next step", timeText(nextStepAt)] as [string, string]]),
  ];
  return {
    id: `rotation-${index + 1}`,
    title: name,
    intro: reason ?? `${stateText(state)}.`,
    body: [
      countList(facts),
      html`<ul>${targets.map((target) => html`<li>${target.name}: ${targetText(target)}${target.error === null ? "" : `; ${target.error}`}</li>`)}</ul>\n`,
      html`<ol>${history.map(({ at, event }) => html`<li>${timeText(at)} ${event}</li>`)}</ol>\n`,
    ],
  };
}
