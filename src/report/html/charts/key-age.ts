import { scaleBand, scaleLinear, scaleSqrt } from "d3-scale";
import { plural } from "../../summary-text.ts";
import { html, type Markup } from "../markup.ts";
import { clipped, figureMarkup } from "./figure.ts";

/** Ages by which keys are counted: from the end of the one before, in days. 90 days is the bound of CIS, PCI DSS and AWS's own checks. */
export const AGE_BANDS = [
  { label: "under 30 d", below: 30 },
  { label: "30–90 d", below: 90 },
  { label: "90–180 d", below: 180 },
  { label: "180 d–1 y", below: 365 },
  { label: "1–2 y", below: 730 },
  { label: "2–3 y", below: 1095 },
  { label: "over 3 y", below: Number.POSITIVE_INFINITY },
] as const;

const OLD_FROM = AGE_BANDS.findIndex(({ below }) => below === 90) + 1;

/** How many keys of an account are how old: one number for each of {@link AGE_BANDS}. */
export interface AccountAges {
  readonly account: string;
  readonly counts: readonly number[];
}

const WIDTH = 760;
const LABELS = 200;
const BARS = 130;
const ROW = 26;
const MOST_ACCOUNTS = 14;
const MOST_IN_TABLE = 500;

/** Ages of keys: of all, and below that of each account; null where there are no keys. */
export function keyAgeChart(ages: readonly AccountAges[], title: string): Markup | null {
  const accounts = ages
    .filter(({ counts }) => sum(counts) > 0)
    .toSorted((a, b) => old(b.counts) - old(a.counts) || sum(b.counts) - sum(a.counts));
  const total = added(accounts);
  if (sum(total) === 0) return null;
  const shown = shownRows(accounts);
  const most = Math.max(...accounts.flatMap(({ counts }) => counts));
  const x = scaleBand<number>()
    .domain(AGE_BANDS.map((_, index) => index))
    .range([LABELS, WIDTH])
    .paddingInner(0.06);
  const top = BARS + 46;
  return figureMarkup({
    title,
    says: `${plural(old(total), "key")} of ${sum(total)} ${old(total) === 1 ? "is" : "are"} older than 90 days.`,
    width: WIDTH,
    height: top + shown.length * ROW,
    drawing: [histogram(total, x), shown.map((row, index) => accountRow(row, x, top + index * ROW, most))],
    table: {
      columns: ["Account", ...AGE_BANDS.map(({ label }) => label), "All"],
      rows: [
        ["All accounts", ...total, sum(total)],
        ...accounts.slice(0, MOST_IN_TABLE).map(({ account, counts }) => [account, ...counts, sum(counts)]),
      ],
      leftOut: Math.max(0, accounts.length - MOST_IN_TABLE),
    },
  });
}

type Bands = ReturnType<typeof scaleBand<number>>;

function histogram(counts: readonly number[], x: Bands): Markup[] {
  const y = scaleLinear()
    .domain([0, Math.max(...counts)])
    .range([0, BARS - 24]);
  return counts.map((count, index) => {
    const left = x(index) ?? 0;
    const middle = left + x.bandwidth() / 2;
    const height = y(count);
    return html`<g class="${index >= OLD_FROM ? "old" : "young"}"><rect x="${px(left)}" y="${px(BARS - height)}" width="${px(x.bandwidth())}" height="${px(height)}"/>
<text x="${px(middle)}" y="${px(BARS - height - 6)}" class="middle strong">${count === 0 ? "" : count}</text></g>
<line x1="${px(left)}" x2="${px(left + x.bandwidth())}" y1="${BARS}" y2="${BARS}" class="axis"/>
<text x="${px(middle)}" y="${BARS + 18}" class="middle quiet">${AGE_BANDS[index]?.label}</text>
`;
  });
}

function accountRow({ account, counts }: AccountAges, x: Bands, y: number, most: number): Markup {
  const shade = scaleSqrt().domain([0, most]).range([0, 1]).clamp(true);
  const cells = counts.map((count, index) => {
    if (count === 0) return null;
    const left = x(index) ?? 0;
    return html`<g class="${index >= OLD_FROM ? "old" : "young"}"><rect x="${px(left)}" y="${y + 1}" width="${px(x.bandwidth())}" height="${ROW - 2}" fill-opacity="${(0.08 + 0.47 * shade(count)).toFixed(2)}"/>
<text x="${px(left + x.bandwidth() / 2)}" y="${y + ROW / 2 + 4}" class="middle">${count}</text></g>`;
  });
  return html`<text x="0" y="${y + ROW / 2 + 4}">${clipped(account, 30)}<title>${account}</title></text>
<line x1="0" x2="${WIDTH}" y1="${y + ROW}" y2="${y + ROW}" class="hair"/>${cells}
`;
}

/** The accounts with the most old keys, and the rest as one row; none where there is but one. */
function shownRows(accounts: readonly AccountAges[]): AccountAges[] {
  if (accounts.length < 2) return [];
  if (accounts.length <= MOST_ACCOUNTS) return [...accounts];
  const rest = accounts.slice(MOST_ACCOUNTS - 1);
  return [...accounts.slice(0, MOST_ACCOUNTS - 1), { account: `${rest.length} more accounts`, counts: added(rest) }];
}

function added(rows: readonly AccountAges[]): number[] {
  return AGE_BANDS.map((_, index) => sum(rows.map(({ counts }) => counts[index] ?? 0)));
}

function old(counts: readonly number[]): number {
  return sum(counts.slice(OLD_FROM));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function px(number: number): string {
  return String(Math.round(number * 10) / 10);
}
