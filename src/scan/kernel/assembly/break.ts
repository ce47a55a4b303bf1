import { INDENT } from "./layout";

const LINE_FEED: u8 = 0x0a;
const CARRIAGE_RETURN: u8 = 0x0d;
const BACKSLASH: u8 = 0x5c;
const EQUALS: u8 = 0x3d;
const ESCAPED_FEED: u16 = 0x6e5c; // \n
const ESCAPED_BOTH: u32 = 0x6e5c725c; // \r\n

/** The length of the line break at `at` with the next line's indentation; 0 when there is none. Breaks are LF, CRLF, both as JSON writes them, and CR. */
// @ts-ignore: decorator
@inline
export function lineBreak(at: usize, to: usize): usize {
  if (at >= to) return 0;
  const byte = load<u8>(at);
  return byte == LINE_FEED || byte == CARRIAGE_RETURN || byte == BACKSLASH ? breakAndIndent(at, to) : 0;
}

/** The length of the break at `at` that quoted-printable makes in a long line; 0 when there is none. */
// @ts-ignore: decorator
@inline
export function softBreak(at: usize, to: usize): usize {
  if (to - at < 3 || load<u8>(at) != EQUALS) return 0;
  if (load<u8>(at, 1) == LINE_FEED) return 2;
  return load<u8>(at, 1) == CARRIAGE_RETURN && load<u8>(at, 2) == LINE_FEED ? 3 : 0;
}

function breakAndIndent(at: usize, to: usize): usize {
  const feed = feedLength(at, to - at);
  if (feed == 0) return 0;
  const line = at + feed;
  const limit = min(to, line + INDENT);
  let text = line;
  while (text < limit && isBlank(load<u8>(text))) text++;
  return text - at;
}

function feedLength(at: usize, left: usize): usize {
  const byte = load<u8>(at);
  if (byte == LINE_FEED) return 1;
  if (left < 2) return 0;
  if (byte == CARRIAGE_RETURN) return load<u8>(at, 1) == LINE_FEED ? 2 : 1;
  if (load<u16>(at) == ESCAPED_FEED) return 2;
  return left >= 4 && load<u32>(at) == ESCAPED_BOTH ? 4 : 0;
}

// @ts-ignore: decorator
@inline
function isBlank(byte: u8): bool {
  return byte == 0x20 || byte == 0x09;
}
