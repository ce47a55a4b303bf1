import type { ByteReader } from "./byte-reader.ts";

/** Sixteen characters of plain text, or of UTF-16: what is shorter holds no credential. */
// biome-ignore lint: control characters are what is told apart
const TEXT = /[\t\n\r\x20-\x7e]{16,}|(?:[\x20-\x7e]\0){16,}/g;
/** What may go on in the next piece. */
// biome-ignore lint: control characters are what is told apart
const OPEN_END = /[\0\t\n\r\x20-\x7e]*$/;

/** How much of it is kept of one container, in characters, and how much is looked at in one piece, in bytes. */
const MOST_KEPT = 1 << 20;
const PIECE = 1 << 16;

/** What the document of these texts is called, as if it were a member. */
export const ASIDE_NAME = "[headers]";

/** Whether a text is nothing but numbers: sizes, times, maps of holes. */
export function isNumbers(text: string): boolean {
  return /^[\d\s.,+-]*$/.test(text);
}

/**
 * The text that a container holds beside the contents of its members: comments, extra fields, padding, links, names of what has no
 * content. Any of it may be a key that somebody hid or forgot there.
 */
export class Aside {
  readonly #texts: string[] = [];
  #length = 0;
  /** The end of what was added last, which may go on. */
  #open = "";
  #isWhole = true;

  /** Whether nothing was left out for want of space. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /**
   * Adds what is text in the bytes, which may be reused afterwards.
   * @param goesOn whether they follow those that were added before
   */
  add(bytes: Uint8Array, goesOn = false): void {
    if (!goesOn) this.#close();
    for (let from = 0; from < bytes.length; from += PIECE) {
      const piece = bytes.subarray(from, from + PIECE);
      const text = this.#open + Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString("latin1");
      const end = text.length > 2 * PIECE ? text.length : (OPEN_END.exec(text)?.index ?? text.length);
      this.#keep(text.slice(0, end));
      this.#open = text.slice(end);
    }
  }

  /** Adds all that is left of a reader; how many bytes that was. */
  async addAll(reader: ByteReader): Promise<number> {
    const start = reader.position;
    for (let goesOn = false; reader.available.length > 0 || (await reader.ensure(1)) > 0; goesOn = true) {
      this.add(reader.available, goesOn);
      reader.consume(reader.available.length);
    }
    return reader.position - start;
  }

  addName(name: string): void {
    this.#close();
    this.#keep(name);
  }

  /** All of it, each piece on a line of its own; nothing more is to be added. */
  take(): Uint8Array {
    this.#close();
    return Buffer.from(this.#texts.join("\n"), "latin1");
  }

  #close(): void {
    this.#keep(this.#open);
    this.#open = "";
  }

  #keep(text: string): void {
    for (const [run] of text.matchAll(TEXT)) {
      if (isNumbers(run)) continue;
      if (this.#length + run.length > MOST_KEPT) {
        this.#isWhole = false;
        return;
      }
      this.#texts.push(run);
      this.#length += run.length + 1;
    }
  }
}
