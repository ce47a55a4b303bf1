import { scaleLinear, scaleUtc } from "d3-scale";
import { area, stack } from "d3-shape";
import type { EarlierRun } from "../../../model/earlier-run.ts";
import { SEVERITIES, type Severity } from "../../../model/severity.ts";
import { plural } from "../../summary-text.ts";
import { html, type Markup } from "../markup.ts";
import { type FigureTable, figureMarkup, type LegendEntry } from "./figure.ts";
import { minuteText, timeAxis } from "./time-axis.ts";

const WIDTH = 760;
const HEIGHT = 230;
const LEFT = 44;
const RIGHT = 14;
const BOTTOM = 28;
const MOST_IN_TABLE = 100;

interface Point extends EarlierRun {
  readonly at: Date;
  readonly total: number;
}

/** Findings by severity over the runs, in whatever order they come; null where there is no line to draw. */
export function trendChart(runs: readonly EarlierRun[]): Markup | null {
  const points = runs
    .map((run) => ({ ...run, at: new Date(run.finishedAt), total: totalOf(run) }))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || first.at.getTime() === last.at.getTime()) return null;
  const x = scaleUtc()
    .domain([first.at, last.at])
    .range([LEFT, WIDTH - RIGHT]);
  const y = scaleLinear()
    .domain([0, Math.max(1, ...points.map(({ total }) => total))])
    .range([HEIGHT - BOTTOM, 12])
    .nice(5);
  return figureMarkup({
    title: "Findings over time",
    says: changeText(first.total, last.total, points.length),
    width: WIDTH,
    height: HEIGHT,
    drawing: [
      y
        .ticks(5)
        .filter(Number.isInteger)
        .map((value) => level(value, y)),
      layers(points, x, y),
      points.map((point) => dot(point, points.length > 60 ? 1.5 : 3, x, y)),
      timeAxis(x, HEIGHT - 8, null),
    ],
    legend: legendOf(points),
    table: tableOf(points),
  });
}

function level(value: number, y: (value: number) => number): Markup {
  const height = y(value).toFixed(1);
  return html`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${height}" y2="${height}" class="hair"/>
<text x="${LEFT - 8}" y="${(y(value) + 4).toFixed(1)}" class="end quiet">${value}</text>
`;
}

/** The worst lies at the bottom, where its line is the truest. */
function layers(points: readonly Point[], x: (at: Date) => number, y: (value: number) => number): Markup[] {
  const stacked = stack<unknown, Point, Severity>()
    .keys(SEVERITIES)
    .value(({ summary }, severity) => summary[severity])(points);
  const shape = area<(typeof stacked)[number][number]>()
    .x(({ data }) => x(data.at))
    .y0(([low]) => y(low))
    .y1(([, high]) => y(high))
    .digits(1);
  return stacked.map((layer) => html`<path class="fill-${layer.key}" d="${shape(layer)}"/>\n`);
}

function dot(
  { at, finishedAt, total, complete }: Point,
  radius: number,
  x: (at: Date) => number,
  y: (value: number) => number,
): Markup {
  const text = `${minuteText(finishedAt)}: ${plural(total, "finding")}${complete ? "" : ", not everything was read"}`;
  const style = complete ? "run" : "run part";
  return html`<circle cx="${x(at).toFixed(1)}" cy="${y(total).toFixed(1)}" r="${radius}" class="${style}"><title>${text}</title></circle>\n`;
}

function legendOf(points: readonly Point[]): LegendEntry[] {
  const present = SEVERITIES.filter((severity) => points.some(({ summary }) => summary[severity] > 0));
  return [
    ...present.map((severity) => ({ name: `fill-${severity}`, label: severity })),
    ...(points.every(({ complete }) => complete) ? [] : [{ name: "run part", label: "not everything was read" }]),
  ];
}

function tableOf(points: readonly Point[]): FigureTable {
  const rows = points.toReversed().slice(0, MOST_IN_TABLE);
  return {
    columns: ["Run", ...SEVERITIES, "All", "Read"],
    rows: rows.map(({ finishedAt, summary, total, complete }) => [
      minuteText(finishedAt),
      ...SEVERITIES.map((severity) => summary[severity]),
      total,
      complete ? "everything" : "in part",
    ]),
    leftOut: points.length - rows.length,
  };
}

function changeText(from: number, to: number, runs: number): string {
  const change = from === to ? `${to} then and now` : `From ${from} to ${to}`;
  return `${change}, in ${plural(runs, "run")}. What was allowed does not count.`;
}

function totalOf({ summary }: EarlierRun): number {
  return SEVERITIES.reduce((sum, severity) => sum + summary[severity], 0);
}
