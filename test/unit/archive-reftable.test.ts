import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { TableRecord } from "../../src/scan/sources/git/refs/reftable/table.ts";
import { type Reading, reading } from "../support/archives/reading.ts";
import { tar } from "../support/archives/tar.ts";
import { logRecord, sorted, type TableOptions, USUAL, writeTable } from "../support/git/reftable-writer.ts";

const [A, B] = ["a".repeat(40), "b".repeat(40)] as const;

function logged(name: string, change: number, message: string): TableRecord {
  return logRecord(name, change, { oldId: A, newId: B, person: "Ada", mail: "a@b", seconds: 9, zone: -90, message });
}

function table(records: readonly TableRecord[], options: Partial<TableOptions> = {}): Buffer {
  return writeTable(sorted(records), { ...USUAL, ...options });
}

const RECORDS: readonly TableRecord[] = [
  { kind: "ref", name: "HEAD", target: { symbolic: "refs/heads/main" } },
  { kind: "ref", name: "refs/heads/gone", target: null },
  { kind: "ref", name: "refs/heads/main", target: { id: A } },
  { kind: "ref", name: "refs/heads/main-2", target: { id: B } },
  logged("HEAD", 1, "first\n"),
  logged("HEAD", 2, "second\n"),
  logRecord("HEAD", 3, null),
  logged("refs/heads/main", 1, "no line end"),
];
const PACKED_REFS = `ref: refs/heads/main HEAD\nrefs/heads/gone\n${A} refs/heads/main\n${B} refs/heads/main-2\n`;
const SAYS = `${A} ${B} Ada <a@b> 9 -90\t`;

const textOf = ({ documents }: Reading, ...within: readonly string[]): string | undefined =>
  documents.find((document) => document.within.join("!") === within.join("!"))?.content.toString("latin1");

describe("a table of refs", () => {
  test("is read as the files that git would keep, and as it is", async () => {
    const bytes = table(RECORDS);
    const read = await reading(bytes);
    expect(read.documents.map(({ within, content }) => [...within, content.toString("latin1")])).toEqual([
      ["packed-refs", PACKED_REFS],
      ["logs/HEAD", `${SAYS}second\n${SAYS}first\n`],
      ["logs/refs/heads/main", `${SAYS}no line end\n`],
      [bytes.toString("latin1")],
    ]);
    expect(read.rows).toEqual([]);
  });

  test("is read alike in an archive and as a stream", async () => {
    const bytes = table(RECORDS, { blockSize: 100 });
    const nested = await reading(gzipSync(tar([{ name: "x.ref", content: bytes }])), { name: "x.tgz" });
    const stream = await reading(bytes, { chunks: 7 });
    expect(textOf(nested, "x.tar", "x.ref", "packed-refs") ?? textOf(nested, "x.ref", "packed-refs")).toBe(PACKED_REFS);
    expect(textOf(stream, "packed-refs")).toBe(PACKED_REFS);
    expect(textOf(stream)).toBe(bytes.toString("latin1"));
    expect([...nested.rows, ...stream.rows]).toEqual([]);
  });

  test("of SHA-256, with names that are no UTF-8", async () => {
    const name = "refs/heads/\xff";
    const records: TableRecord[] = [{ kind: "ref", name, target: { id: "c".repeat(64) } }];
    const long = logRecord(name, 1, {
      oldId: "c".repeat(64),
      newId: "d".repeat(64),
      person: "",
      mail: "",
      seconds: 0,
      zone: 0,
      message: "m",
    });
    const { documents } = await reading(table([...records, long], { hash: "sha256" }));
    expect(documents.map(({ within }) => within)).toEqual([["packed-refs"], ["logs/refs/heads/\ufffd"], []]);
  });

  test("that is damaged is read as far as it goes, and as it is; that is told", async () => {
    const whole = table([...RECORDS, ...Array.from({ length: 50 }, (_, i) => logged("refs/x", i + 1, `${i}\n`))], {
      blockSize: 200,
    });
    const bytes = whole.subarray(0, -150);
    const read = await reading(bytes);
    expect(textOf(read, "packed-refs")).toBe(PACKED_REFS);
    expect(textOf(read)).toBe(bytes.toString("latin1"));
    expect(read.rows[0]).toEqual({ within: [], reason: "archive-damaged", detail: "its end is damaged or cut off" });
  });

  test.each([
    ["cut off in its header", table(RECORDS).subarray(0, 20), "archive-damaged"],
    [
      "of an unknown hash",
      Buffer.from(`REFT\x02${"\0".repeat(19)}sha9${"\0".repeat(72)}`, "latin1"),
      "archive-damaged",
    ],
  ] as const)("%s is a row, and searched as it is", async (_, bytes, reason) => {
    const { documents, rows } = await reading(bytes, { chunks: 1000 });
    expect(rows.map((row) => row.reason)).toEqual([reason]);
    expect(documents.map(({ content }) => content)).toEqual([bytes]);
  });

  test("that is too large to be held is searched as it is, and told of", async () => {
    const bytes = table(RECORDS);
    const { documents, rows } = await reading(bytes, { bounds: { storedBytes: 100 }, chunks: 64 });
    expect(rows).toEqual([
      { within: [], reason: "archive-bound", detail: "the logs in a table of refs larger than 100 bytes are not read" },
    ]);
    expect(documents.map(({ content }) => content)).toEqual([bytes]);
  });

  test("of more logs than members may be is a row", async () => {
    const records = Array.from({ length: 30 }, (_, i) => logged(`refs/${i}`, 1, "m"));
    const { rows } = await reading(table(records), { bounds: { members: 20 } });
    expect(rows.map(({ detail }) => detail)).toEqual(["more than 20 members: the rest was not read"]);
  });
});
