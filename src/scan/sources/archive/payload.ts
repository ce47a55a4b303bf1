import { type ContainerFormat, containerFormat, endsAsZip, HEAD_LENGTH, isScript, LONGEST_ZIP_END } from "./format.ts";
import type { RandomAccess } from "./random-access.ts";

/** A container that lies behind what is none: a program, a script, a picture. */
export interface Payload {
  readonly format: ContainerFormat;
  /** Where it begins; a zip's directory counts from the file's beginning. */
  readonly from: number;
}

/** How much of a script is looked through at a time, in bytes; what begins a container may be cut in two by that. */
const PIECE = 1 << 20;

/** With what a packed file begins that may stand behind a script, and where in it that is. */
const BEGINNINGS = [
  ["\x1f\x8b\x08", 0],
  ["BZh", 0],
  ["\xfd7zXZ\0", 0],
  ["\x28\xb5\x2f\xfd", 0],
  ["PK\x03\x04", 0],
  ["ustar", 257],
] as const;

/** What is read into behind the first bytes of a file that is no container itself; null: nothing. */
export function payloadOf(whole: RandomAccess): Payload | null {
  const tail = Buffer.alloc(Math.min(whole.size, LONGEST_ZIP_END));
  if (endsAsZip(tail.subarray(0, whole.read(tail, whole.size - tail.length)))) return { format: "zip", from: 0 };
  const head = Buffer.alloc(2);
  whole.read(head, 0);
  return isScript(head) ? payloadOfScript(whole) : null;
}

/** What makeself and its like append. */
function payloadOfScript(whole: RandomAccess): Payload | null {
  const piece = Buffer.alloc(Math.min(whole.size, PIECE + HEAD_LENGTH));
  for (let start = 0; start < whole.size; start += PIECE) {
    const payload = firstContainer(piece.subarray(0, whole.read(piece, start)));
    if (payload !== null) return { format: payload.format, from: start + payload.from };
  }
  return null;
}

function firstContainer(bytes: Buffer): Payload | null {
  const starts = BEGINNINGS.flatMap(([signature, at]) =>
    positionsOf(signature, bytes).map((position) => position - at),
  );
  for (const from of starts.filter((start) => start > 0).sort((a, b) => a - b)) {
    const format = containerFormat(bytes.subarray(from, from + HEAD_LENGTH));
    if (format !== null) return { format, from };
  }
  return null;
}

function positionsOf(text: string, bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(text, 0, "latin1"); at !== -1; at = bytes.indexOf(text, at + 1, "latin1")) found.push(at);
  return found;
}
