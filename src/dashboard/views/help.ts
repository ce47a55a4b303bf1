import { type Look, shown } from "../look.ts";
import type { State } from "../state.ts";
import { type Line, line } from "./line.ts";

interface Binding {
  readonly keys: string;
  readonly what: string;
}

const EVERYWHERE: readonly Binding[] = [
  { keys: "1 … 5, Tab", what: "overview, findings, users, rotations, log" },
  { keys: "r", what: "scan again" },
  { keys: "A", what: "audit again" },
  { keys: "x", what: "cancel what runs" },
  { keys: "w", what: "write a report" },
  { keys: "?", what: "this help" },
  { keys: "Ctrl-L", what: "draw the screen anew" },
  { keys: "Ctrl-Z", what: "back to the shell for a while (fg)" },
  { keys: "q, Ctrl-C", what: "leave" },
];

const TABLES: readonly Binding[] = [
  { keys: "↑ ↓ j k", what: "one row, or one line of a detail" },
  { keys: "PgUp PgDn Space", what: "one screen" },
  { keys: "Home End", what: "the first and the last" },
  { keys: "← →", what: "in a detail, that of the row before and after" },
  { keys: "/", what: "filter: every word has to be there, !word must not" },
  { keys: "s, S", what: "sort by the next column; the other way round" },
  { keys: "g", what: "group" },
  { keys: "Enter", what: "all about the row; open or close a group" },
  { keys: "Esc", what: "back; show all rows" },
];

const ACTS: Readonly<Record<State["view"], readonly Binding[]>> = {
  overview: [],
  log: [],
  findings: [
    { keys: "e", what: "open the place in $VISUAL or $EDITOR" },
    { keys: "c", what: "copy the key id" },
    { keys: "C", what: "copy the fingerprint" },
    { keys: "i", what: "ask AWS whose key it is" },
    { keys: "a", what: "allow, with a reason, an owner and an end" },
    { keys: "p", what: "plan the rotation of its user" },
  ],
  users: [
    { keys: "c", what: "copy the key id" },
    { keys: "p", what: "plan the rotation of this user" },
  ],
  rotations: [
    { keys: "p", what: "plan: what would happen, and what is in the way" },
    { keys: "n", what: "rotate, or take the next steps" },
    { keys: "b", what: "bring the old key back" },
    { keys: "d", what: "give up" },
    { keys: "y", what: "say that every consumer has the new key" },
    { keys: "c", what: "copy the key id" },
  ],
};

/** All keys of a view. */
export function helpLines({ view, look }: Pick<State, "view" | "look">): Line[] {
  const tables = view === "overview" ? [] : section("Tables", TABLES, look);
  return [...section(`In ${view}`, ACTS[view], look), ...tables, ...section("Everywhere", EVERYWHERE, look)];
}

function section(title: string, bindings: readonly Binding[], look: Look): Line[] {
  if (bindings.length === 0) return [];
  return [
    line({ text: `  ${title}`, tone: "title" }),
    ...bindings.map(({ keys, what }) => line({ text: `    ${shown(keys, look).padEnd(17)}`, tone: "accent" }, what)),
  ];
}
