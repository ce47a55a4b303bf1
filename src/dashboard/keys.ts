import { acts } from "./acts.ts";
import { inDialog, typedInto } from "./dialogs.ts";
import { exporting } from "./export-form.ts";
import { JOB_NAMES } from "./job-ends.ts";
import { changesKeys, type JobRequest, type KeyPress } from "./message.ts";
import { filteredBy, GROUP_NEXT, inFilter, movement, onTable, REVERSE, SORT_NEXT, shownView } from "./navigation.ts";
import { scrolledBy, scrolls } from "./scrolling.ts";
import { type State, tableOf, VIEWS } from "./state.ts";
import { noticed, only, type Step } from "./step.ts";

/** What a key does, where we are. */
export function pressed(before: State, key: KeyPress): Step {
  if (key.ctrl) return control(before, key.text);
  const state = before.notice === null ? before : { ...before, notice: null };
  if (state.dialog !== null) return inDialog(state, state.dialog, key);
  if (state.help) return only(inHelp(state, moveOf(key)));
  if (state.filtering) return only(inFilter(state, key));
  const name = moveOf(key);
  return name === "text" ? letter(state, key.text) : movement(state, name);
}

/** Letters that move as keys of their own do. */
const MOVES: Readonly<Record<string, KeyPress["name"]>> = { j: "down", k: "up", " ": "page-down" };

function moveOf({ name, text }: KeyPress): KeyPress["name"] {
  return MOVES[text] ?? name;
}

/** The arrows scroll, where a small screen has no room for all of it. */
function inHelp(state: State, name: KeyPress["name"]): State {
  return (scrolls(state) ? scrolledBy(state, name) : null) ?? { ...state, help: false, scroll: 0 };
}

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
      return only({ ...state, help: true, scroll: 0 });
    case "r":
      return again(state, { purpose: "scan", words: ["scan"] });
    case "A":
      return again(state, { purpose: "audit", words: ["audit"] });
    case "x":
      return cancelled(state);
    case "w":
      return only({ ...state, dialog: exporting(state) });
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
  if (act.refused !== null) return only(noticed(state, `${act.label}: ${act.refused}`, "bad"));
  return "effect" in act.begin ? { state, effects: [act.begin.effect] } : only({ ...state, dialog: act.begin.dialog });
}

function again(state: State, request: JobRequest): Step {
  const runs = state.jobs.some((job) => job.request.purpose === request.purpose);
  const text = `${JOB_NAMES[request.purpose]}: it is under way already`;
  return runs ? only(noticed(state, text, "plain")) : { state, effects: [{ kind: "run", request }] };
}

/** What began last, first. A rotation is not to be stopped in the middle of a step for no reason, so it is left alone. */
function cancelled(state: State): Step {
  const job = state.jobs.findLast(({ request }) => !changesKeys(request));
  if (job === undefined) return only(noticed(state, "nothing runs that could be cancelled", "plain"));
  return { state, effects: [{ kind: "cancel", job: job.id }] };
}
