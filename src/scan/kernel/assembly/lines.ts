const LINE_FEED: u8 = 0x0a;

/** The number of line feeds in [from, to). */
export function countLines(from: usize, to: usize): u32 {
  const feeds = i8x16.splat(LINE_FEED);
  let lines: u32 = 0;
  let at = from;
  while (at + 16 <= to) {
    // Each lane counts its own bytes: at most 255 of them before it would overflow.
    const stop = min(at + 16 * 255, at + ((to - at) & ~15));
    let counts = i8x16.splat(0);
    for (; at < stop; at += 16) counts = i8x16.sub(counts, i8x16.eq(v128.load(at), feeds));
    lines += sum(counts);
  }
  for (; at < to; at++) lines += u32(load<u8>(at) == LINE_FEED);
  return lines;
}

// @ts-ignore: decorator
@inline
function sum(counts: v128): u32 {
  const words = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(counts));
  return i32x4.extract_lane(words, 0) + i32x4.extract_lane(words, 1) + i32x4.extract_lane(words, 2) + i32x4.extract_lane(words, 3);
}
