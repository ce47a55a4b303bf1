import type { RotationReport } from "../../../model/rotation.ts";
import { rotationTimeline } from "../../html/charts/rotations.ts";
import { pageText, type Section } from "../../html/document.ts";
import { type Grid, gridMarkup } from "../../html/grid.ts";
import type { GridRow } from "../../html/page-data.ts";
import { plural } from "../../summary-text.ts";
import type { RotationsFormat } from "../rotations-format.ts";
import { countText, keysText, needsPerson, stateText, targetText, timeText, userText } from "../summary-text.ts";

const NEEDS_PERSON = "needs a person";

/** A page for people: one file, with nothing loaded from elsewhere. */
export const htmlFormat: RotationsFormat = {
  name: "html",
  *write({ rotations, tool, generatedAt }) {
    const persons = rotations.filter(needsPerson).length;
    const timeline = rotationTimeline(rotations);
    yield* pageText({
      kind: "keysweep rotate",
      version: tool.version,
      finishedAt: generatedAt,
      headline: headlineText(rotations.length, persons),
      lead: rotations.length === 0 ? [] : [`${countText(rotations)}.`],
      warning: null,
      figures: [
        {
          label: persons === 1 ? "needs a person" : "need a person",
          value: persons,
          tone: "high",
          section: "rotations",
          choose: { grid: "rotations", filters: { Needs: "a person" } },
        },
      ],
      sections: [
        rotationsSection(rotations),
        timeline === null ? null : { id: "timeline", title: "Timeline", body: [timeline] },
      ].filter((section) => section !== null),
    });
  },
};

function headlineText(rotations: number, persons: number): string {
  if (rotations === 0) return "No rotations";
  if (persons === 0) return plural(rotations, "rotation");
  return `${plural(rotations, "rotation")}, ${persons} of them ${persons === 1 ? "needs" : "need"} a person`;
}

function rotationsSection(rotations: readonly RotationReport[]): Section {
  const heading = { id: "rotations", title: "Rotations" };
  if (rotations.length === 0) return { ...heading, intro: "There are none.", body: [] };
  const grid: Grid = {
    id: "rotations",
    head: {
      noun: ["rotation", "rotations"],
      columns: [
        { title: "Rotation", kind: "text", opens: true },
        { title: "State", kind: "text" },
        { title: "Keys", kind: "code", wide: true },
        { title: "Next step", kind: "word", wide: true },
        { title: "Account", kind: "word", hidden: true },
      ],
      filters: [
        { kind: "select", label: "State", column: 1 },
        { kind: "select", label: "Account", column: 4 },
        { kind: "marks", label: "Needs", options: [{ label: "a person", mark: NEEDS_PERSON, has: true }] },
      ],
    },
    rows: rotations.toSorted((a, b) => Number(needsPerson(b)) - Number(needsPerson(a))).map(rowOf),
  };
  return { ...heading, body: gridMarkup(grid) };
}

function rowOf(rotation: RotationReport): GridRow {
  const { name, state, reason, nextStepAt, startedAt, accountId, targets, history } = rotation;
  return {
    cells: [
      [name, userText(rotation)],
      [state, reason ?? stateText(state)],
      keysText(rotation) || null,
      nextStepAt === null ? null : timeText(nextStepAt),
      accountId,
    ],
    ...(needsPerson(rotation) ? { marks: [NEEDS_PERSON] } : {}),
    detail: {
      text: `${stateText(state)}.`.replace(/^./, (first) => first.toUpperCase()),
      facts: [
        ["User", userText(rotation)],
        ["Keys", keysText(rotation)],
        ["Begun", startedAt === null ? "" : timeText(startedAt)],
        ["Next step", nextStepAt === null ? "" : timeText(nextStepAt)],
        ["Why", reason ?? ""],
      ].flatMap(([fact = "", value = ""]) => (value === "" ? [] : [[fact, value] as const])),
      lists: [
        {
          title: "Targets",
          items: targets.map((target) => {
            const trouble = target.error === null ? "" : `; ${target.error}`;
            return [`${target.type}: ${target.name}`, targetText(target) + trouble] as const;
          }),
          more: 0,
        },
        { title: "What happened", items: history.map(({ at, event }) => [event, timeText(at)] as const), more: 0 },
      ].filter(({ items }) => items.length > 0),
    },
  };
}
