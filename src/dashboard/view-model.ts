import type { Finding, Owner } from "../model/finding.ts";
import type { RotationReport } from "../model/rotation.ts";
import type { RotationPlan } from "../model/rotation-plan.ts";
import { acts, field, reading, runRequest, typed } from "./acts.ts";
import { figuresOf } from "./figures.ts";
import type { Effect, JobEnd, JobRequest, KeyPress, Message, Remembered } from "./message.ts";
import type { FindingRow, LogRow, RotationRow } from "./rows.ts";
import {
  type Job,
  KINDS,
  type State,
  type TableName,
  type Tables,
  tableHeight,
  tableOf,
  VIEWS,
  type ViewName,
} from "./state.ts";
import { groupedBy, movedTo, sortedBy, type Table, type TableKind, toggled, withFilter, withRows } from "./table.ts";

/** What follows from a message: another state, and what is to be done outside. Pure. */
export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export function update(state: State, message: Message): Step {
  switch (message.kind) {
    case "key":
      return pressed(state, message.key);
    case "resized":
      return only(kept({ ...state, columns: message.columns, rows: message.rows }));
    case "ticked":
      return only({ ...state, now: message.now });
    case "remembered":
      return only(recalled(state, message.remembered));
    case "just-seen":
      return only(withFindings({ ...state, justSeen: [...state.justSeen, ...message.rows] }));
    case "told":
      return only(told({ ...state, now: message.now }, message.text, message.tone));
    case "job-began": {
      const { job: id, request, now } = message;
      const job: Job = { id, request, startedAt: now, progress: null, progressAt: now };
      const began = {
        ...state,
        now,
        jobs: [...state.jobs, job],
        justSeen: request.purpose === "scan" ? [] : state.justSeen,
      };
      return only(logged(began, `keysweep ${request.words.join(" ")}`, "plain"));
    }
    case "job-progress": {
      const { job: id, progress, now } = message;
      const jobs = state.jobs.map((job) => (job.id === id ? { ...job, progress, progressAt: now } : job));
      return only({ ...state, now, jobs });
    }
    case "job-ended":
      return ended(state, message.job, message.end, message.now);
  }
}

function only(state: State): Step {
  return { state, effects: [] };
}

function told(state: State, text: string, tone: LogRow["tone"]): State {
  return { ...logged(state, text, tone), notice: { text, tone } };
}

/** The log is of this session alone; the ledger has its own. */
const LONGEST_LOG = 5000;

function logged(state: State, text: string, tone: LogRow["tone"]): State {
  const { log } = state.tables;
  const row: LogRow = { id: String(state.logged), at: new Date(state.now).toISOString(), tone, text };
  const rows = [...log.rows.slice(1 - LONGEST_LOG), row];
  return { ...state, logged: state.logged + 1, tables: { ...state.tables, log: withRows(KINDS.log, log, rows) } };
}

function recalled(state: State, remembered: Remembered): State {
  const { scan, audit, trend, diskFindings, accountFindings, users, rotations } = remembered;
  const tables: Tables = {
    ...state.tables,
    ...(users === undefined ? {} : { users: withRows(KINDS.users, state.tables.users, users) }),
    ...(rotations === undefined
      ? {}
      : { rotations: withRows(KINDS.rotations, state.tables.rotations, joined(state, rotations)) }),
  };
  const next: State = {
    ...state,
    tables,
    scan: scan === undefined ? state.scan : scan,
    audit: audit === undefined ? state.audit : audit,
    trend: trend ?? state.trend,
    disk: diskFindings ?? state.disk,
    accounts: accountFindings ?? state.accounts,
    justSeen: diskFindings === undefined ? state.justSeen : [],
  };
  return kept(diskFindings === undefined && accountFindings === undefined ? withFigures(next) : withFindings(next));
}

/** What the configuration said of rotations stays, where the journal alone was read. */
function joined(state: State, rows: readonly RotationRow[]): readonly RotationRow[] {
  const told = new Set(rows.map(({ id }) => id));
  return [...rows, ...state.tables.rotations.rows.filter(({ id }) => !told.has(id))];
}

/** The table has what is remembered, and what a scan that runs has seen besides. */
function withFindings(state: State): State {
  const known = new Set(state.disk.map(({ id }) => id));
  const fresh = state.justSeen.filter(({ id }) => !known.has(id));
  const rows = [...state.disk, ...state.accounts, ...fresh];
  const findings = withRows(KINDS.findings, state.tables.findings, rows);
  return kept(withFigures({ ...state, tables: { ...state.tables, findings } }));
}

function withFigures(state: State): State {
  const { findings, users, rotations } = state.tables;
  return { ...state, figures: figuresOf(findings.rows, users.rows, rotations.rows, state.now) };
}

/** Each cursor where it can be seen. */
function kept(state: State): State {
  const height = tableHeight(state);
  const { findings, users, rotations, log } = state.tables;
  const tables: Tables = {
    findings: movedTo(findings, findings.cursor, height),
    users: movedTo(users, users.cursor, height),
    rotations: movedTo(rotations, rotations.cursor, height),
    log: movedTo(log, log.cursor, height),
  };
  return { ...state, tables };
}

// Jobs ---------------------------------------------------------------------------------------------------------------

/** What a command means by its exit statuses: anything else went wrong. */
const FINE: readonly (number | null)[] = [0, 1, 3];

function ended(state: State, id: number, end: JobEnd, now: number): Step {
  const job = state.jobs.find((one) => one.id === id);
  const rest = { ...state, now, jobs: state.jobs.filter((one) => one.id !== id) };
  if (job === undefined) return only(rest);
  const { request } = job;
  if (end.cancelled) return only(told(rest, `${NAMES[request.purpose]}: cancelled`, "plain"));
  const complaint = firstLine(end.stderr);
  const base = complaint === "" ? rest : logged(rest, complaint, FINE.includes(end.status) ? "plain" : "bad");
  if (!FINE.includes(end.status)) return failed(base, job, complaint);
  return succeeded(base, request, end);
}

const NAMES: Readonly<Record<JobRequest["purpose"], string>> = {
  scan: "scan",
  audit: "audit",
  identify: "owner",
  status: "rotations",
  plan: "plan",
  rotate: "rotation",
  command: "rotation",
  allow: "allow",
  export: "report",
};

/** Messages begin with the program's name, which is plain to see here. */
function firstLine(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines
    .slice(0, 2)
    .join(" ")
    .replace(/^keysweep: /, "");
}

function failed(state: State, { request }: Job, complaint: string): Step {
  const why = complaint === "" ? "it ended without a word" : complaint;
  const next = { ...state, notice: { text: `${NAMES[request.purpose]}: ${why}`, tone: "bad" as const } };
  const effects: Effect[] =
    request.purpose === "rotate" || request.purpose === "command" ? [{ kind: "recall", what: "rotations" }] : [];
  if (request.purpose === "audit" || request.purpose === "identify")
    return { state: { ...next, awsProblem: `AWS: ${why}` }, effects };
  if (request.purpose === "scan") return { state: withFindings({ ...next, justSeen: [] }), effects };
  return { state: next, effects };
}

function succeeded(state: State, request: JobRequest, end: JobEnd): Step {
  switch (request.purpose) {
    case "scan":
      return { state: told(state, "scanned", "good"), effects: [{ kind: "recall", what: "scan" }] };
    case "audit":
      return {
        state: told({ ...state, awsProblem: null }, "audited", "good"),
        effects: [{ kind: "recall", what: "audit" }],
      };
    case "identify":
      return only(identified(state, request, end.stdout));
    case "status":
      return only(withStatus(state, end.stdout));
    case "plan":
      return only(planned(state, end.stdout));
    case "rotate":
    case "command":
      return {
        state: told(state, rotationText(end.stdout), end.status === 0 ? "good" : "bad"),
        effects: [{ kind: "recall", what: "rotations" }],
      };
    case "allow":
      return only(accepted(state, request));
    case "export":
      return only(told(state, `written: ${request.about ?? ""}`, "good"));
  }
}

/** What a job printed, if it is what it should be. */
function parsed<Report>(text: string): Report | null {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return null;
  }
}

function rotationText(stdout: string): string {
  const [rotation] = parsed<{ rotations: readonly RotationReport[] }>(stdout)?.rotations ?? [];
  if (rotation === undefined) return "done";
  return `${rotation.name} is ${rotation.state}${rotation.reason === null ? "" : `: ${rotation.reason}`}`;
}

interface IdentifyingReport {
  readonly findings: readonly Finding[];
  readonly identification?: {
    readonly unidentified: readonly { readonly accessKeyId: string; readonly reason: string }[];
  };
}

function identified(state: State, { about }: JobRequest, stdout: string): State {
  const report = parsed<IdentifyingReport>(stdout);
  const owner = report?.findings.find(({ accessKeyId }) => accessKeyId === about)?.owner ?? null;
  if (owner === null) {
    const why = report?.identification?.unidentified.find(({ accessKeyId }) => accessKeyId === about)?.reason;
    return told(state, `${about}: ${why ?? "AWS does not say whose it is"}`, "plain");
  }
  const owned = (row: FindingRow): FindingRow => (row.accessKeyId === about ? ownedBy(row, owner) : row);
  const next = withFindings({ ...state, disk: state.disk.map(owned) });
  return told(next, `${about} is ${owner.userName}'s in ${owner.accountId}, ${owner.status.toLowerCase()}`, "good");
}

function ownedBy(row: FindingRow, owner: Owner): FindingRow {
  const source = row.source.kind === "disk" ? { ...row.source, finding: { ...row.source.finding, owner } } : row.source;
  return { ...row, accountId: owner.accountId, userName: owner.userName, source };
}

/** What is configured, with what is due; what a person may do with one under way the journal told. */
function withStatus(state: State, stdout: string): State {
  const reports = parsed<{ rotations: readonly RotationReport[] }>(stdout)?.rotations ?? [];
  const { rotations } = state.tables;
  const known = new Map(rotations.rows.map((row) => [row.id, row]));
  const rows = reports.map((report): RotationRow => {
    const before = known.get(report.name);
    return { id: report.name, report, refused: before?.refused ?? NOT_UNDER_WAY };
  });
  const told = new Set(rows.map(({ id }) => id));
  const left = rotations.rows.filter(({ id }) => !told.has(id));
  return kept(
    withFigures({
      ...state,
      tables: { ...state.tables, rotations: withRows(KINDS.rotations, rotations, [...rows, ...left]) },
    }),
  );
}

const NO_ROTATION = "no rotation is under way";
const NOT_UNDER_WAY = { reactivate: NO_ROTATION, abandon: NO_ROTATION, confirm: NO_ROTATION } as const;

/** Says what would happen; where nothing is in the way, typing the key's id begins it. */
function planned(state: State, stdout: string): State {
  const report = parsed<{ plans: readonly RotationPlan[]; underWay: readonly { name: string; state: string }[] }>(
    stdout,
  );
  const [plan] = report?.plans ?? [];
  if (plan === undefined) {
    const [one] = report?.underWay ?? [];
    return told(state, one === undefined ? "nothing was planned" : `${one.name} is ${one.state} already`, "plain");
  }
  const { name, obstacles, oldKeyId } = plan;
  const body = planText(plan);
  const dialog =
    obstacles.length > 0 || oldKeyId === null
      ? reading(`${name} cannot begin`, body)
      : typed(`Rotate ${name}`, body, oldKeyId, { kind: "run", request: runRequest(name) });
  return { ...state, dialog };
}

function planText({ userName, accountId, keys, targets, obstacles, warnings, timetable }: RotationPlan): string[] {
  return [
    `${userName} in ${accountId}`,
    ...keys.map(
      ({ accessKeyId, status, ageDays, lastUsedAt }) =>
        `  ${accessKeyId}  ${status.toLowerCase()}, ${ageDays} days old, ${lastUsedAt === null ? "never used" : `used ${lastUsedAt.slice(0, 10)}`}`,
    ),
    ...targets.map(({ name, type, error }) => `  ${name} (${type})${error === null ? "" : `: ${error}`}`),
    ...obstacles.flatMap(({ evidence, remedy }) => ["", `In the way: ${evidence}`, remedy]),
    ...warnings.map((text) => `Mind: ${text}`),
    ...(timetable.length === 0 ? [] : ["", "At the earliest:"]),
    ...timetable.map(({ at, what }) => `  ${at.slice(0, 16).replace("T", " ")}  ${what}`),
  ];
}

function accepted(state: State, { accepts }: JobRequest): State {
  if (accepts === undefined) return state;
  const { id, allowed } = accepts;
  const disk = state.disk.map((row) => (row.id === id ? { ...row, allowed } : row));
  return told(withFindings({ ...state, disk }), `allowed until ${allowed.expires ?? "further notice"}`, "good");
}

// Keys ---------------------------------------------------------------------------------------------------------------

function pressed(before: State, key: KeyPress): Step {
  if (key.ctrl) return control(before, key.text);
  const state = before.notice === null ? before : { ...before, notice: null };
  if (state.dialog !== null) return inDialog(state, state.dialog, key);
  if (state.help) return only(inHelp(state, key.name));
  if (state.filtering) return only(inFilter(state, key));
  return key.name === "text" ? letter(state, key.text) : movement(state, key.name);
}

/** The arrows scroll, where a small screen has no room for all of it. */
function inHelp(state: State, name: KeyPress["name"]): State {
  const by = { up: -1, down: 1, "page-up": -10, "page-down": 10 }[name as "up"];
  if (by === undefined) return { ...state, help: false, detailScroll: 0 };
  return { ...state, detailScroll: Math.max(0, Math.min(state.detailScroll + by, HELP_SCROLL)) };
}

/** There are never more lines of help than these and a small screen have. */
const HELP_SCROLL = 12;

function control(state: State, text: string): Step {
  switch (text) {
    case "c":
      return { state, effects: [{ kind: "quit" }] };
    case "z":
      return { state, effects: [{ kind: "suspend" }] };
    case "l":
      return { state, effects: [{ kind: "redraw" }] };
    case "u":
      if (state.filtering) return only(filteredBy(state, ""));
      return state.dialog === null ? only(state) : only({ ...state, dialog: typedInto(state.dialog, () => "") });
    default:
      return only(state);
  }
}

/** What letters do everywhere; a view's own come after them. */
function letter(state: State, text: string): Step {
  const view = VIEWS[Number(text) - 1];
  if (view !== undefined) return only(shownView(state, view));
  switch (text) {
    case "q":
      return { state, effects: [{ kind: "quit" }] };
    case "?":
      return only({ ...state, help: true, detailScroll: 0 });
    case "r":
      return again(state, { purpose: "scan", words: ["scan"] });
    case "A":
      return again(state, { purpose: "audit", words: ["audit"] });
    case "x":
      return cancelled(state);
    case "w":
      return only({ ...state, dialog: exporting(state) });
    case "j":
      return movement(state, "down");
    case "k":
      return movement(state, "up");
    case " ":
      return movement(state, "page-down");
  }
  const table = tableOf(state);
  if (table === null) return only(state);
  switch (text) {
    case "/":
      return only({ ...state, filtering: true, detail: false });
    case "s":
      return only(onTable(state, table, SORT_NEXT));
    case "S":
      return only(onTable(state, table, REVERSE));
    case "g":
      return only(onTable(state, table, GROUP_NEXT));
  }
  const act = acts(state).find(({ key }) => key === text);
  if (act === undefined) return only(state);
  if (act.refused !== null) return only({ ...state, notice: { text: `${act.label}: ${act.refused}`, tone: "bad" } });
  return "effect" in act.begin ? { state, effects: [act.begin.effect] } : only({ ...state, dialog: act.begin.dialog });
}

function again(state: State, request: JobRequest): Step {
  const runs = state.jobs.some((job) => job.request.purpose === request.purpose);
  const text = `${NAMES[request.purpose]}: it is under way already`;
  return runs ? only({ ...state, notice: { text, tone: "plain" } }) : { state, effects: [{ kind: "run", request }] };
}

/** What began last, first. A rotation is not to be stopped in the middle of a step for no reason, so it is left alone. */
function cancelled(state: State): Step {
  const job = state.jobs.findLast(({ request }) => request.purpose !== "rotate" && request.purpose !== "command");
  if (job === undefined)
    return only({ ...state, notice: { text: "nothing runs that could be cancelled", tone: "plain" } });
  return { state, effects: [{ kind: "cancel", job: job.id }] };
}

function shownView(state: State, view: ViewName): State {
  return kept({ ...state, view, detail: false, detailScroll: 0, filtering: false });
}

function movement(state: State, name: KeyPress["name"]): Step {
  if (name === "tab" || name === "back-tab") {
    const at = VIEWS.indexOf(state.view) + (name === "tab" ? 1 : VIEWS.length - 1);
    return only(shownView(state, VIEWS[at % VIEWS.length] ?? "overview"));
  }
  const table = tableOf(state);
  if (table === null) return only(state);
  if (name === "enter") return only(entered(state, table));
  if (name === "escape") return only(escaped(state, table));
  if (state.detail) {
    const by = { up: -1, down: 1, "page-up": -tableHeight(state), "page-down": tableHeight(state) }[name as "up"];
    if (by !== undefined) return only({ ...state, detailScroll: Math.max(0, state.detailScroll + by) });
  }
  const height = tableHeight(state);
  const { cursor, lines } = state.tables[table];
  const to = {
    up: cursor - 1,
    down: cursor + 1,
    "page-up": cursor - height,
    "page-down": cursor + height,
    home: 0,
    end: lines.length - 1,
  }[name as "up"];
  return only(to === undefined ? state : movedOn(state, table, to));
}

function movedOn(state: State, name: TableName, cursor: number): State {
  const moved = movedTo(state.tables[name] as Table<unknown>, cursor, tableHeight(state));
  if (moved === state.tables[name]) return state;
  return { ...state, detailScroll: 0, tables: { ...state.tables, [name]: moved } as Tables };
}

type OnTable = (kind: TableKind<unknown>, table: Table<unknown>) => Table<unknown>;

/** The kind of a table and the table are of the same rows, whichever they are. */
function onTable(state: State, name: TableName, change: OnTable): State {
  const kind = KINDS[name] as unknown as TableKind<unknown>;
  const table = change(kind, state.tables[name] as unknown as Table<unknown>);
  return kept({ ...state, detailScroll: 0, tables: { ...state.tables, [name]: table } as Tables });
}

const SORT_NEXT: OnTable = (kind, table) => {
  const at = kind.columns.findIndex(({ name }) => name === table.sorting.column);
  return sortedBy(kind, table, kind.columns[(at + 1) % kind.columns.length]?.name ?? "");
};

const REVERSE: OnTable = (kind, table) => sortedBy(kind, table, table.sorting.column);

const GROUP_NEXT: OnTable = (kind, table) => {
  const names = [null, ...kind.groupings.map(({ name }) => name)];
  return groupedBy(kind, table, names[(names.indexOf(table.grouping) + 1) % names.length] ?? null);
};

function entered(state: State, table: TableName): State {
  const { cursor, lines } = state.tables[table];
  const line = lines[cursor];
  if (line === undefined) return state;
  if (typeof line !== "number") return onTable(state, table, toggled);
  return { ...state, detail: !state.detail, detailScroll: 0 };
}

/** Out of what was entered last. */
function escaped(state: State, table: TableName): State {
  if (state.detail) return { ...state, detail: false, detailScroll: 0 };
  return state.tables[table].filter === "" ? state : filteredBy(state, "");
}

function filteredBy(state: State, filter: string): State {
  const table = tableOf(state);
  return table === null ? state : onTable(state, table, (kind, rows) => withFilter(kind, rows, filter));
}

function inFilter(state: State, { name, text }: KeyPress): State {
  const table = tableOf(state);
  const filter = table === null ? "" : state.tables[table].filter;
  if (name === "text") return filteredBy(state, filter + oneLine(text));
  if (name === "backspace") return filteredBy(state, withoutLast(filter));
  if (name === "escape") return { ...filteredBy(state, ""), filtering: false };
  if (name === "enter") return { ...state, filtering: false };
  return movement({ ...state, filtering: false }, name).state;
}

/** What was pasted may hold anything. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").slice(0, 200);
}

function withoutLast(text: string): string {
  return Array.from(text).slice(0, -1).join("");
}

// Dialogs ------------------------------------------------------------------------------------------------------------

type Open = NonNullable<State["dialog"]>;

function inDialog(state: State, dialog: Open, { name, text }: KeyPress): Step {
  const { fields, focus } = dialog;
  switch (name) {
    case "escape":
      return only({ ...state, dialog: null });
    case "enter":
      return focus < fields.length - 1
        ? only({ ...state, dialog: { ...dialog, focus: focus + 1 } })
        : answered(state, dialog);
    case "tab":
    case "back-tab": {
      const by = name === "tab" ? 1 : fields.length - 1;
      return only({ ...state, dialog: { ...dialog, focus: fields.length === 0 ? 0 : (focus + by) % fields.length } });
    }
    case "up":
    case "down":
    case "page-up":
    case "page-down": {
      const by = { up: -1, down: 1, "page-up": -10, "page-down": 10 }[name];
      const scroll = Math.min(Math.max(0, dialog.scroll + by), Math.max(0, dialog.body.length - 1));
      return only({ ...state, dialog: { ...dialog, scroll } });
    }
    case "backspace":
      return only({ ...state, dialog: typedInto(dialog, withoutLast) });
    case "text":
      return only({ ...state, dialog: typedInto(dialog, (value) => value + oneLine(text)) });
    default:
      return only(state);
  }
}

function typedInto(dialog: Open, change: (value: string) => string): Open {
  const fields = dialog.fields.map((one, at) => (at === dialog.focus ? { ...one, value: change(one.value) } : one));
  return { ...dialog, fields, error: null };
}

function answered(state: State, dialog: Open): Step {
  const wrong = dialog.fields.findIndex(({ value, must }) => (must === null ? value.trim() === "" : value !== must));
  if (wrong >= 0) {
    const { must } = dialog.fields[wrong] ?? {};
    const error = must ? `Type exactly ${must}, or leave with Esc.` : "This is needed.";
    return only({ ...state, dialog: { ...dialog, focus: wrong, error } });
  }
  const closed = { ...state, dialog: null };
  const { answer } = dialog;
  const values = dialog.fields.map(({ value }) => value.trim());
  switch (answer.kind) {
    case "close":
      return only(closed);
    case "ask":
      return only({ ...state, dialog: answer.dialog });
    case "run":
      return { state: closed, effects: [{ kind: "run", request: answer.request }] };
    case "allow":
      return allowedBy(state, dialog, answer.row, values);
    case "export":
      return { state: closed, effects: [{ kind: "run", request: exportRequest(answer.view, values) }] };
  }
}

function allowedBy(
  state: State,
  dialog: Open,
  row: FindingRow,
  [reason = "", owner = "", expires = ""]: readonly string[],
): Step {
  if (!/^\d{4}-\d\d-\d\d$/.test(expires)) {
    return only({ ...state, dialog: { ...dialog, focus: 2, error: "Write a day as 2027-01-31." } });
  }
  const words = [
    ["allow", row.id, `--reason=${reason}`, `--owner=${owner}`, `--expires=${expires}`],
    [`--rule=${row.rule}`, `--severity=${row.severity}`, "--operator"],
  ].flat();
  const accepts = { id: row.id, allowed: { reason, owner, expires } };
  return {
    state: { ...state, dialog: null },
    effects: [{ kind: "run", request: { purpose: "allow", words, accepts } }],
  };
}

const EXPORTED: Readonly<Record<ViewName, string>> = {
  overview: "what the last scan found",
  findings: "what the last scan found",
  users: "what the last audit found",
  rotations: "how far rotations have come",
  log: "what the last scan found",
};

function exporting(state: State): Open {
  const day = new Date(state.now).toISOString().slice(0, 10);
  return {
    title: "Write a report",
    body: [
      `It says ${EXPORTED[state.view]}.`,
      "Formats: html, json, csv, markdown, sarif and more: keysweep report --help",
    ],
    fields: [
      { ...field("Format"), value: "html" },
      { ...field("File"), value: `keysweep-${day}.html` },
    ],
    focus: 0,
    scroll: 0,
    error: null,
    danger: false,
    answer: { kind: "export", view: state.view },
  };
}

function exportRequest(view: ViewName, [format = "", file = ""]: readonly string[]): JobRequest {
  const command =
    view === "rotations" ? ["rotate", "status"] : ["report", view === "users" ? "audit" : "scan", "--fail-on", "never"];
  return { purpose: "export", words: [...command, `--format=${format}`, `--output=${file}`], about: file };
}
