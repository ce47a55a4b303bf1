import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { searchStream } from "../../src/scan/sources/stdin.ts";
import { tar } from "../support/archives/tar.ts";
import { keyFile, recordingSink, sharedDocuments } from "../support/disk/searching.ts";

async function searched(stream: AsyncIterable<Uint8Array>, signal = new AbortController().signal) {
  const sink = recordingSink();
  let bytes = 0;
  await searchStream({
    documents: sharedDocuments(),
    sink,
    name: "pipe",
    stream,
    signal,
    onBytes: (count) => {
      bytes += count;
    },
  });
  return { bytes, places: sink.places, skipped: sink.skipped };
}

/** The content in chunks that all lie in the same memory, as a reader may hand them out. */
async function* inChunks(content: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(size);
  for (let at = 0; at < content.length; at += size) {
    const part = content.subarray(at, at + size);
    memory.fill(0);
    memory.set(part);
    yield memory.subarray(0, part.length);
  }
}

describe("a stream", () => {
  const text = Buffer.from(`first\n${keyFile()}`);

  test.each([1, 7, 512, 65_536])("of chunks of %i bytes is searched", async (size) => {
    const { places, bytes, skipped } = await searched(inChunks(text, size));
    expect(places).toMatchObject([{ kind: "stdin", name: "pipe", line: 3 }]);
    expect(bytes).toBe(text.length);
    expect(skipped).toEqual([]);
  });

  test("of nothing is nothing", async () => {
    expect(await searched(inChunks(Buffer.alloc(0), 1))).toEqual({ bytes: 0, places: [], skipped: [] });
  });

  test.each([1, 100, 65_536])("that is an archive is searched inside, in chunks of %i bytes", async (size) => {
    const archive = gzipSync(tar([{ name: "etc/credentials", content: text }]));
    const { places, bytes } = await searched(inChunks(archive, size));
    expect(places).toMatchObject([
      { kind: "stdin", name: "pipe", within: [expect.any(String), "etc/credentials"], line: 3 },
    ]);
    expect(bytes).toBe(archive.length);
  });

  test("that is a damaged archive is told", async () => {
    const archive = gzipSync(Buffer.alloc(10_000, "text")).subarray(0, 40);
    const { skipped } = await searched(inChunks(archive, 100));
    expect(skipped).toMatchObject([{ place: "pipe", reason: "archive-damaged", failure: true }]);
  });

  test("that breaks off with an error is searched until there, and told", async () => {
    async function* broken() {
      yield text;
      throw Object.assign(new Error("read EIO"), { code: "EIO", syscall: "read" });
    }
    const { places, skipped } = await searched(broken());
    expect(places).toHaveLength(1);
    expect(skipped).toMatchObject([{ place: "pipe", reason: "read-error", failure: true, detail: "EIO" }]);
  });

  test("that is a folder, or nothing that can be read, is a failure", async () => {
    for (const code of ["EISDIR", "ENXIO", "EACCES"]) {
      const { skipped } = await searched(
        (async function* () {
          yield* [] as Uint8Array[];
          throw Object.assign(new Error(code), { code, syscall: "read" });
        })(),
      );
      expect(skipped).toMatchObject([{ place: "pipe", failure: true }]);
    }
  });

  test("from which nothing comes ends when it is aborted, with what was found until then", async () => {
    const abort = new AbortController();
    async function* silent() {
      yield text;
      yield Buffer.alloc(1000, "x");
      abort.abort();
      await new Promise(() => {});
    }
    const { places, skipped } = await searched(silent(), abort.signal);
    expect(places).toHaveLength(1);
    expect(skipped).toEqual([]);
  });
});
