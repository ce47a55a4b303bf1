import { isPackedByName } from "../../archive/format.ts";
import { kindOf, LONGEST_MODE, SPACE } from "../objects/tree.ts";

/** More of a name's end than any ending that counts. */
const ENDING = 8;

/**
 * Finds the blobs that a tree gives a name which alone says that they are packed: nothing in them tells. It takes the tree in pieces,
 * since one may be as large as any object, and with a name of any length; it reads up to the first entry that makes no sense.
 */
export class PackedNames {
  /** In hexadecimal. */
  readonly ids: string[] = [];
  readonly #id: Buffer;
  #part: "mode" | "name" | "id" | "nonsense" = "mode";
  #mode = 0;
  #digits = 0;
  #ending = "";
  #idBytes = 0;

  /** @param idLength in bytes */
  constructor(idLength: number) {
    this.#id = Buffer.alloc(idLength);
  }

  push(piece: Uint8Array): void {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    for (let at = 0; at < bytes.length && this.#part !== "nonsense"; ) {
      if (this.#part === "mode") this.#takeMode(bytes[at++] ?? 0);
      else if (this.#part === "name") at = this.#takeName(bytes, at);
      else at = this.#takeId(bytes, at);
    }
  }

  #takeMode(byte: number): void {
    if (byte === SPACE) this.#part = "name";
    else if (this.#digits === LONGEST_MODE) this.#part = "nonsense";
    else {
      this.#mode = this.#mode * 8 + (byte & 7);
      this.#digits++;
    }
  }

  #takeName(bytes: Buffer, at: number): number {
    const found = bytes.indexOf(0, at);
    const end = found === -1 ? bytes.length : found;
    this.#ending = (this.#ending + bytes.toString("latin1", Math.max(at, end - ENDING), end)).slice(-ENDING);
    if (found === -1) return end;
    this.#part = "id";
    return end + 1;
  }

  #takeId(bytes: Buffer, at: number): number {
    const count = bytes.copy(this.#id, this.#idBytes, at);
    this.#idBytes += count;
    if (this.#idBytes === this.#id.length) {
      if (kindOf(this.#mode) === "blob" && isPackedByName(this.#ending)) this.ids.push(this.#id.toString("hex"));
      this.#part = "mode";
      this.#mode = this.#digits = this.#idBytes = 0;
      this.#ending = "";
    }
    return at + count;
  }
}
