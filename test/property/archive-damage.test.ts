import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ContainerFormat } from "../../src/scan/sources/archive/format.ts";
import { BZIP2, toolContent, XZ, XZ_CRC32 } from "../support/archives/by-tools.ts";
import { bzip2 } from "../support/archives/bzip2.ts";
import { reading } from "../support/archives/reading.ts";
import { gnuLongName, pax, tar } from "../support/archives/tar.ts";
import { xz } from "../support/archives/xz.ts";
import { zip } from "../support/archives/zip.ts";

const text = Buffer.from(Array.from({ length: 60 }, (_, i) => `line ${i} of the text, ${i * 7919}\n`).join(""));
const other = Buffer.from("the other content\n");
const withChecksum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
const members = [
  { name: "one", content: text },
  { name: "two", content: other },
];

/** Every content in these has a checksum, so that no change of it goes unseen. */
const ARCHIVES: readonly [name: string, format: ContainerFormat, archive: Buffer, contents: readonly Buffer[]][] = [
  ["gzip", "gzip", Buffer.concat([gzipSync(text), gzipSync(other)]), [Buffer.concat([text, other])]],
  ["zstd", "zstd", zstdCompressSync(text, withChecksum), [text]],
  ["bzip2", "bzip2", bzip2(text), [text]],
  ["bzip2 by its tool", "bzip2", BZIP2, [toolContent()]],
  ["xz", "xz", xz(text, 500), [text]],
  ["xz by its tool", "xz", XZ, [toolContent()]],
  ["xz with a CRC-32", "xz", XZ_CRC32, [toolContent()]],
  ["zip", "zip", zip(members), [text, other]],
  [
    "zip, stored, zip64",
    "zip",
    zip(
      members.map((member) => ({ ...member, method: "stored", zip64: true })),
      { zip64: true },
    ),
    [text, other],
  ],
  ["zip with descriptors", "zip", zip(members.map((member) => ({ ...member, descriptor: "signed" }))), [text, other]],
  [
    "zip of all methods",
    "zip",
    zip((["bzip2", "xz", "deflated"] as const).map((method) => ({ name: method, content: text, method }))),
    [text],
  ],
  ["zip in zip", "zip", zip([{ name: "a.jar", content: zip(members) }, ...members]), [text, other]],
  [
    "tar in gzip",
    "gzip",
    gzipSync(tar([pax({ path: "long" }), ...members, gnuLongName("longer"), ...members])),
    [text, other],
  ],
  ["tar in xz in zip", "zip", zip([{ name: "a.tar.xz", content: xz(tar(members)) }]), [text, other]],
];

type Change = (archive: Buffer) => Buffer;

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(
    ([at, mask]): Change =>
      (archive) => {
        const changed = Buffer.from(archive);
        const index = Math.floor(at * archive.length);
        changed[index] = (changed[index] ?? 0) ^ mask;
        return changed;
      },
  ),
  place.map(
    (at): Change =>
      (archive) =>
        archive.subarray(0, Math.floor(at * archive.length)),
  ),
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 40 })).map(
    ([at, bytes]): Change =>
      (archive) => {
        const index = Math.floor(at * archive.length);
        return Buffer.concat([archive.subarray(0, index), bytes, archive.subarray(index)]);
      },
  ),
  fc.tuple(place, place).map(
    ([a, b]): Change =>
      (archive) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)].map((at) => Math.floor(at * archive.length));
        return Buffer.concat([archive.subarray(0, from), archive.subarray(to)]);
      },
  ),
  fc.tuple(place, fc.constantFrom(0, 0xff), fc.integer({ min: 2, max: 100 })).map(
    ([at, byte, length]): Change =>
      (archive) => {
        const changed = Buffer.from(archive);
        const index = Math.floor(at * archive.length);
        return changed.fill(byte, index, Math.min(index + length, archive.length));
      },
  ),
);
const changes = fc.array(change, { minLength: 1, maxLength: 3 });
const chunks = fc.option(fc.integer({ min: 1, max: 3000 }), { nil: undefined });
const BOUNDS = { totalBytes: 1 << 20, members: 2000 };

describe.each(ARCHIVES)("%s", (_, format, archive, contents) => {
  test("damaged: read whole, or told", async () => {
    const property = fc.asyncProperty(changes, chunks, async (list, size) => {
      const damaged = list.reduce((bytes, apply) => apply(bytes), archive);
      const options = { format, bounds: { ...BOUNDS, storedBytes: (size ?? 1) % 2 === 0 ? 100 : 1 << 20 } };
      const read = await reading(damaged, size === undefined ? options : { ...options, chunks: size });
      expect(read.bytes).toBeLessThan(8 << 20);
      const isWhole = contents.every((content) => read.documents.some((document) => document.content.equals(content)));
      expect(isWhole || read.rows.length > 0).toBe(true);
    });
    await fc.assert(property, { numRuns: 250 });
  });
});

test("noise in place of an archive", async () => {
  const formats = fc.constantFrom<ContainerFormat>("gzip", "zip", "tar", "zstd", "bzip2", "xz");
  const property = fc.asyncProperty(
    fc.uint8Array({ maxLength: 2000 }),
    formats,
    chunks,
    async (noise, format, size) => {
      const options = { format, bounds: BOUNDS };
      const read = await reading(noise, size === undefined ? options : { ...options, chunks: size });
      expect(read.bytes).toBeLessThan(1 << 20);
      expect(read.rows.length > 0 || noise.every((byte) => byte === 0)).toBe(true);
    },
  );
  await fc.assert(property, { numRuns: 600 });
});
