import { columns } from "../../report/terminal.ts";

/** What an explanation's line begins with: its further lines stand below what follows. */
const BEGINNING = /^ *(?:\d+\. )?/;

/** A word, or a `command` whole: it is to be copied, however long it is. */
const PIECE = /[^\s`]*`[^`]*`\S*|\S+/g;

/** The lines of an explanation in lines of a terminal's width, broken between words and outside of commands. */
export function wrappedExplanation(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => wrappedLine(line, width))
    .join("\n");
}

function wrappedLine(text: string, width: number): string {
  const beginning = BEGINNING.exec(text)?.[0] ?? "";
  const hanging = " ".repeat(beginning.length);
  const lines: string[] = [];
  let line = beginning;
  for (const piece of text.slice(beginning.length).match(PIECE) ?? []) {
    const isEmpty = line === (lines.length === 0 ? beginning : hanging);
    if (isEmpty) line += piece;
    else if (columns(`${line} ${piece}`) <= width) line += ` ${piece}`;
    else {
      lines.push(line);
      line = hanging + piece;
    }
  }
  return [...lines, line].join("\n");
}
