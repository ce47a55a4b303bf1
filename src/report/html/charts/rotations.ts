import { scaleUtc } from "d3-scale";
import type { RotationReport, RotationState } from "../../../model/rotation.ts";
import { plural } from "../../summary-text.ts";
import { html, type Markup } from "../markup.ts";
import { clipped, figureMarkup } from "./figure.ts";
import { minuteText, timeAxis } from "./time-axis.ts";

const WIDTH = 760;
const LABELS = 200;
const STATES = 110;
const TOP = 24;
const ROW = 28;
const MOST_ROTATIONS = 40;
const MOST_EVENTS = 60;

/** The last rotations as spans of time with their events; null where none was begun. */
export function rotationTimeline(rotations: readonly RotationReport[]): Markup | null {
  const spans = rotations
    .flatMap((rotation) => spanOf(rotation) ?? [])
    .toSorted((a, b) => b.to.getTime() - a.to.getTime() || b.from.getTime() - a.from.getTime());
  const shown = spans.slice(0, MOST_ROTATIONS);
  if (shown.length === 0) return null;
  const from = Math.min(...shown.map((span) => span.from.getTime()));
  const to = Math.max(...shown.map(({ next, to: end }) => (next ?? end).getTime()), from + 60_000);
  const x = scaleUtc()
    .domain([from, to])
    .range([LABELS, WIDTH - STATES]);
  const stuck = rotations.filter(({ state }) => state === "stuck").length;
  return figureMarkup({
    title: "The last rotations",
    says: `${plural(spans.length, "rotation")}${stuck === 0 ? "" : `; ${stuck} stuck`}. A dashed line leads to the next step.`,
    width: WIDTH,
    height: TOP + shown.length * ROW,
    drawing: [
      timeAxis(x, 12, [TOP - 6, TOP + shown.length * ROW]),
      shown.map((span, index) => lane(span, x, TOP + index * ROW)),
    ],
    table: {
      columns: ["Rotation", "User", "State", "Begun", "Last event", "Next step", "Why"],
      rows: shown.map(({ rotation, from: begun, to: last, next }) => [
        rotation.name,
        `${rotation.userName} in ${rotation.accountId}`,
        rotation.state,
        minuteText(begun),
        minuteText(last),
        next === null ? "" : minuteText(next),
        rotation.reason ?? "",
      ]),
      leftOut: spans.length - shown.length,
    },
  });
}

interface Span {
  readonly rotation: RotationReport;
  readonly from: Date;
  /** Of the last event. */
  readonly to: Date;
  readonly next: Date | null;
}

function spanOf(rotation: RotationReport): Span | null {
  const { startedAt, nextStepAt, history } = rotation;
  const times = [startedAt, ...history.map(({ at }) => at)].filter((at) => at !== null).map((at) => Date.parse(at));
  if (times.length === 0) return null;
  return {
    rotation,
    from: new Date(Math.min(...times)),
    to: new Date(Math.max(...times)),
    next: nextStepAt === null ? null : new Date(nextStepAt),
  };
}

function lane({ rotation, from, to, next }: Span, x: (at: Date) => number, y: number): Markup {
  const { name, userName, accountId, state, history } = rotation;
  const middle = y + ROW / 2;
  const ahead =
    next === null || next <= to
      ? null
      : html`<line x1="${x(to).toFixed(1)}" x2="${x(next).toFixed(1)}" y1="${middle}" y2="${middle}" class="ahead"/>`;
  return html`<g class="rotation ${outcomeOf(state)}"><text x="0" y="${middle + 4}">${clipped(name, 30)}<title>${name}: ${userName} in ${accountId}</title></text>
<line x1="${x(from).toFixed(1)}" x2="${x(to).toFixed(1)}" y1="${middle}" y2="${middle}" class="span"/>${ahead}
${history
  .slice(-MOST_EVENTS)
  .map(
    ({ at, event }) =>
      html`<circle cx="${x(new Date(at)).toFixed(1)}" cy="${middle}" r="4"><title>${minuteText(at)}: ${event}</title></circle>`,
  )}
<text x="${WIDTH - STATES + 12}" y="${middle + 4}" class="state">${state}</text></g>
`;
}

function outcomeOf(state: RotationState): string {
  if (state === "done") return "ended";
  return state === "stuck" || state === "reactivated" || state === "abandoned" ? "failed" : "under-way";
}
