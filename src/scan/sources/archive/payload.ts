import { type ContainerFormat, containerFormat, endsAsZip, HEAD_LENGTH, isScript, LONGEST_ZIP_END } from "./format.ts";
import type { RandomAccess } from "./random-access.ts";

/** A container that lies behind what is none: a program, a script, a picture. */
export interface Payload {
  readonly format: ContainerFormat;
  /** Where it begins; a zip's directory counts from the file's beginning. */
  readonly from: number;
}

/** The longest script that unpacks what follows it, in bytes: makeself's has some twenty thousand. */
const LONGEST_SCRIPT = 1 << 20;

/** With what a packed file begins that may stand behind the last line of a script. */
const BEGINNINGS = ["\x1f\x8b\x08", "BZh", "\xfd7zXZ\0", "\x28\xb5\x2f\xfd", "PK\x03\x04"] as const;

/** What is read into behind the first bytes of a file that is no container itself; null: nothing. */
export function payloadOf(whole: RandomAccess): Payload | null {
  const tail = Buffer.alloc(Math.min(whole.size, LONGEST_ZIP_END));
  if (endsAsZip(tail.subarray(0, whole.read(tail, whole.size - tail.length)))) return { format: "zip", from: 0 };
  const head = Buffer.alloc(2);
  whole.read(head, 0);
  return isScript(head) ? payloadOfScript(whole) : null;
}

/** What makeself and its like append: it begins right behind a line. */
function payloadOfScript(whole: RandomAccess): Payload | null {
  const script = Buffer.alloc(Math.min(whole.size, LONGEST_SCRIPT));
  const head = script.subarray(0, whole.read(script, 0));
  const starts = BEGINNINGS.flatMap((beginning) => positionsOf(`\n${beginning}`, head)).sort((a, b) => a - b);
  for (const from of starts) {
    const format = containerFormat(head.subarray(from, from + HEAD_LENGTH));
    if (format !== null) return { format, from };
  }
  return null;
}

/** Where what follows a line feed begins. */
function positionsOf(text: string, bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(text, 0, "latin1"); at !== -1; at = bytes.indexOf(text, at + 1, "latin1"))
    found.push(at + 1);
  return found;
}
