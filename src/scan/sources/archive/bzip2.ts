import { BitReader } from "./bit-reader.ts";
import { type ByteReader, peek } from "./byte-reader.ts";
import { Bzip2Block, readBlock } from "./bzip2-block.ts";
import { damaged } from "./stop.ts";

/**
 * More than any block takes: 900,001 symbols of at most 20 bits, and its tables. A block must lie in memory whole to be
 * decoded at once.
 */
const LONGEST_BLOCK = 2_400_000;
const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;

/**
 * Unpacks bzip2 streams until the input ends. (Of the packages for it, one keeps its state in module variables, others take
 * the whole file in memory; all are several times slower.)
 * There is no specification; this follows the description in
 * @see https://github.com/dsnet/compress/blob/master/doc/bzip2-format.pdf
 */
export async function* bunzip2(input: ByteReader): AsyncGenerator<Uint8Array, void> {
  const block = new Bzip2Block();
  const output = new Uint8Array(1 << 16);
  for (let first = true; ; first = false) {
    if (!first && (await peek(input, 1)).length === 0) return;
    const level = await readHeader(input, first);
    let streamCrc = 0;
    // A block begins at any bit: this many of the first byte belong to what came before.
    let usedBits = 0;
    for (;;) {
      await input.ensure(LONGEST_BLOCK);
      const bits = new BitReader(input.available, usedBits);
      const magic = bits.read(24) * 2 ** 24 + bits.read(24);
      const crc = (bits.read(16) * 2 ** 16 + bits.read(16)) >>> 0;
      if (magic === END_MAGIC) {
        input.consume(Math.min(bits.bytesTouched, input.available.length));
        if (bits.isOverrun) throw damaged("bzip2 data end too early");
        if (crc !== streamCrc) throw damaged("the bzip2 checksum does not match");
        break;
      }
      if (magic !== BLOCK_MAGIC)
        throw damaged(bits.isOverrun ? "bzip2 data end too early" : "a bzip2 block is not valid");
      readBlock(bits, block, level);
      input.consume(bits.bytesPassed);
      usedBits = bits.bitInByte;
      for (let count = block.write(output); count > 0; count = block.write(output)) yield output.subarray(0, count);
      if (block.crc !== crc) throw damaged("the checksum of a bzip2 block does not match");
      streamCrc = (((streamCrc << 1) | (streamCrc >>> 31)) ^ crc) >>> 0;
    }
  }
}

/** The stream's level: blocks hold up to this many times 100,000 bytes. */
async function readHeader(input: ByteReader, first: boolean): Promise<number> {
  const header = await peek(input, 4);
  const level = (header[3] ?? 0) - 0x30;
  const isHeader = header[0] === 0x42 && header[1] === 0x5a && header[2] === 0x68;
  if (!isHeader || level < 1 || level > 9) {
    throw damaged(first ? "the bzip2 header is not valid" : "something else follows the bzip2 data");
  }
  input.consume(4);
  return level;
}
