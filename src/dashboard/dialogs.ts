import { field } from "./acts.ts";
import type { JobRequest, KeyPress } from "./message.ts";
import type { FindingRow } from "./rows.ts";
import type { Dialog, Field, State, ViewName } from "./state.ts";
import { only, type Step } from "./step.ts";
import { oneLine, withoutLast } from "./typed-text.ts";

/** What a key does while a question stands before everything else. */
export function inDialog(state: State, dialog: Dialog, { name, text }: KeyPress): Step {
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

export function typedInto(dialog: Dialog, change: (value: string) => string): Dialog {
  const fields = dialog.fields.map((one, at) => (at === dialog.focus ? { ...one, value: change(one.value) } : one));
  const next = { ...dialog, fields, error: null };
  return dialog.answer.kind === "export"
    ? { ...next, fields: namedAfter(dialog.fields, fields, dialog.answer.day) }
    : next;
}

/** As long as nobody names the file otherwise, its name says what is in it. */
function namedAfter([format, file]: readonly Field[], fields: readonly Field[], day: string): readonly Field[] {
  const [changed, kept] = fields;
  if (kept === undefined || file?.value !== reportName(day, format?.value ?? "")) return fields;
  return kept.value === file.value && changed !== undefined
    ? [changed, { ...kept, value: reportName(day, changed.value) }]
    : fields;
}

/** Where the name of a format is not what its files are called. */
const ENDINGS: Readonly<Record<string, string>> = {
  asff: "json",
  github: "txt",
  gitlab: "json",
  junit: "xml",
  markdown: "md",
  ocsf: "json",
  pretty: "txt",
};

function reportName(day: string, format: string): string {
  return `keysweep-${day}.${ENDINGS[format] ?? format}`;
}

function answered(state: State, dialog: Dialog): Step {
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
  dialog: Dialog,
  row: FindingRow,
  [reason = "", owner = "", expires = ""]: readonly string[],
): Step {
  const today = new Date(state.now).toISOString().slice(0, 10);
  const error = !isDay(expires) ? "Write a day as 2027-01-31." : expires < today ? "That day has passed." : null;
  // What the command would refuse would have to be typed again.
  if (error !== null) return only({ ...state, dialog: { ...dialog, focus: 2, error } });
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

/** Whether it is a day of the calendar. */
function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

const EXPORTED: Readonly<Record<ViewName, string>> = {
  overview: "what the last scan found",
  findings: "what the last scan found",
  users: "what the last audit found",
  rotations: "how far rotations have come",
  log: "what the last scan found",
};

export function exporting(state: State): Dialog {
  const day = new Date(state.now).toISOString().slice(0, 10);
  return {
    title: "Write a report",
    body: [
      `It says ${EXPORTED[state.view]}.`,
      "Formats: html, json, csv, markdown, sarif and more: keysweep report --help",
    ],
    fields: [
      { ...field("Format"), value: "html" },
      { ...field("File"), value: reportName(day, "html") },
    ],
    focus: 0,
    scroll: 0,
    error: null,
    danger: false,
    answer: { kind: "export", view: state.view, day },
  };
}

function exportRequest(view: ViewName, [format = "", file = ""]: readonly string[]): JobRequest {
  const command =
    view === "rotations" ? ["rotate", "status"] : ["report", view === "users" ? "audit" : "scan", "--fail-on", "never"];
  return { purpose: "export", words: [...command, `--format=${format}`, `--output=${file}`], about: file };
}
