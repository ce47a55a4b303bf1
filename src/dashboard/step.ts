import type { Effect } from "./message.ts";
import type { LogRow } from "./rows.ts";
import { KINDS, type State } from "./state.ts";
import { withRows } from "./table.ts";

/** What follows from a message: another state, and what is to be done outside. Pure. */
export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** Another state, and nothing to be done outside. */
export function only(state: State): Step {
  return { state, effects: [] };
}

/** Logged, and shown above the keys. */
export function told(state: State, text: string, tone: LogRow["tone"]): State {
  return noticed(logged(state, text, tone), text, tone);
}

/** Shown above the keys, and nowhere else. */
export function noticed(state: State, text: string, tone: LogRow["tone"]): State {
  return { ...state, notice: { text, tone, at: state.now } };
}

/** The log is of this session alone; the ledger has its own. */
const LONGEST_LOG = 5000;

export function logged(state: State, text: string, tone: LogRow["tone"]): State {
  const { log } = state.tables;
  const row: LogRow = { id: String(state.logged), at: new Date(state.now).toISOString(), tone, text };
  const rows = [...log.rows.slice(1 - LONGEST_LOG), row];
  return { ...state, logged: state.logged + 1, tables: { ...state.tables, log: withRows(KINDS.log, log, rows) } };
}
