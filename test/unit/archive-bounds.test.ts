import { randomBytes } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { SKIP_REASONS } from "../../src/model/coverage.ts";
import { DEFAULT_BOUNDS, RATIO_FLOOR } from "../../src/scan/sources/archive/bounds.ts";
import type { MemberSink } from "../../src/scan/sources/archive/member-sink.ts";
import { MemoryAccess } from "../../src/scan/sources/archive/random-access.ts";
import { readArchive } from "../../src/scan/sources/archive/read-archive.ts";
import { reading, reasons, texts } from "../support/archives/reading.ts";
import { tar } from "../support/archives/tar.ts";
import { xz, xzBlock } from "../support/archives/xz.ts";
import { zip } from "../support/archives/zip.ts";

const text = Buffer.from("content\n");
const zeros = Buffer.alloc(80 << 20);
const noise = randomBytes(300_000);

describe("bounds", () => {
  test("depth: what is nested deeper is not opened, but read as it is", async () => {
    let packed: Buffer = text;
    for (let i = 0; i < 10; i++) packed = gzipSync(packed);
    const read = await reading(packed, { name: "a" });
    expect(reasons(read)).toEqual([[Array(8).fill("a").join("!"), "archive-suspicious"]]);
    expect(read.documents[0]?.content.equals(gzipSync(gzipSync(text)))).toBe(true);
    expect((await reading(packed, { bounds: { depth: 10 } })).rows).toEqual([]);
  });

  test("unpacked bytes of the whole file", async () => {
    const members = ["one", "two", "three"].map((name) => ({ name, content: noise }));
    const read = await reading(zip(members), { bounds: { totalBytes: 400_000 } });
    expect(reasons(read)).toEqual([["", "archive-bound"]]);
    expect(read.documents.map(({ within }) => within)).toEqual([["one"], ["two"]]);
    expect(read.documents[0]?.content.equals(noise)).toBe(true);
    expect(read.bytes).toBeLessThanOrEqual(400_000);
    expect((await reading(zip(members), { bounds: { totalBytes: 900_000 } })).rows).toEqual([]);
  });

  test("members of the whole file", async () => {
    const archive = tar([
      {
        name: "a.tar",
        content: tar([
          { name: "b", content: text },
          { name: "c", content: text },
        ]),
      },
      { name: "d", content: text },
    ]);
    const read = await reading(archive, { bounds: { members: 3 } });
    expect(Object.keys(texts(read))).toEqual(["a.tar!b", "a.tar!c"]);
    expect(reasons(read)).toEqual([["", "archive-bound"]]);
    expect((await reading(archive, { bounds: { members: 4 } })).rows).toEqual([]);
  });

  test("a bound that nothing honest meets is a failure, since a key may lie behind it", async () => {
    const rows = async (archive: Buffer, bounds: object) => reasons(await reading(archive, { bounds, keep: 0 }));
    const empty = (count: number) =>
      tar(Array.from({ length: count }, (_, i) => ({ name: `${i}`, content: Buffer.alloc(0) })));
    expect(await rows(gzipSync(empty(200)), { members: 100 })).toEqual([["", "archive-suspicious"]]);
    expect(await rows(empty(200), { members: 100 })).toEqual([["", "archive-bound"]]);
    const some = gzipSync(zeros.subarray(0, 4 << 20));
    expect(await rows(some, { totalBytes: 2 << 20 })).toEqual([["", "archive-suspicious"]]);
    expect(SKIP_REASONS["archive-suspicious"]).toBe(true);
    expect(SKIP_REASONS["archive-bound"]).toBe(false);
  });

  test("memory: an xz that asks for 4 GiB", async () => {
    const empty = xz(Buffer.alloc(0));
    const read = await reading(Buffer.concat([empty.subarray(0, 12), xzBlock(text, 40)]));
    expect(reasons(read)).toEqual([["", "archive-suspicious"]]);
  });

  test("memory is given back", async () => {
    // 24 MiB of dictionary each: nine at a time would be too much.
    const empty = xz(Buffer.alloc(0));
    const packed = Buffer.concat([empty.subarray(0, 12), xzBlock(text, 24)]);
    const members = Array.from({ length: 9 }, (_, i) => ({ name: `${i}`, content: packed }));
    const read = await reading(tar(members), { bounds: { heldBytes: 50 << 20 } });
    // What each holds, and each as it is.
    expect(read.documents).toHaveLength(18);
    expect(new Set(reasons(read).map(([, reason]) => reason))).toEqual(new Set(["archive-damaged"]));
  });
});

describe("bombs end early", () => {
  test.each<[string, Buffer]>([
    ["gzip", gzipSync(zeros)],
    ["zstd", zstdCompressSync(zeros)],
    ["gzip in gzip", gzipSync(gzipSync(zeros))],
    ["a member of a zip", zip([{ name: "a", content: zeros }])],
    ["a member of a zip that lies about its size", zip([{ name: "a", content: zeros, size: 100 }])],
    ["a zip that is packed", gzipSync(zip([{ name: "a", content: zeros }]))],
  ])("%s", async (_, packed) => {
    const read = await reading(packed, { keep: 0 });
    expect(read.rows.map(({ reason }) => reason)).toEqual(["archive-suspicious"]);
    expect(read.bytes).toBeGreaterThan(RATIO_FLOOR - (1 << 20));
    expect(read.bytes).toBeLessThan(RATIO_FLOOR + (1 << 20));
  });

  test("zips in zips in zips, each member sixteen times", async () => {
    const sixteen = (content: Buffer) => zip(Array.from({ length: 16 }, (_, i) => ({ name: `${i}`, content })));
    const read = await reading(sixteen(sixteen(zip([{ name: "a", content: zeros.subarray(0, 8 << 20) }]))), {
      keep: 0,
    });
    expect(reasons(read)).toEqual([["", "archive-suspicious"]]);
    expect(read.bytes).toBeLessThan(RATIO_FLOOR + (8 << 20));
  });

  test("but do not hide what lies beside them", async () => {
    const archive = zip([
      { name: "noise", content: noise },
      { name: "bomb", content: zeros, method: "zstd" },
      { name: "text", content: text },
    ]);
    const read = await reading(archive, { keep: 100 });
    expect(reasons(read)).toEqual([["bomb", "archive-suspicious"]]);
    expect(texts(read)).toMatchObject({ text: `${text}` });
  });

  test("what packs well is no bomb", async () => {
    const log = Buffer.from(
      Array.from({ length: 2_000_000 }, (_, i) => `2026-01-01T00:00:${i % 60} GET /health 200\n`).join(""),
    );
    expect(log.length).toBeGreaterThan(RATIO_FLOOR);
    const read = await reading(gzipSync(log), { keep: 0 });
    expect(read.rows).toEqual([]);
    expect(read.bytes).toBe(log.length);
  });
});

describe("whoever calls", () => {
  const silent: MemberSink = { begin() {}, name() {}, bytes() {}, end() {}, skipped() {} };

  test("may stop it before it begins", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(reading(gzipSync(text), { signal })).rejects.toThrow("enough");
  });

  test.each<[string, Buffer]>([
    ["one large member", gzipSync(zeros)],
    ["many small ones", tar(Array.from({ length: 2000 }, (_, i) => ({ name: `${i}`, content: text })))],
  ])("may stop it in the middle: %s", async (_, archive) => {
    const controller = new AbortController();
    let [begun, ended, bytes] = [0, 0, 0];
    const sink: MemberSink = {
      begin: () => begun++,
      name() {},
      bytes(chunk) {
        bytes += chunk.length;
        controller.abort(new Error("enough"));
      },
      end: () => ended++,
      skipped() {},
    };
    const format = archive[0] === 0x1f ? "gzip" : "tar";
    const run = readArchive(new MemoryAccess(archive), { name: "a", format, sink, signal: controller.signal });
    await expect(run).rejects.toThrow("enough");
    expect(begun).toBe(ended);
    expect(bytes).toBeLessThan(zeros.length / 2);
    expect(begun).toBeLessThan(1000);
  });

  test("gets what its source throws, and what its sink throws", async () => {
    const options = { name: "a", format: "gzip", sink: silent } as const;
    const read = () => {
      throw new Error("EIO");
    };
    await expect(readArchive({ size: 100, read }, options)).rejects.toThrow("EIO");
    const bytes = () => {
      throw new Error("full");
    };
    const source = new MemoryAccess(gzipSync(text));
    await expect(readArchive(source, { ...options, sink: { ...silent, bytes } })).rejects.toThrow("full");
  });

  test("gets its stream closed", async () => {
    let closed = false;
    async function* chunks() {
      try {
        for (;;) yield text;
      } finally {
        closed = true;
      }
    }
    const sink = {
      ...silent,
      bytes() {
        throw new Error("enough");
      },
    };
    await expect(readArchive(chunks(), { name: "a", format: "xz", sink })).rejects.toThrow("enough");
    expect(closed).toBe(true);
  });

  test("finds the bounds as documented", () => {
    expect(DEFAULT_BOUNDS).toEqual({
      depth: 8,
      totalBytes: 8 * 2 ** 30,
      ratio: 1000,
      members: 1_000_000,
      storedBytes: 64 * 2 ** 20,
      heldBytes: 192 * 2 ** 20,
    });
  });
});
