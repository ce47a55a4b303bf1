/** What an entry of a tree stands for, as its mode says: a folder, a file (a link too), a commit of a submodule. */
export type EntryKind = "tree" | "blob" | "commit";

export const SPACE = 0x20;
/** More digits than a mode has. */
export const LONGEST_MODE = 8;

/** Goes from entry to entry of a tree, and makes text of what is wanted only. */
export class TreeCursor {
  readonly #bytes: Buffer;
  readonly #idLength: number;
  kind: EntryKind = "blob";
  /** Where the entry's id begins; a NUL is before it. */
  idStart = 0;
  #nameStart = 0;
  #end = 0;

  constructor(bytes: Buffer, idLength: number) {
    this.#bytes = bytes;
    this.#idLength = idLength;
  }

  /** Whether there is a next entry, and it makes sense. */
  next(): boolean {
    const bytes = this.#bytes;
    let at = this.#end;
    const longest = at + LONGEST_MODE;
    let mode = 0;
    for (; bytes[at] !== SPACE; at++) {
      if (at >= bytes.length || at >= longest) return false;
      mode = mode * 8 + ((bytes[at] ?? 0) & 7);
    }
    this.#nameStart = ++at;
    while (at < bytes.length && bytes[at] !== 0) at++;
    this.idStart = at + 1;
    this.#end = this.idStart + this.#idLength;
    this.kind = kindOf(mode);
    return this.#end <= bytes.length;
  }

  /** The name, a character for each byte, cut at a length. */
  nameUpTo(length: number): string {
    return this.#bytes.toString("latin1", this.#nameStart, Math.min(this.idStart - 1, this.#nameStart + length));
  }

  get idSpan(): [start: number, end: number] {
    return [this.idStart, this.#end];
  }
}

/** 40000 (or 040000, which old tools wrote) is a folder, 160000 a submodule. */
export function kindOf(mode: number): EntryKind {
  const format = mode & 0o170000;
  if (format === 0o040000) return "tree";
  return format === 0o160000 ? "commit" : "blob";
}
