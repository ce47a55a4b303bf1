import { glyphsOf, type Look, shown, truncated, wrapped } from "../look.ts";
import { bodyHeight, type Dialog, type State } from "../state.ts";
import { BLANK, type Line, line } from "./line.ts";

const WIDEST = 90;
/** Lower screens have no room for a frame. */
const FRAMED = 10;

/** The room that a question has. */
export interface DialogRoom {
  readonly width: number;
  readonly height: number;
  readonly isFramed: boolean;
}

export function dialogRoom(state: State): DialogRoom {
  const height = bodyHeight(state);
  const isFramed = !state.look.screenReader && height >= FRAMED;
  return { width: Math.min(WIDEST, state.columns - 6), height: height - (isFramed ? 2 : 0), isFramed };
}

/** A question; what it is about scrolls, what is typed stays in sight. */
export function dialogLines(dialog: Dialog, look: Look, room: DialogRoom): Line[] {
  const { text, lines, gap, below } = laidOut(dialog, look, room);
  const from = Math.min(dialog.scroll, mostOf(text, lines));
  const { ellipsis, up, down } = glyphsOf(look);
  const above = from > 0 ? `  ${up} ${from} more` : "";
  const more = text.length - from - lines;
  const head = line(
    { text: truncated(shown(dialog.title, look), room.width - 12, ellipsis), tone: dialog.danger ? "high" : "title" },
    { text: more > 0 ? `${above}  ${down} ${more} more` : above, tone: "dim" },
  );
  return [head, ...gap, ...text.slice(from, from + lines).map((one) => line(one)), ...below];
}

/** How far what a question is about scrolls, and how many lines of it are seen at once. */
export function dialogScroll(state: State, dialog: Dialog): { readonly most: number; readonly page: number } {
  const { text, lines } = laidOut(dialog, state.look, dialogRoom(state));
  return { most: mostOf(text, lines), page: Math.max(1, lines) };
}

function mostOf(text: readonly string[], lines: number): number {
  return Math.max(0, text.length - lines);
}

/** Lines besides those that are typed into, from which on there are blank ones between. */
const ROOMY = 7;

interface LaidOut {
  /** What it is about, and how many lines of that there is room for. */
  readonly text: readonly string[];
  readonly lines: number;
  readonly gap: readonly Line[];
  /** What is typed, and what is wrong with it. */
  readonly below: readonly Line[];
}

function laidOut(
  { body, fields, focus, error }: Dialog,
  look: Look,
  { width, height }: Pick<DialogRoom, "width" | "height">,
): LaidOut {
  const { pointer, ellipsis } = glyphsOf(look);
  const typed = fields.map(({ label, value }, at): Line => {
    const head = `${at === focus ? pointer : " "} ${shown(label, look)}: `;
    const room = Math.max(4, width - head.length - 1);
    const tail = shown(value, look);
    // The end of what is typed is what a person looks at.
    const seen = tail.length <= room ? tail : ellipsis + tail.slice(1 - room);
    return line(
      { text: truncated(head, width - 4, ellipsis), tone: at === focus ? "accent" : "dim" },
      seen,
      at === focus ? "_" : "",
    );
  });
  const complaint = error === null ? [] : complaintLines(error, look, width, Math.max(1, height - fields.length - 2));
  // Where there is hardly any room, the line that is typed into goes before the others, and all of them before what is said of them.
  const gap = height < fields.length + ROOMY ? [] : [BLANK];
  const most = Math.max(1, height - 1 - complaint.length);
  const first = Math.max(0, Math.min(focus, typed.length - most));
  const below = [...(typed.length === 0 ? [] : [...gap, ...typed.slice(first, first + most)]), ...complaint];
  const text = body.flatMap((one) => hung(shown(one, look), width));
  return { text, lines: Math.max(0, height - below.length - 1 - gap.length), gap, below };
}

/** What is set in stays set in where it goes on, below what follows a date or an id. */
function hung(text: string, width: number): string[] {
  const head = /^ +(?:\S+(?: \S+)* {2})?/.exec(text)?.[0] ?? "";
  if (head === "" || head.length > width / 2) return wrapped(text, width);
  const blanks = " ".repeat(head.length);
  return wrapped(text.slice(head.length), width - head.length).map((one, at) => (at === 0 ? head : blanks) + one);
}

/** What is wrong, in at most so many lines. */
function complaintLines(error: string, look: Look, width: number, most: number): Line[] {
  const lines = wrapped(shown(error, look), width);
  const { ellipsis } = glyphsOf(look);
  const kept =
    lines.length <= most
      ? lines
      : [...lines.slice(0, most - 1), truncated(lines.slice(most - 1).join(" "), width, ellipsis)];
  return kept.map((text) => line({ text, tone: "bad" as const }));
}
