import {
  containerFormat,
  endsAsZip,
  HEAD_LENGTH,
  isScript,
  LONGEST_ZIP_END,
  mayEndAsZip,
  unreadFormat,
  unreadFormatByEnd,
} from "./format.ts";
import { payloadOf } from "./payload.ts";
import { MemoryAccess } from "./random-access.ts";

/**
 * Whether a file is its bytes and nothing else, so that nobody needs to load what reads archives: it is no container, none lies behind it, and
 * it is no packed format of which a row is told.
 * @param bytes all of the file
 * @param name its name, without folders
 */
export function isPlain(bytes: Uint8Array, name = ""): boolean {
  const head = bytes.subarray(0, HEAD_LENGTH);
  if (containerFormat(head, name) !== null || unreadFormat(bytes) !== null || unreadFormatByEnd(bytes) !== null)
    return false;
  if (isZipBehind(bytes)) return false;
  return !isScript(head) || payloadOf(new MemoryAccess(bytes)) === null;
}

function isZipBehind(bytes: Uint8Array): boolean {
  const { buffer, byteOffset, length } = bytes;
  return mayEndAsZip(Buffer.from(buffer, byteOffset, length), length) && endsAsZip(bytes.subarray(-LONGEST_ZIP_END));
}
