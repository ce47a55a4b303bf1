import { exportRequest, withExtension } from "./export-form.ts";
import type { KeyPress } from "./message.ts";
import type { FindingRow } from "./rows.ts";
import { dialogScrolledBy } from "./scrolling.ts";
import type { Dialog, State } from "./state.ts";
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
    case "backspace":
      return only({ ...state, dialog: typedInto(dialog, withoutLast) });
    case "text":
      return only({ ...state, dialog: typedInto(dialog, (value) => value + oneLine(text)) });
    default:
      return only({ ...state, dialog: dialogScrolledBy(state, dialog, name) ?? dialog });
  }
}

export function typedInto(dialog: Dialog, change: (value: string) => string): Dialog {
  const fields = dialog.fields.map((one, at) => (at === dialog.focus ? { ...one, value: change(one.value) } : one));
  return withExtension({ ...dialog, fields, error: null });
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
    case "export": {
      const request = exportRequest(answer.view, values);
      if (typeof request === "string") return only({ ...state, dialog: { ...dialog, focus: 0, error: request } });
      return { state: closed, effects: [{ kind: "run", request: { ...request, asked: dialog } }] };
    }
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
    effects: [{ kind: "run", request: { purpose: "allow", words, accepts, asked: dialog } }],
  };
}

/** Whether it is a day of the calendar. */
function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
