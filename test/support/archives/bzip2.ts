/**
 * A bzip2 file: every step of the format is there, though it does not compress (all codes are of one length, and the
 * sort is naive). For small contents.
 * @param blockSize bytes of content in a block
 */
export function bzip2(content: Uint8Array, blockSize = 4000): Buffer {
  const bits: Bits = { bytes: [], pending: 0, count: 0 };
  for (const byte of Buffer.from("BZh1")) put(bits, byte, 8);
  let streamCrc = 0;
  for (let at = 0; at < content.length; at += blockSize) {
    const block = content.subarray(at, at + blockSize);
    const blockCrc = crc(block);
    streamCrc = (((streamCrc << 1) | (streamCrc >>> 31)) ^ blockCrc) >>> 0;
    putMagic(bits, 0x314159, 0x265359, blockCrc);
    putBlock(bits, runs(block));
  }
  putMagic(bits, 0x177245, 0x385090, streamCrc);
  if (bits.count > 0) put(bits, 0, 8 - bits.count);
  return Buffer.from(bits.bytes);
}

interface Bits {
  readonly bytes: number[];
  pending: number;
  count: number;
}

function put(bits: Bits, value: number, count: number): void {
  for (let bit = count - 1; bit >= 0; bit--) {
    bits.pending = (bits.pending << 1) | ((value >>> bit) & 1);
    if (++bits.count < 8) continue;
    bits.bytes.push(bits.pending);
    bits.pending = bits.count = 0;
  }
}

function putMagic(bits: Bits, high: number, low: number, checksum: number): void {
  put(bits, high, 24);
  put(bits, low, 24);
  put(bits, checksum, 32);
}

/** Four equal bytes in a row are followed by how many more there are. */
function runs(content: Uint8Array): number[] {
  const out: number[] = [];
  for (let at = 0; at < content.length; ) {
    let length = 1;
    while (length < 255 && content[at + length] === content[at]) length++;
    for (let i = 0; i < Math.min(4, length); i++) out.push(content[at] ?? 0);
    if (length >= 4) out.push(length - 4);
    at += length;
  }
  return out;
}

function putBlock(bits: Bits, text: readonly number[]): void {
  const { last, origin } = sorted(text);
  const used = [...new Set(last)].sort((a, b) => a - b);
  const symbols = moveToFront(last, used);
  const length = Math.ceil(Math.log2(used.length + 2));
  put(bits, 0, 1);
  put(bits, origin, 24);
  const rows = Array.from({ length: 16 }, (_, row) => used.filter((byte) => byte >> 4 === row));
  for (const row of rows) put(bits, row.length > 0 ? 1 : 0, 1);
  for (const row of rows) {
    if (row.length > 0)
      for (let column = 0; column < 16; column++) put(bits, row.some((byte) => (byte & 15) === column) ? 1 : 0, 1);
  }
  put(bits, 2, 3);
  const groups = Math.ceil(symbols.length / 50);
  put(bits, groups, 15);
  // The two tables are the same; selectors alternate between them.
  for (let group = 0; group < groups; group++) put(bits, group === 0 ? 0 : 2, group === 0 ? 1 : 2);
  for (let table = 0; table < 2; table++) {
    put(bits, length, 5);
    for (let symbol = 0; symbol < used.length + 2; symbol++) put(bits, 0, 1);
  }
  for (const symbol of symbols) put(bits, symbol, length);
}

/** The last column of all rotations in order, and where the text itself is among them. */
function sorted(text: readonly number[]): { last: number[]; origin: number } {
  const twice = Buffer.from([...text, ...text]);
  const rotations = text.map((_, i) => i);
  rotations.sort(
    (a, b) => Buffer.compare(twice.subarray(a, a + text.length), twice.subarray(b, b + text.length)) || a - b,
  );
  return { last: rotations.map((i) => twice[i + text.length - 1] ?? 0), origin: rotations.indexOf(0) };
}

/** Places in a list whose last used byte moves to the front; runs of the first place are numbers in base 2 with digits 1 and 2. */
function moveToFront(bytes: readonly number[], used: readonly number[]): number[] {
  const order = [...used];
  const symbols: number[] = [];
  let run = 0;
  const putRun = () => {
    for (; run > 0; run = (run - 1) >> 1) symbols.push((run - 1) & 1);
  };
  for (const byte of bytes) {
    const place = order.indexOf(byte);
    if (place === 0) {
      run++;
      continue;
    }
    putRun();
    symbols.push(place + 1);
    order.splice(place, 1);
    order.unshift(byte);
  }
  putRun();
  return [...symbols, used.length + 1];
}

function crc(bytes: Uint8Array): number {
  let value = -1;
  for (const byte of bytes) {
    value ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
  }
  return ~value >>> 0;
}
