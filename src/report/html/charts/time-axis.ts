import type { scaleUtc } from "d3-scale";
import { html, type Markup } from "../markup.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const DAY_MS = 86_400_000;

/** A few moments of a time axis, each with its text at the height `y`, in UTC; with `line`, each with a line from there down to it. */
export function timeAxis(
  x: ReturnType<typeof scaleUtc<number>>,
  y: number,
  line: readonly [number, number] | null,
): Markup[] {
  const [from = new Date(0), to = from] = x.domain();
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  return x.ticks(6).map((at) => {
    const left = x(at).toFixed(1);
    return html`${line === null ? null : html`<line x1="${left}" x2="${left}" y1="${line[0]}" y2="${line[1]}" class="hair"/>`}<text x="${left}" y="${y}" class="middle quiet">${tickText(at, days)}</text>
`;
  });
}

/** As much of a moment as tells it from its neighbours: `Oct 2026`, `4 Oct`, `14:30`. */
function tickText(at: Date, days: number): string {
  const month = MONTHS[at.getUTCMonth()] ?? "";
  if (days > 300) return `${month} ${at.getUTCFullYear()}`;
  return days > 4 ? `${at.getUTCDate()} ${month}` : `${at.getUTCDate()} ${month}, ${at.toISOString().slice(11, 16)}`;
}

/** `2026-10-04 14:30 UTC` */
export function minuteText(at: string | Date): string {
  return `${(typeof at === "string" ? at : at.toISOString()).slice(0, 16).replace("T", " ")} UTC`;
}
