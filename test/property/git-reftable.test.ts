import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Skipped } from "../../src/model/coverage.ts";
import type { HashFormat } from "../../src/scan/sources/git/hash-format.ts";
import { GitDataError } from "../../src/scan/sources/git/objects/object-error.ts";
import type { RefTarget } from "../../src/scan/sources/git/refs/ref-records.ts";
import { Allowance } from "../../src/scan/sources/git/refs/reftable/allowance.ts";
import { Reftables } from "../../src/scan/sources/git/refs/reftable/reftables.ts";
import { type LogEntry, readTable, type TableRecord } from "../../src/scan/sources/git/refs/reftable/table.ts";
import { logRecord, sorted, type TableOptions, USUAL, writeTable } from "../support/git/reftable-writer.ts";
import { writeStack } from "../support/git/reftables.ts";

const WHOLE_TABLES = 1000;
const DAMAGED_TABLES = 3000;
const STACKS = 300;

const hash = fc.constantFrom("sha1" as const, "sha256" as const);
const text = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
const refName = fc.oneof(
  fc.constantFrom("HEAD", "ORIG_HEAD", "refs/stash"),
  fc.nat(300).map((n) => `refs/heads/topic-${n}`),
  text.filter((name) => name !== ""),
);

function idOf(length: number): fc.Arbitrary<string> {
  return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString("hex"));
}

function targetOf(id: fc.Arbitrary<string>): fc.Arbitrary<RefTarget | null> {
  return fc.oneof(fc.record({ id }), fc.record({ symbolic: text }), fc.constant(null));
}

function entryOf(id: fc.Arbitrary<string>): fc.Arbitrary<LogEntry | null> {
  const entry = fc.record({
    oldId: id,
    newId: id,
    person: text,
    mail: text,
    seconds: fc.maxSafeNat(),
    zone: fc.integer({ min: -1440, max: 1440 }),
    message: text,
  });
  return fc.option(entry);
}

function recordsOf(id: fc.Arbitrary<string>): fc.Arbitrary<TableRecord[]> {
  const refs = fc.uniqueArray(fc.tuple(refName, targetOf(id)), { maxLength: 120, selector: ([name]) => name });
  const logs = fc.uniqueArray(fc.tuple(refName, fc.integer({ min: 1 }), entryOf(id)), {
    maxLength: 80,
    selector: ([name, change]) => `${name} ${change}`,
  });
  return fc
    .tuple(refs, logs)
    .map(([refs, logs]) =>
      sorted([
        ...refs.map(([name, target]) => ({ kind: "ref" as const, name, target })),
        ...logs.map(([name, change, entry]) => logRecord(name, change, entry)),
      ]),
    );
}

/** Small blocks, so that there are many of them, and indexes of indexes. */
const table = hash.chain((hash) =>
  fc.record({
    records: recordsOf(idOf(hash === "sha1" ? 20 : 32)),
    options: fc.record<TableOptions>({
      hash: fc.constant(hash),
      blockSize: fc.constantFrom(64, 150, 1000, 4096, 65_536),
      isPadded: fc.boolean(),
      restartInterval: fc.integer({ min: 1, max: 20 }),
    }),
  }),
);

const damage = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at: fc.nat(), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant("set" as const), at: fc.nat(), byte: fc.constantFrom(0, 1, 127, 128, 255) }),
  fc.record({ kind: fc.constant("cut" as const), at: fc.nat() }),
  fc.record({ kind: fc.constant("remove" as const), at: fc.nat(), count: fc.integer({ min: 1, max: 200 }) }),
  fc.record({
    kind: fc.constant("insert" as const),
    at: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  }),
);

type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damaged(bytes: Buffer, how: Damage): Buffer {
  if (bytes.length === 0) return bytes;
  const at = how.at % bytes.length;
  if (how.kind === "cut") return bytes.subarray(0, at);
  if (how.kind === "remove") return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + how.count)]);
  if (how.kind === "insert") return Buffer.concat([bytes.subarray(0, at), how.bytes, bytes.subarray(at)]);
  const changed = Buffer.from(bytes);
  changed[at] = how.kind === "set" ? how.byte : (changed[at] ?? 0) ^ (1 << how.bit);
  return changed;
}

function read(bytes: Buffer, hash: HashFormat): { records: TableRecord[]; told: string[] } {
  const [records, told]: [TableRecord[], string[]] = [[], []];
  const reading = { hash, allowance: new Allowance(1 << 29), onDamaged: (detail: string) => told.push(detail) };
  try {
    for (const record of readTable(bytes, reading)) records.push(record);
  } catch (error) {
    if (!(error instanceof GitDataError)) throw error;
    told.push(error.message);
  }
  return { records, told };
}

describe("a table", () => {
  test(`is read as it was written: ${WHOLE_TABLES} of them`, () => {
    fc.assert(
      fc.property(table, ({ records, options }) => {
        expect(read(writeTable(records, options), options.hash)).toEqual({ records, told: [] });
      }),
      { numRuns: WHOLE_TABLES },
    );
  });

  test(`that is damaged is read as far as it goes, and what is missing is told: ${DAMAGED_TABLES} of them`, () => {
    fc.assert(
      fc.property(table, fc.array(damage, { minLength: 1, maxLength: 4 }), ({ records, options }, damages) => {
        const whole = writeTable(records, options);
        const bytes = damages.reduce(damaged, whole);
        const { told, records: found } = read(bytes, options.hash);
        // A byte of an id or of a name may be another without anybody's knowing it; that something is gone is known.
        expect(records.length === 0 || found.length > 0 || told.length > 0).toBe(true);
        expect(found.length).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: DAMAGED_TABLES },
    );
  });
});

describe("a stack of tables", () => {
  const change = fc.tuple(fc.nat(12), fc.oneof(fc.constant(null), fc.nat(15)));
  const stack = fc.array(fc.array(change, { maxLength: 10 }), { maxLength: 6 });

  test(`says what the changes come to, one after the other: ${STACKS} of them`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "keysweep-stack-"));
    try {
      fc.assert(
        fc.property(stack, fc.boolean(), (tables, isPadded) => {
          const expected = new Map<string, RefTarget>();
          const stored = tables.map((changes) => {
            const records = new Map<string, TableRecord>();
            for (const [n, to] of changes) {
              const name = `refs/heads/${n}`;
              const target = to === null ? null : { id: to.toString(16).repeat(40) };
              records.set(name, { kind: "ref", name, target });
              if (target === null) expected.delete(name);
              else expected.set(name, target);
            }
            return writeTable(sorted([...records.values()]), { ...USUAL, isPadded, blockSize: 100 });
          });
          writeStack(folder, stored);
          const found = { targets: new Map<string, RefTarget>(), past: new Set<string>(), stashes: new Set<string>() };
          const rows: Skipped[] = [];
          new Reftables("sha1", found, (row) => rows.push(row)).read({ path: folder, name: null, refs: folder });
          expect(rows).toEqual([]);
          expect(found.targets).toEqual(expected);
        }),
        { numRuns: STACKS },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
