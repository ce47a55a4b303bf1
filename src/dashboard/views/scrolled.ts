import { glyphsOf, type Look } from "../look.ts";
import { type Line, line } from "./line.tsx";

/**
 * As much as fits, from where it was scrolled to; the last line says what is left.
 * @param hint how one scrolls, where the arrows do something else.
 */
export function scrolled(lines: readonly Line[], scroll: number, height: number, look: Look, hint = ""): Line[] {
  const from = Math.min(scroll, Math.max(0, lines.length - height));
  const seen = lines.slice(from, from + height);
  const below = lines.length - from - height;
  if (below <= 0) return seen;
  return [...seen.slice(0, -1), line({ text: `${glyphsOf(look).down} ${below + 1} more lines${hint}`, tone: "dim" })];
}
