/**
 * A document as text, one character a byte (Latin-1), after zero or more decodings, with the way back
 * from every character to the byte of the document that it came from.
 */
export class View {
  readonly text: string;
  /** For each character the byte it came from; null when character n is byte n. */
  readonly #origins: Uint32Array | null;

  constructor(text: string, origins: Uint32Array | null) {
    this.text = text;
    this.#origins = origins;
  }

  static ofBytes(bytes: Uint8Array): View {
    return new View(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"), null);
  }

  /** The byte of the document that the character at `index` came from. */
  origin(index: number): number {
    return this.#origins === null ? index : (this.#origins[index] ?? 0);
  }

  /** Writes the origins of the characters [from, to) into `target`, from `at` on. */
  copyOrigins(from: number, to: number, target: Uint32Array, at: number): void {
    if (this.#origins !== null) target.set(this.#origins.subarray(from, to), at);
    else for (let i = from; i < to; i++) target[at + i - from] = i;
  }
}

/** Builds a view out of another one, from left to right: what is not replaced is copied. */
export class ViewBuilder {
  readonly #source: View;
  readonly #parts: string[] = [];
  /** Room for those of what is built so far, and more; none before something is replaced. */
  #origins = new Uint32Array(0);
  #length = 0;
  #copied = 0;

  constructor(source: View) {
    this.#source = source;
  }

  get changed(): boolean {
    return this.#parts.length > 0;
  }

  /**
   * Puts `text` in place of the source's characters [from, to). Its characters are said to come evenly from there,
   * which is exact for encodings that spend a fixed number of characters a byte.
   */
  replace(from: number, to: number, text: string): void {
    this.#put(from, to, text);
    const step = text.length === 0 ? 0 : (to - from) / text.length;
    const start = this.#length - text.length;
    for (let i = 0; i < text.length; i++) this.#origins[start + i] = this.#source.origin(from + Math.floor(i * step));
  }

  /** The same for text of which only its beginning has a place in the source: all of it is said to come from there. */
  replaceAt(from: number, to: number, text: string): void {
    this.#put(from, to, text);
    this.#origins.fill(this.#source.origin(from), this.#length - text.length, this.#length);
  }

  #put(from: number, to: number, text: string): void {
    this.#copyUntil(from);
    this.#parts.push(text);
    this.#reserve(text.length);
    this.#length += text.length;
    this.#copied = to;
  }

  build(): View {
    this.#copyUntil(this.#source.text.length);
    return new View(this.#parts.join(""), this.#origins);
  }

  #copyUntil(end: number): void {
    const from = this.#copied;
    this.#parts.push(this.#source.text.slice(from, end));
    this.#reserve(end - from);
    this.#source.copyOrigins(from, end, this.#origins, this.#length);
    this.#length += end - from;
    this.#copied = end;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#origins.length) return;
    // What is decoded is seldom longer than what it stood for.
    const larger = new Uint32Array(Math.max(this.#source.text.length + 16, (this.#length + count) * 2));
    larger.set(this.#origins.subarray(0, this.#length));
    this.#origins = larger;
  }
}
