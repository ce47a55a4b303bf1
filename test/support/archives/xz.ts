import { crc32 } from "node:zlib";

/** An xz file whose chunks are stored, in blocks of at most `blockSize`; real compression is in `by-tools.ts`. */
export function xz(content: Uint8Array, blockSize = 100_000): Buffer {
  const flags = Buffer.from([0, 1]);
  const parts = [Buffer.from("\xfd7zXZ\0", "latin1"), flags, uint32(crc32(flags))];
  const records: number[] = [];
  for (let at = 0; at < content.length; at += blockSize) {
    const bytes = content.subarray(at, at + blockSize);
    const block = xzBlock(bytes);
    parts.push(block, Buffer.alloc((4 - (block.length % 4)) % 4), uint32(crc32(bytes)));
    records.push(...vli(block.length + 4), ...vli(bytes.length));
  }
  const index = padded(Buffer.from([0, ...vli(Math.ceil(content.length / blockSize)), ...records]));
  const footer = Buffer.concat([uint32(index.length / 4), flags]);
  parts.push(index, uint32(crc32(index)), uint32(crc32(footer)), footer, Buffer.from("YZ"));
  return Buffer.concat(parts);
}

/** @param dictionary 0 for 4 KiB, one more for about 1.4 times as much, 40 for 4 GiB */
export function xzBlock(content: Uint8Array, dictionary = 8): Buffer {
  const header = Buffer.from([2, 0, 0x21, 1, dictionary, 0, 0, 0]);
  const parts = [header, uint32(crc32(header))];
  for (let at = 0; at < content.length; at += 0x10000) {
    const chunk = content.subarray(at, at + 0x10000);
    parts.push(Buffer.from([at === 0 ? 1 : 2, (chunk.length - 1) >> 8, (chunk.length - 1) & 0xff]), Buffer.from(chunk));
  }
  return Buffer.concat([...parts, Buffer.from([0])]);
}

function vli(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...vli(Math.floor(value / 128))];
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
