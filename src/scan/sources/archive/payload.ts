import { type ContainerFormat, containerFormat, endsAsZip, HEAD_LENGTH, isScript, LONGEST_ZIP_END } from "./format.ts";
import type { RandomAccess } from "./random-access.ts";
import { BLOCK, statesChecksum } from "./tar-header.ts";

/** A container that lies behind what is none: a program, a script, a picture. */
export interface Payload {
  readonly format: ContainerFormat;
  /** Where it begins; a zip's directory counts from the file's beginning. */
  readonly from: number;
}

/** How much of a script is looked through at a time, in bytes; what begins a container may be cut in two by that. */
const PIECE = 1 << 20;

/** With what a packed file begins that may stand behind a script; one character a byte. */
// biome-ignore lint: control characters are what is looked for
const BEGINNING = /\x1f\x8b\x08[\0-\x1f]|BZh[1-9](?:1AY&SY|\x17rE8P\x90)|\xfd7zXZ\0|\x28\xb5\x2f\xfd|PK\x03\x04/g;
/** What one of those has in it: most scripts have none, which is told sooner. */
const SIGNS = ["\x1f\x8b\x08", "BZh", "\xfd7zXZ\0", "\x28\xb5\x2f\xfd", "PK\x03\x04"];
/** What a tar has in it, and where. */
const TAR_SIGN = "ustar";
const TAR_SIGN_AT = 257;
/** No honest script has so many headers of tars in it that are none: what they are part of is read as one, which tells that it is damaged. */
const MOST_FALSE_HEADERS = 1024;

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

/** A script may be full of what only seems to begin a container: whatever it holds, it is gone through once. */
function firstContainer(bytes: Buffer): Payload | null {
  const packed = firstPacked(bytes);
  return firstTar(bytes, packed?.from ?? bytes.length) ?? packed;
}

function firstPacked(bytes: Buffer): Payload | null {
  if (!SIGNS.some((sign) => bytes.includes(sign, 0, "latin1"))) return null;
  for (const { index: from } of bytes.toString("latin1").matchAll(BEGINNING)) {
    const format = from === 0 ? null : containerFormat(bytes.subarray(from, from + HEAD_LENGTH));
    if (format !== null) return { format, from };
  }
  return null;
}

/** The first tar that begins before `end`. */
function firstTar(bytes: Buffer, end: number): Payload | null {
  const within = bytes.subarray(0, end + TAR_SIGN_AT + TAR_SIGN.length);
  let headers = 0;
  for (let at = within.indexOf(TAR_SIGN); at !== -1; at = within.indexOf(TAR_SIGN, at + 1)) {
    const from = at - TAR_SIGN_AT;
    if (from <= 0 || (from + BLOCK <= bytes.length && !statesChecksum(bytes, from))) continue;
    const isTar = containerFormat(bytes.subarray(from, from + HEAD_LENGTH)) === "tar";
    if (isTar || ++headers > MOST_FALSE_HEADERS) return { format: "tar", from };
  }
  return null;
}
