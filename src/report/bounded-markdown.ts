import { clipped, markdown, markdownCode, visible } from "./escape.ts";
import { plural } from "./summary-text.ts";

/** The most characters of a comment at GitHub; a job's summary may have a megabyte. */
export const MOST_CHARACTERS = 65_536;

/** The most rows of one list. */
export const MOST_ROWS = 20;

/** The most characters of one list; a report has four at most. */
const MOST_OF_A_LIST = 8000;

/** How long a name is shown: one may be a thousand times as long as what it is about. */
const LONGEST_NAME = 300;

/** A name, as code. */
export function code(name: string): string {
  return markdownCode(clipped(visible(name), LONGEST_NAME));
}

/** Words that somebody else has written, in running text. */
export function text(words: string): string {
  return markdown(clipped(visible(words), LONGEST_NAME));
}

/** What is still to be had of a length. */
export class Budget {
  #left: number;

  /** @param most in UTF-16 code units, of which no character has less than one */
  constructor(most: number) {
    this.#left = most;
  }

  /** The pieces as one text; null when they do not fit any more: of what belongs together, all is written or nothing. */
  take(pieces: Iterable<string>): string | null {
    let taken = "";
    for (const piece of pieces) {
      taken += piece;
      if (taken.length > this.#left) return null;
    }
    this.#left -= taken.length;
    return taken;
  }

  /** Keeps back what is to be written in any case. */
  reserve(piece: string): void {
    this.#left -= piece.length;
  }
}

/** As many as fit, from the first on, and how many do not; room for saying that is to be reserved. */
export function* fitting<T>(
  items: readonly T[],
  budget: Budget,
  what: string,
  write: (item: T) => Iterable<string>,
): Generator<string> {
  for (const [index, item] of items.entries()) {
    const taken = budget.take(write(item));
    if (taken === null) {
      yield leftOutText(items.length - index, what);
      return;
    }
    yield taken;
  }
}

export function leftOutText(count: number, what: string): string {
  return `\n**And ${plural(count, `more ${what}`)}, left out here for the length: \`--format json\` has all.**\n\n`;
}

/** A list of as many as fit, and how many more there are. */
export function* list<T>(items: readonly T[], write: (item: T) => string): Generator<string> {
  const budget = new Budget(MOST_OF_A_LIST);
  for (const [index, item] of items.entries()) {
    const row = index < MOST_ROWS ? budget.take([`- ${write(item)}\n`]) : null;
    if (row === null) {
      yield `- and ${items.length - index} more\n`;
      return;
    }
    yield row;
  }
}
