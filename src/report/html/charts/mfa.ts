import { scaleLinear } from "d3-scale";
import type { MfaKind } from "../../../model/iam-user.ts";
import { plural } from "../../summary-text.ts";
import { html, type Markup } from "../markup.ts";
import { clipped, figureMarkup } from "./figure.ts";

/** The best MFA device that a user has, best first; `none` is none at all. */
export const MFA_CLASSES = ["fido", "hardware", "virtual", "none"] as const satisfies readonly (MfaKind | "none")[];

export type MfaClass = (typeof MFA_CLASSES)[number];

/** How many users of an account who have a password are protected by what. */
export interface AccountMfa {
  readonly account: string;
  readonly counts: Readonly<Record<MfaClass, number>>;
}

const LEGEND: Readonly<Record<MfaClass, string>> = {
  fido: "passkey or security key",
  hardware: "device that shows codes",
  virtual: "app that shows codes",
  none: "no MFA",
};

const WIDTH = 760;
const LABELS = 200;
const NOTES = 150;
const ROW = 28;
const MOST_ACCOUNTS = 14;
const MOST_IN_TABLE = 500;

/** How users who sign in with a password are protected, by account; null where there are none. */
export function mfaChart(mfa: readonly AccountMfa[]): Markup | null {
  const accounts = mfa
    .filter((row) => users(row) > 0)
    .toSorted((a, b) => b.counts.none - a.counts.none || users(b) - users(a));
  const all = added("All accounts", accounts);
  if (users(all) === 0) return null;
  const rows = accounts.length === 1 ? accounts : [all, ...shownRows(accounts)];
  const x = scaleLinear().range([LABELS, WIDTH - NOTES]);
  return figureMarkup({
    title: "MFA of users with a password",
    says: `${plural(all.counts.none, "user")} of ${users(all)} ${all.counts.none === 1 ? "has" : "have"} none.`,
    width: WIDTH,
    height: rows.length * ROW,
    drawing: rows.map((row, index) => bar(row, x, index * ROW)),
    legend: MFA_CLASSES.map((name) => ({ name: `mfa-${name}`, label: LEGEND[name] })),
    table: {
      columns: ["Account", ...MFA_CLASSES.map((name) => LEGEND[name]), "Users with a password"],
      rows: [all, ...accounts.slice(0, MOST_IN_TABLE)].map((row) => [
        row.account,
        ...MFA_CLASSES.map((name) => row.counts[name]),
        users(row),
      ]),
      leftOut: Math.max(0, accounts.length - MOST_IN_TABLE),
    },
  });
}

function bar(row: AccountMfa, x: (share: number) => number, y: number): Markup {
  const of = users(row);
  let before = 0;
  const parts = MFA_CLASSES.map((name) => {
    const left = x(before / of);
    before += row.counts[name];
    const width = x(before / of) - left;
    if (width === 0) return null;
    return html`<rect class="mfa-${name}" x="${left.toFixed(1)}" y="${y + 5}" width="${width.toFixed(1)}" height="${ROW - 10}"><title>${LEGEND[name]}: ${row.counts[name]} of ${of}</title></rect>`;
  });
  const { none } = row.counts;
  return html`<text x="0" y="${y + ROW / 2 + 4}">${clipped(row.account, 30)}<title>${row.account}</title></text>${parts}
<text x="${WIDTH - NOTES + 10}" y="${y + ROW / 2 + 4}" class="quiet">${none === 0 ? `all ${of} have MFA` : `${none} of ${of} without`}</text>
`;
}

/** The accounts with the most users who have none, and the rest as one row. */
function shownRows(accounts: readonly AccountMfa[]): AccountMfa[] {
  if (accounts.length <= MOST_ACCOUNTS) return [...accounts];
  const rest = accounts.slice(MOST_ACCOUNTS - 1);
  return [...accounts.slice(0, MOST_ACCOUNTS - 1), added(`${rest.length} more accounts`, rest)];
}

function added(account: string, rows: readonly AccountMfa[]): AccountMfa {
  const counts = { fido: 0, hardware: 0, virtual: 0, none: 0 };
  for (const row of rows) for (const name of MFA_CLASSES) counts[name] += row.counts[name];
  return { account, counts };
}

function users({ counts }: AccountMfa): number {
  return MFA_CLASSES.reduce((total, name) => total + counts[name], 0);
}
