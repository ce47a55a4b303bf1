import { glyphsOf, type Look } from "../look.ts";
import { type Line, line } from "./line.ts";

/**
 * As much as fits, from where it was scrolled to; the first and the last line say what is left out.
 * @param hint how one scrolls, where the arrows do something else.
 */
export function scrolled(lines: readonly Line[], scroll: number, height: number, look: Look, hint = ""): Line[] {
  const { up, down } = glyphsOf(look);
  const from = Math.min(scroll, Math.max(0, lines.length - height));
  const seen = lines.slice(from, from + height);
  const below = lines.length - from - height;
  if (from > 0) seen[0] = line({ text: `${up} ${from + 1} more lines`, tone: "dim" });
  if (below > 0) seen[seen.length - 1] = line({ text: `${down} ${below + 1} more lines${hint}`, tone: "dim" });
  return seen;
}
