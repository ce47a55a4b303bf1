import { visible } from "../report/escape.ts";
import { type Figures, NO_FIGURES } from "./figures.ts";
import { type Look, wrapped } from "./look.ts";
import type { JobProgress, JobRequest, KnownAudit, KnownScan, Part, TrendPoint } from "./message.ts";
import {
  FINDINGS,
  type FindingRow,
  LOG,
  type LogRow,
  ROTATIONS,
  type RotationRow,
  USERS,
  type UserRow,
} from "./rows.ts";
import { emptyTable, type Table, type TableKind } from "./table.ts";

export const VIEWS = ["overview", "findings", "users", "rotations", "log"] as const;

export type ViewName = (typeof VIEWS)[number];

/** The tables by the view they are in. */
export interface Tables {
  readonly findings: Table<FindingRow>;
  readonly users: Table<UserRow>;
  readonly rotations: Table<RotationRow>;
  readonly log: Table<LogRow>;
}

export type TableName = keyof Tables;

/** Something that runs beside the dashboard. */
export interface Job {
  readonly id: number;
  readonly request: JobRequest;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly progress: JobProgress | null;
  /** When that was told. */
  readonly progressAt: number;
}

/** Stands above the keys until the next one is pressed; where something runs, it gives way to that after a while. */
export interface Notice {
  readonly text: string;
  readonly tone: "plain" | "good" | "bad";
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** One line that a person types into. */
export interface Field {
  readonly label: string;
  readonly value: string;
  /** What has to be typed, exactly; null: anything that is not empty. */
  readonly must: string | null;
}

/** A question that stands before everything else until it is answered. */
export interface Dialog {
  readonly title: string;
  readonly body: readonly string[];
  readonly fields: readonly Field[];
  readonly focus: number;
  readonly scroll: number;
  /** Why the answer does not do. */
  readonly error: string | null;
  readonly danger: boolean;
  readonly answer:
    | { readonly kind: "close" }
    | { readonly kind: "run"; readonly request: JobRequest }
    | { readonly kind: "ask"; readonly dialog: Dialog }
    | { readonly kind: "allow"; readonly row: FindingRow }
    | { readonly kind: "export"; readonly view: ViewName };
}

/** All that the dashboard shows. Immutable; what does not change is the same object as before. */
export interface State {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  /** What the terminal can show. */
  readonly look: Look;
  /** The user's home directory; empty: nobody knows it. */
  readonly home: string;
  readonly view: ViewName;
  readonly tables: Tables;
  /** Findings by where they come from; the table has all. */
  readonly disk: readonly FindingRow[];
  readonly accounts: readonly FindingRow[];
  /** By a scan that runs, or that was cut off: a key that was seen is not unseen by that. */
  readonly justSeen: readonly FindingRow[];
  /** What of the ledger was not read yet: nobody knows whether there is anything. */
  readonly unread: readonly Part[];
  /** Why a part could not be read when that was tried last; null: it could, or was not tried. */
  readonly unreadable: Readonly<Record<Part, string | null>>;
  readonly scan: KnownScan | null;
  readonly audit: KnownAudit | null;
  readonly trend: readonly TrendPoint[];
  readonly figures: Figures;
  /** Whether the configuration has told which rotations there are, and with that which are due. */
  readonly isStatusTold: boolean;
  readonly jobs: readonly Job[];
  readonly dialog: Dialog | null;
  /** Whether what is typed goes into the filter. */
  readonly filtering: boolean;
  /** Whether the detail of the selected row is open on a screen that has no room for both. */
  readonly detail: boolean;
  /** Lines by which what is text and no table is scrolled: a detail, the help, the overview. */
  readonly scroll: number;
  readonly help: boolean;
  /** The last thing that was done or went wrong; null: nothing to say. */
  readonly notice: Notice | null;
  /** Why AWS does not take the credentials, as it was told last; null: it does, or was not asked. */
  readonly awsProblem: string | null;
  /** Why the last scan or audit came to nothing, and why it cannot be said which rotations are configured; null: it is not so. */
  readonly problems: Readonly<Record<"scan" | "audit" | "status", string | null>>;
  /** Why places cannot be opened in an editor; null: they can. */
  readonly noEditor: string | null;
  readonly logged: number;
}

export const KINDS: { readonly [Name in TableName]: TableKind<Parameters<TableKindOf<Name>["id"]>[0]> } = {
  findings: FINDINGS,
  users: USERS,
  rotations: ROTATIONS,
  log: LOG,
};

type TableKindOf<Name extends TableName> = Tables[Name] extends Table<infer Row> ? TableKind<Row> : never;

export interface Beginnings {
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  readonly look: Look;
  readonly home: string;
  readonly noEditor: string | null;
}

export function firstState({ now, columns, rows, look, home, noEditor }: Beginnings): State {
  return {
    now,
    columns,
    rows,
    look,
    home,
    view: "overview",
    tables: {
      findings: emptyTable({ column: "severity", descending: false }),
      users: emptyTable({ column: "oldest", descending: false }),
      rotations: emptyTable({ column: "state", descending: false }),
      log: emptyTable({ column: "at", descending: true }),
    },
    disk: [],
    accounts: [],
    justSeen: [],
    unread: ["scan", "audit", "rotations"],
    unreadable: { scan: null, audit: null, rotations: null },
    scan: null,
    audit: null,
    trend: [],
    figures: NO_FIGURES,
    isStatusTold: false,
    jobs: [],
    dialog: null,
    filtering: false,
    detail: false,
    scroll: 0,
    help: false,
    notice: null,
    awsProblem: null,
    problems: { scan: null, audit: null, status: null },
    noEditor,
    logged: 0,
  };
}

/** Whether it is being asked for the first time which rotations are configured: until then nobody knows what is due. */
export function awaitsStatus({ isStatusTold, jobs }: Pick<State, "isStatusTold" | "jobs">): boolean {
  return !isStatusTold && jobs.some(({ request }) => request.purpose === "status");
}

/** Wide enough for the table and the detail beside one another. */
export const SIDE_BY_SIDE = 120;

/** A smaller screen has no room for a question and the line that is typed into. What is read aloud needs none. */
const SMALLEST = { columns: 24, rows: 8 } as const;

export function isTooSmall({ columns, rows, look }: Pick<State, "columns" | "rows" | "look">): boolean {
  return !look.screenReader && (columns < SMALLEST.columns || rows < SMALLEST.rows);
}

/** The lines that are not the body: heading and rule above, rule, notice and keys below. */
const FRAME = 5;

/** How long what was said last hides how far that is which runs, in milliseconds. */
const NOTICE_MS = 5000;
/** Lower screens have one line for what runs, or was said. */
const ROOMY = 20;
const MOST_STATUS_LINES = 4;

type Sized = Pick<State, "columns" | "rows" | "notice" | "jobs" | "now">;

/** What was said last, if it is still to be seen. */
export function noticeOf({ notice, jobs, now }: Sized): Notice | null {
  return notice !== null && (jobs.length === 0 || now < notice.at + NOTICE_MS) ? notice : null;
}

/** Lines that say what goes on, or what was said last: a remedy is to be read to its end. */
export function statusHeight(state: Sized): number {
  if (state.rows < ROOMY) return 1;
  const notice = noticeOf(state);
  const lines = notice === null ? state.jobs.length : wrapped(visible(notice.text), state.columns - 2).length;
  return Math.min(MOST_STATUS_LINES, Math.max(1, lines));
}

export function bodyHeight(state: Sized): number {
  return Math.max(3, state.rows - FRAME + 1 - statusHeight(state));
}

/** Of a table, without its head and the line that counts. */
export function tableHeight(state: Sized): number {
  return Math.max(1, bodyHeight(state) - 2);
}

export function isSideBySide({ columns, view }: Pick<State, "columns" | "view">): boolean {
  return columns >= SIDE_BY_SIDE && view !== "overview" && view !== "log";
}

/** Columns of the detail beside a table. */
export function detailWidth({ columns }: Pick<State, "columns">): number {
  return columns >= SIDE_BY_SIDE ? Math.min(80, Math.floor(columns * 0.4)) : columns;
}

export function tableOf(state: State): TableName | null {
  return state.view === "overview" ? null : state.view;
}
