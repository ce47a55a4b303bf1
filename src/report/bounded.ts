/**
 * Hands on pieces of text until they are too long together.
 * Of pieces that belong together, all are handed on or none: `<details>` that nothing closes would swallow the rest.
 */
export class Budget {
  #left: number;

  /** @param most in UTF-16 code units, of which no character has less than one */
  constructor(most: number) {
    this.#left = most;
  }

  /** The pieces as one, or null when they do not fit any more. */
  take(pieces: Iterable<string>): string | null {
    let text = "";
    for (const piece of pieces) {
      text += piece;
      if (text.length > this.#left) return null;
    }
    this.#left -= text.length;
    return text;
  }

  /** Keeps some of it back: for what has to be said in the end. */
  reserve(text: string): void {
    this.#left -= text.length;
  }
}
