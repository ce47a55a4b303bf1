import { lowerBound } from "../lower-bound.ts";
import { codePoints } from "./code-points.ts";
import type { InlineAllow } from "./detection.ts";
import { inlineAllowIn } from "./inline-allow.ts";

/** The most of a line that is read for an allow, in bytes. */
const LONGEST_LINE = 4096;
const COMMENT = /^\s*(?:#|\/\/|\/\*|--|<!--|;|%|\*)/;

/** Where the bytes of a document stand: lines, columns, and the allows that are written there. */
export class Positions {
  readonly #document: Buffer;
  /** Made when a place is asked for: in most windows that are looked at nothing is found. */
  #known: Lines | null = null;
  /** Columns are counted on from the place before, since a line may be as long as the document. */
  #counted = { lineStart: 0, offset: 0, column: 1 };

  constructor(bytes: Uint8Array) {
    this.#document = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get #lines(): Lines {
    this.#known ??= { starts: lineStartsOf(this.#document), haveAllow: this.#document.includes("keysweep:allow") };
    return this.#known;
  }

  /** Line and column of a byte, both from 1; the column in characters. */
  at(offset: number): { readonly line: number; readonly column: number } {
    const line = this.#lineOf(offset);
    const lineStart = this.#lines.starts[line - 1] ?? 0;
    if (this.#isWide(offset)) return { line, column: 1 + Math.floor((offset - lineStart) / 2) };
    const goesOn = this.#counted.lineStart === lineStart && this.#counted.offset <= offset;
    const from = goesOn ? this.#counted : { offset: lineStart, column: 1 };
    const column = from.column + codePoints(this.#document, from.offset, offset);
    this.#counted = { lineStart, offset, column };
    return { line, column };
  }

  /** The first allow on the line of one of the bytes, or on the comment before it. */
  allowAt(offsets: readonly number[]): InlineAllow | null {
    if (!this.#lines.haveAllow) return null;
    return inlineAllowIn(
      offsets.flatMap((offset) => {
        const line = this.#lineOf(offset);
        const before = this.#text(line - 1);
        return [this.#text(line), COMMENT.test(before) ? before : ""];
      }),
    );
  }

  #lineOf(offset: number): number {
    return lowerBound(this.#lines.starts, offset + 1);
  }

  #text(line: number): string {
    const { starts } = this.#lines;
    const from = starts[line - 1];
    if (from === undefined) return "";
    return this.#document.toString("utf8", from, Math.min(starts[line] ?? this.#document.length, from + LONGEST_LINE));
  }

  /** Whether UTF-16 stands there: two plain characters, each with a zero behind it. */
  #isWide(offset: number): boolean {
    const [first, zero, second, also] = this.#document.subarray(offset, offset + 4);
    return first !== 0 && zero === 0 && second !== 0 && also === 0;
  }
}

interface Lines {
  /** Where each begins. */
  readonly starts: readonly number[];
  readonly haveAllow: boolean;
}

function lineStartsOf(document: Buffer): number[] {
  const starts = [0];
  for (let at = document.indexOf(10); at >= 0; at = document.indexOf(10, at + 1)) starts.push(at + 1);
  return starts;
}
