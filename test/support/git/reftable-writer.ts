import { crc32, deflateSync } from "node:zlib";
import type { HashFormat } from "../../../src/scan/sources/git/hash-format.ts";
import type { LogEntry, LogRecord, RefRecord, TableRecord } from "../../../src/scan/sources/git/refs/reftable/table.ts";

export interface TableOptions {
  readonly hash: HashFormat;
  /** In bytes; a record that does not fit gets a block of its own that is longer. */
  readonly blockSize: number;
  /** Whether blocks of refs, and indexes, are padded to the block size. */
  readonly isPadded: boolean;
  /** Every so many records one has its whole name. */
  readonly restartInterval: number;
}

export const USUAL: TableOptions = { hash: "sha1", blockSize: 4096, isPadded: true, restartInterval: 16 };

/** An index is written for more blocks than this. */
const UNINDEXED_BLOCKS = 3;
const LAST_CHANGE = 0xffff_ffff_ffff_ffffn;

/** A record of a ref's log. @param change the number of the change, from 1 on */
export function logRecord(name: string, change: number, entry: LogEntry | null): LogRecord {
  const reversed = Buffer.alloc(8);
  reversed.writeBigUInt64BE(LAST_CHANGE - BigInt(change));
  return { kind: "log", name, key: `${name}\0${reversed.toString("latin1")}`, entry };
}

/** As git sorts what is in a table: refs by name, then entries of logs by ref, the newest first. */
export function sorted(records: readonly TableRecord[]): TableRecord[] {
  const keyOf = (record: TableRecord): string => (record.kind === "ref" ? `r${record.name}` : `s${record.key}`);
  return records.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** A table as git writes one, but for its list of objects. @param records as {@link sorted} has them */
export function writeTable(records: readonly TableRecord[], options: TableOptions): Buffer {
  return new TableWriter(options).write(records);
}

class TableWriter {
  readonly #options: TableOptions;
  #header: Buffer = Buffer.alloc(0);
  #parts: Buffer[] = [];
  #length = 0;
  /** What comes before another block, but neither before logs nor before the end. */
  #padding = 0;

  constructor(options: TableOptions) {
    this.#options = options;
  }

  write(records: readonly TableRecord[]): Buffer {
    const refs = records.filter((record) => record.kind === "ref");
    const logs = records.filter((record) => record.kind === "log");
    this.#header = headerOf(
      this.#options,
      logs.reduce((last, { key }) => (changeOf(key) > last ? changeOf(key) : last), 1n),
    );
    const refIndex = this.#section("r", refs.map(encodedRef));
    this.#padding = 0;
    const logStart = logs.length === 0 || refs.length === 0 ? 0 : this.#length;
    const logIndex = this.#section("g", logs.map(encodedLog));
    if (this.#length === 0) this.#append(this.#header);
    const positions = Buffer.alloc(40);
    [refIndex, 0, 0, logStart, logIndex].forEach((at, order) => positions.writeBigUInt64BE(BigInt(at), 8 * order));
    return Buffer.concat([...this.#parts, checked(Buffer.concat([this.#header, positions]))]);
  }

  /** Writes blocks and what indexes they need. @returns where the topmost index is; 0 without one */
  #section(type: "r" | "g" | "i", records: readonly EncodedRecord[]): number {
    const blocks = this.#blocks(type, records);
    const isIndexed = blocks.length > (this.#options.isPadded ? UNINDEXED_BLOCKS : 1);
    if (!isIndexed) return type === "i" ? (blocks[0]?.at ?? 0) : 0;
    const index = blocks.map(({ lastKey, at }) => ({ key: lastKey, type: 0, value: varint(at) }));
    return this.#section("i", index);
  }

  #blocks(type: "r" | "g" | "i", records: readonly EncodedRecord[]): { lastKey: Buffer; at: number }[] {
    const { blockSize, isPadded, restartInterval } = this.#options;
    const blocks: { lastKey: Buffer; at: number }[] = [];
    for (let first = 0; first < records.length; ) {
      this.#append(Buffer.alloc(this.#padding));
      const at = this.#length;
      const block = new BlockWriter(at === 0 ? this.#header : Buffer.alloc(0), restartInterval);
      let next = first;
      // An index of one entry a block would have indexes without end.
      const least = type === "i" ? 2 : 1;
      for (let record = records[next]; record !== undefined; record = records[++next]) {
        if (!block.add(record, next - first < least ? Number.POSITIVE_INFINITY : blockSize)) break;
      }
      const bytes = block.finish(type);
      this.#append(bytes);
      this.#padding = isPadded && type !== "g" ? (blockSize - (bytes.length % blockSize)) % blockSize : 0;
      blocks.push({ lastKey: records[next - 1]?.key ?? Buffer.alloc(0), at });
      first = next;
    }
    return blocks;
  }

  #append(part: Buffer): void {
    this.#parts.push(part);
    this.#length += part.length;
  }
}

interface EncodedRecord {
  readonly key: Buffer;
  readonly type: number;
  readonly value: Buffer;
}

class BlockWriter {
  readonly #header: Buffer;
  readonly #restartInterval: number;
  readonly #records: Buffer[] = [];
  readonly #restarts: number[] = [];
  #length: number;
  #lastKey = Buffer.alloc(0);

  constructor(header: Buffer, restartInterval: number) {
    this.#header = header;
    this.#restartInterval = restartInterval;
    this.#length = header.length + 4;
  }

  /** @returns false when the block would be longer than `most` with it */
  add({ key, type, value }: EncodedRecord, most: number): boolean {
    const isRestart = this.#records.length % this.#restartInterval === 0;
    const prefix = isRestart ? 0 : commonLength(this.#lastKey, key);
    const head = Buffer.concat([varint(prefix), varint((key.length - prefix) * 8 + type)]);
    const record = Buffer.concat([head, key.subarray(prefix), value]);
    const restarts = this.#restarts.length + (prefix === 0 ? 1 : 0);
    if (this.#length + record.length + 3 * restarts + 2 > most) return false;
    if (prefix === 0) this.#restarts.push(this.#length);
    this.#records.push(record);
    this.#length += record.length;
    this.#lastKey = Buffer.from(key);
    return true;
  }

  finish(type: "r" | "g" | "i"): Buffer {
    const count = Buffer.alloc(2);
    count.writeUInt16BE(this.#restarts.length);
    const content = Buffer.concat([...this.#records, ...this.#restarts.map(uint24), count]);
    const length = this.#header.length + 4 + content.length;
    const stored = type === "g" ? deflateSync(content) : content;
    return Buffer.concat([this.#header, Buffer.from(type), uint24(length), stored]);
  }
}

/** With its checksum behind it, as a table's end has it. */
export function checked(footer: Buffer): Buffer {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(footer));
  return Buffer.concat([footer, checksum]);
}

/** The number of the change that an entry's key ends in. */
function changeOf(key: string): bigint {
  return LAST_CHANGE - Buffer.from(key.slice(-8), "latin1").readBigUInt64BE();
}

function headerOf({ hash, blockSize, isPadded }: TableOptions, lastChange: bigint): Buffer {
  const changes = Buffer.alloc(16);
  changes.writeBigUInt64BE(1n, 0);
  changes.writeBigUInt64BE(lastChange, 8);
  const version = Buffer.from([hash === "sha1" ? 1 : 2]);
  const start = [Buffer.from("REFT"), version, uint24(isPadded ? blockSize : 0), changes];
  return Buffer.concat(hash === "sha1" ? start : [...start, Buffer.from("s256")]);
}

function encodedRef({ name, target }: RefRecord): EncodedRecord {
  const key = Buffer.from(name, "latin1");
  const value = (type: number, ...parts: readonly Buffer[]): EncodedRecord => {
    return { key, type, value: Buffer.concat([varint(0), ...parts]) };
  };
  if (target === null) return value(0);
  return "id" in target ? value(1, Buffer.from(target.id, "hex")) : value(3, text(target.symbolic));
}

function encodedLog({ key, entry }: LogRecord): EncodedRecord {
  const zone = Buffer.alloc(2);
  if (entry !== null) zone.writeInt16BE(entry.zone);
  const parts =
    entry === null
      ? []
      : [
          Buffer.from(entry.oldId + entry.newId, "hex"),
          text(entry.person),
          text(entry.mail),
          varint(entry.seconds),
          zone,
          text(entry.message),
        ];
  return { key: Buffer.from(key, "latin1"), type: entry === null ? 0 : 1, value: Buffer.concat(parts) };
}

function text(latin1: string): Buffer {
  return Buffer.concat([varint(latin1.length), Buffer.from(latin1, "latin1")]);
}

/** A number in git's manner: seven bits a byte, and one taken off for each byte that follows. */
export function varint(value: number): Buffer {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    rest--;
    bytes.unshift(0x80 + (rest % 128));
  }
  return Buffer.from(bytes);
}

export function uint24(value: number): Buffer {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntBE(value, 0, 3);
  return bytes;
}

function commonLength(a: Buffer, b: Buffer): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
