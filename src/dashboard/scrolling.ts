import type { KeyPress } from "./message.ts";
import { bodyHeight, type Dialog, type State } from "./state.ts";
import { shownDetail } from "./views/detail.ts";
import { dialogScroll } from "./views/dialog-lines.ts";
import { helpLines } from "./views/help.ts";
import { overviewLines } from "./views/overview.ts";

/** What a key does where text stands instead of a table; null: it does not scroll. */
export function scrolledBy(state: State, name: KeyPress["name"]): State | null {
  const lines = textLines(state);
  if (lines === null) return null;
  const height = bodyHeight(state);
  // The first and the last line may say what is left out.
  const to = scrolledTo(name, state.scroll, Math.max(0, lines - height), Math.max(1, height - 2));
  return to === null ? null : { ...state, scroll: to };
}

/** Whether there is more of the text than there is room for. */
export function scrolls(state: State): boolean {
  return (textLines(state) ?? 0) > bodyHeight(state);
}

/** The same for what a question is about. */
export function dialogScrolledBy(state: State, dialog: Dialog, name: KeyPress["name"]): Dialog | null {
  const { most, page } = dialogScroll(state, dialog);
  const to = scrolledTo(name, dialog.scroll, most, page);
  return to === null ? null : { ...dialog, scroll: to };
}

/** Lines of the text that stands where a table could; null: a table does, or it is read aloud, whole. */
function textLines(state: State): number | null {
  if (state.look.screenReader) return null;
  if (state.help) return helpLines(state).length;
  if (state.view === "overview") return overviewLines(state).length;
  return state.detail ? (shownDetail(state)?.length ?? 0) : null;
}

/** @param most where the last line is seen; another size may have been scrolled further. */
function scrolledTo(name: KeyPress["name"], scroll: number, most: number, page: number): number | null {
  const at = Math.min(scroll, most);
  const to = { up: at - 1, down: at + 1, "page-up": at - page, "page-down": at + page, home: 0, end: most }[
    name as "up"
  ];
  return to === undefined ? null : Math.max(0, Math.min(most, to));
}
