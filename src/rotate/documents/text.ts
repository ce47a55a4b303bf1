import { Uneditable } from "./format.ts";

/** The bytes of a file as text that can be turned into the same bytes again. */
export interface DecodedText {
  readonly text: string;
  encode(text: string): Buffer;
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * UTF-8, with or without a byte order mark; what is not UTF-8 is taken byte by byte, as the formats' own characters are all ASCII.
 * @throws Uneditable for UTF-16.
 */
export function decodedText(bytes: Buffer): DecodedText {
  if (bytes.includes(0)) throw new Uneditable("holds zero bytes, as UTF-16 does", "Save it as UTF-8.");
  const marked = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK);
  const mark = marked ? BYTE_ORDER_MARK : Buffer.alloc(0);
  const rest = bytes.subarray(mark.length);
  const encoding = isUtf8(rest) ? "utf8" : "latin1";
  return {
    text: rest.toString(encoding),
    encode: (text) => Buffer.concat([mark, Buffer.from(text, encoding)]),
  };
}

function isUtf8(bytes: Buffer): boolean {
  return process.getBuiltinModule("node:buffer").isUtf8(bytes);
}
