import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { searchStream } from "../../src/scan/sources/stdin.ts";
import { bzip2 } from "../support/archives/bzip2.ts";
import { reading } from "../support/archives/reading.ts";
import { tar } from "../support/archives/tar.ts";
import { xz } from "../support/archives/xz.ts";
import { zip } from "../support/archives/zip.ts";
import { keyFile, recordingSink, search, sharedDocuments, temporaryTree } from "../support/disk/searching.ts";

const key = Buffer.from(keyFile());
const packed = zip([{ name: "packed", content: key }], { comment: "a comment" });
const image = Buffer.from("GIF89a");

/** What makeself writes, in short: a script that unpacks what follows it. */
const SCRIPT = Buffer.from(`#!/bin/sh\n# unpacks what follows\nskip=5\ntail -n +$skip "$0" | tar x\nexit 0\n`);

/** Each states a checksum that is not its own. */
function falseHeaders(count: number): Buffer {
  return Buffer.from(
    "0000777 "
      .repeat(64)
      .replace(/^(.{256})/, "$1 ustar ")
      .slice(0, 512)
      .repeat(count),
  );
}

function utf32(text: string, isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(4 * text.length);
  for (const [index, character] of Array.from(text).entries()) {
    const code = character.codePointAt(0) ?? 0;
    if (isLittle) bytes.writeUInt32LE(code, 4 * index);
    else bytes.writeUInt32BE(code, 4 * index);
  }
  return bytes;
}

async function streamed(bytes: Uint8Array, name = "pipe") {
  const sink = recordingSink();
  const stream = (async function* () {
    for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
  })();
  const signal = new AbortController().signal;
  await searchStream({ documents: sharedDocuments(), sink, name, stream, signal, onBytes: () => {} });
  return sink;
}

const FOUND: readonly (readonly [string, Buffer, name?: string])[] = [
  ["a zip with a comment behind a script", Buffer.concat([SCRIPT, packed])],
  ["a gzip behind a script", Buffer.concat([SCRIPT, gzipSync(tar([{ name: "etc", content: key }]))])],
  ["a bzip2 behind a script", Buffer.concat([SCRIPT, bzip2(key)])],
  ["a gzip behind the last command of a script", Buffer.concat([Buffer.from("#!/bin/sh\nexit;"), gzipSync(key)])],
  ["a gzip far behind in a script", Buffer.concat([SCRIPT, Buffer.alloc((1 << 20) - 20, "#"), gzipSync(key)])],
  ["a tar behind a script", Buffer.concat([SCRIPT, tar([{ name: "a.gz", content: gzipSync(key) }])])],
  [
    "a bzip2 behind all that seems to be one",
    Buffer.concat([SCRIPT, Buffer.from("BZh9BZh91AY&SZ\x1f\x8b\x08\xff".repeat(2000), "latin1"), bzip2(key)]),
  ],
  [
    "a tar behind false headers",
    Buffer.concat([SCRIPT, falseHeaders(1000), tar([{ name: "a", content: gzipSync(key) }])]),
  ],
  ["a tar that a gzip follows", Buffer.concat([SCRIPT, tar([{ name: "a", content: gzipSync(key) }])])],
  ["an xz behind a script", Buffer.concat([SCRIPT, xz(gzipSync(key))])],
  ["a zip with a comment behind a tar", Buffer.concat([tar([{ name: "a", content: image }]), packed])],
  ["a gzip behind a tar", Buffer.concat([tar([{ name: "a", content: image }]), gzipSync(key)])],
  ["UTF-32 with a mark", utf32(`\ufeff${keyFile()}`, true)],
  ["UTF-32 with a mark, the other way", utf32(`\ufeff${keyFile()}`, false)],
  ["UTF-32 with other characters", utf32(`\x01\0${keyFile()}`, true)],
  ["UTF-32 without a mark", utf32(keyFile(), true)],
  ["UTF-32 without a mark, the other way", utf32(keyFile(), false)],
  ["brotli", brotliCompressSync(key), "a.br"],
  ["a tar in brotli", brotliCompressSync(tar([{ name: "etc", content: key }])), "a.tbr"],
];

const FILES = FOUND.map(([what, bytes, name = "a"]) => [what, { bytes, name }] as const);

describe.each(FILES)("%s is read", (_, { bytes, name }) => {
  test("on a disk", async () => {
    const { found, skipped, files } = await search([temporaryTree({ [name]: bytes })]);
    expect(found).toHaveLength(1);
    expect([files, skipped]).toEqual([1, []]);
  });

  test("in an archive", async () => {
    expect((await search([temporaryTree({ "a.tar": tar([{ name, content: bytes }]) })])).found).toHaveLength(1);
    expect((await search([temporaryTree({ "a.zip": zip([{ name, content: bytes }]) })])).found).toHaveLength(1);
  });

  test("in a stream", async () => {
    const { places, skipped } = await streamed(bytes, name);
    expect([places.length, skipped]).toEqual([1, []]);
  });
});

describe("a zip with a comment behind what is no program", () => {
  const bytes = Buffer.concat([image, packed]);

  test("is read on a disk, whatever follows it", async () => {
    const behind = Buffer.concat([bytes, Buffer.from("\n\n")]);
    for (const content of [bytes, behind]) {
      const { found } = await search([temporaryTree({ a: content })]);
      expect(found.map((place) => place.split("/").at(-1))).toEqual(["a!packed"]);
    }
  });

  test("is told of in a stream, where nobody can go back", async () => {
    expect((await streamed(bytes)).skipped).toMatchObject([{ place: "pipe", reason: "archive-unsupported" }]);
    const { skipped } = await search([temporaryTree({ "a.gz": gzipSync(bytes) })]);
    expect(skipped).toMatchObject([{ reason: "archive-unsupported", failure: false }]);
  });

  test("a script too long to be held is told of", async () => {
    const script = Buffer.concat([SCRIPT, gzipSync(key)]);
    const { rows } = await reading(gzipSync(script), { bounds: { storedBytes: 20 } });
    expect(rows).toMatchObject([{ reason: "archive-unsupported" }]);
  });
});

describe("what only looks like it", () => {
  test("a script with more false headers of tars than any has is told of", async () => {
    const behind = (count: number) => search([temporaryTree({ a: Buffer.concat([SCRIPT, falseHeaders(count)]) })]);
    expect((await behind(1000)).skipped).toEqual([]);
    const { skipped } = await behind(1100);
    expect(skipped.map(({ reason }) => reason)).toContain("archive-damaged");
  });

  test("a file named like brotli is searched as it is, and told of", async () => {
    const { found, skipped } = await search([temporaryTree({ "a.br": key })]);
    expect(found).toHaveLength(1);
    expect(skipped).toMatchObject([{ reason: "archive-unsupported", failure: false }]);
    expect((await streamed(key, "a.br")).places).toHaveLength(1);
  });

  test("UTF-32 that breaks off into bytes is searched as it is", async () => {
    const { found, skipped } = await search([
      temporaryTree({ a: Buffer.concat([utf32("text\n".repeat(99), true), key]) }),
    ]);
    expect(found).toHaveLength(1);
    expect(skipped).toMatchObject([{ reason: "archive-damaged" }]);
  });

  test("numbers of 32 bits are no text", async () => {
    const numbers = Buffer.from(Uint32Array.from({ length: 1000 }, (__, index) => 64 + 100 * index).buffer);
    expect((await search([temporaryTree({ a: Buffer.concat([numbers, key]) })])).skipped).toEqual([]);
  });
});

const UNREAD: readonly (readonly [string, Buffer])[] = [
  ["an image of a CD", Buffer.concat([Buffer.alloc(0x8001), Buffer.from("CD001\x01"), Buffer.alloc(5000)])],
  ["a disk image of macOS", Buffer.concat([Buffer.alloc(5000, "x"), Buffer.from("koly"), Buffer.alloc(508)])],
  ["an AppImage", Buffer.concat([Buffer.from("\x7fELF\x02\x01\x01\0AI\x02", "latin1"), Buffer.alloc(600)])],
  ["cpio", Buffer.from(`070701${"0".repeat(104)}`)],
  ["snappy", Buffer.from("\xff\x06\0\0sNaPpY", "latin1")],
  ["a Windows image", Buffer.from("MSWIM\0\0\0")],
];

test.each(UNREAD)("%s is told of: on a disk, in an archive, in a stream", async (format, bytes) => {
  const row = { reason: "archive-unsupported", failure: false, detail: `${format} is not read into` };
  expect((await search([temporaryTree({ a: bytes })])).skipped).toMatchObject([row]);
  expect((await search([temporaryTree({ a: gzipSync(bytes) })])).skipped).toMatchObject([row]);
  expect((await streamed(bytes)).skipped).toMatchObject([row]);
});
