import { constants, deflateSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { TABLES, WORK } from "../../src/scan/kernel/assembly/pack-layout.ts";
import { compilePackKernel, takePackMemory } from "../../src/scan/kernel/pack-kernel.ts";
import { anySeed } from "../support/material.ts";
import { BASE64, type Random, randomFrom } from "../support/random.ts";

const ROOM = 1 << 18;

/** The kernel's inflate over a memory of its own: the output, or null for a stream that it refuses. */
const inflate = ((): ((stream: Uint8Array, size: number) => Buffer | null) => {
  const shape = { objects: 0, length: 4 * ROOM, idLength: 20, threads: 1, content: {}, listing: "none" } as const;
  const taken = takePackMemory({ ...shape, hashKey: new Uint8Array(16) });
  if (taken === null) throw new Error("no memory");
  const { memory, shared, threads } = taken;
  const { exports } = new WebAssembly.Instance(compilePackKernel(), { env: { memory, readPack: () => 0 } });
  const kernel = exports as unknown as {
    makeTables(tables: number, work: number): void;
    inflate(tables: number, work: number, from: number, end: number, out: number, outEnd: number): number;
  };
  const fields = new DataView(memory.buffer);
  const tables = fields.getUint32(shared + TABLES, true);
  const work = fields.getUint32((threads[0] ?? 0) + WORK, true);
  kernel.makeTables(tables, work);
  const bytes = new Uint8Array(memory.buffer);
  const from = bytes.length - 4 * ROOM;
  const out = bytes.length - 2 * ROOM;
  return (stream, size) => {
    bytes.fill(0xaa, from);
    bytes.set(stream, from);
    const isSound = kernel.inflate(tables, work, from, from + stream.length, out, out + size) !== 0;
    return isSound ? Buffer.from(bytes.slice(out, out + size)) : null;
  };
})();

const STRATEGIES = [
  constants.Z_DEFAULT_STRATEGY,
  constants.Z_FILTERED,
  constants.Z_HUFFMAN_ONLY,
  constants.Z_RLE,
  constants.Z_FIXED,
];

function content(random: Random): Uint8Array {
  const size = random.pick([0, 1, 5, 60, 700, 5000, 60_000]);
  const kind = random.below(5);
  if (kind === 0) return random.bytes(size);
  if (kind === 1) return Buffer.alloc(size, random.below(256));
  if (kind === 2) return Buffer.from(random.text(BASE64, size));
  const words = Array.from({ length: 1 + random.below(50) }, () => random.text("abcdefgh \n", 1 + random.below(30)));
  let text = "";
  while (text.length < size) text += random.pick(words);
  return Buffer.from(text.slice(0, size));
}

function compress(bytes: Uint8Array, random: Random): Buffer {
  const options = { level: random.below(10), strategy: random.pick(STRATEGIES), memLevel: 1 + random.below(9) };
  return deflateSync(bytes, options);
}

/** What zlib makes of it without looking at the sum at the end; null for what it refuses, or what is not of this size. */
function reference(stream: Buffer, size: number): Buffer | null {
  const header = stream.readUInt16BE(0);
  if ((header & 0x0f20) !== 0x0800 || header >> 12 > 7 || header % 31 !== 0) return null;
  try {
    const { buffer, engine } = inflateRawSync(stream.subarray(2), { info: true, maxOutputLength: ROOM }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return buffer.length === size && engine.bytesWritten + 6 <= stream.length ? buffer : null;
  } catch {
    return null;
  }
}

test("sound streams come out as they went in", () => {
  fc.assert(
    fc.property(anySeed(), (seed) => {
      const random = randomFrom(seed);
      const bytes = content(random);
      const stream = compress(bytes, random);
      expect(inflate(stream, bytes.length)?.equals(bytes)).toBe(true);
      expect(inflate(stream, bytes.length + 1)).toBe(null);
      expect(bytes.length === 0 ? null : inflate(stream, bytes.length - 1)).toBe(null);
    }),
    { numRuns: 500 },
  );
});

test("of damaged streams, what zlib refuses is refused, and nothing else", () => {
  let sound = 0;
  fc.assert(
    fc.property(anySeed(), (seed) => {
      const random = randomFrom(seed);
      const bytes = content(random).slice(0, 5000);
      const stream = compress(bytes, random);
      for (let i = 0; i < 20; i++) {
        const damaged = Buffer.from(stream);
        for (let flips = 1 + random.below(3); flips > 0; flips--) {
          // Most near the beginning: there are the codes.
          const at = random.below(random.oneIn(2) ? damaged.length : Math.min(damaged.length, 80));
          damaged[at] = (damaged[at] ?? 0) ^ (1 << random.below(8));
        }
        const cut = random.oneIn(10) ? damaged.subarray(0, 2 + random.below(damaged.length - 2)) : damaged;
        const expected = reference(cut, bytes.length);
        if (expected !== null) sound++;
        const found = inflate(cut, bytes.length);
        expect(found === null ? null : found.compare(expected ?? Buffer.alloc(0))).toBe(expected === null ? null : 0);
      }
    }),
    { numRuns: 500 },
  );
  expect(sound).toBeGreaterThan(300);
});
