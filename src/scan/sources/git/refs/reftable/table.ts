import { crc32 } from "node:zlib";
import { type HashFormat, idLengthOf } from "../../hash-format.ts";
import { GitDataError } from "../../objects/object-error.ts";
import type { RefTarget } from "../ref-records.ts";
import { type Allowance, BeyondAllowance } from "./allowance.ts";
import { type Block, type BlockArea, readBlock } from "./block.ts";
import { BlockStarts, type Footer } from "./block-starts.ts";
import type { RecordCursor } from "./record-cursor.ts";

/** What a table says of a ref. */
export interface RefRecord {
  readonly kind: "ref";
  /** In full, a character for each byte. */
  readonly name: string;
  /** Null where the ref was removed. */
  readonly target: RefTarget | null;
}

/** What a table says of one change of a ref. */
export interface LogRecord {
  readonly kind: "log";
  /** The ref's, in full, a character for each byte. */
  readonly name: string;
  /** The name and the number of the change, a character for each byte: no two entries of a log have the same. */
  readonly key: string;
  /** Null where the entry was removed. */
  readonly entry: LogEntry | null;
}

export interface LogEntry {
  /** In hexadecimal; zeros where there was no ref. */
  readonly oldId: string;
  /** In hexadecimal; zeros where there is no ref any more. */
  readonly newId: string;
  /** Who did it. This and what follows: a character for each byte. */
  readonly person: string;
  readonly mail: string;
  /** Since 1970. */
  readonly seconds: number;
  /** East of Greenwich, in minutes. */
  readonly zone: number;
  readonly message: string;
}

export type TableRecord = RefRecord | LogRecord;

export interface TableReading {
  /** By which the repository names its objects. */
  readonly hash: HashFormat;
  readonly allowance: Allowance;
  /** Told of what is damaged: the rest is read. @param detail one sentence */
  onDamaged(detail: string): void;
}

const MAGIC = "REFT";
const BLOCK_SIZE_AT = 5;
/** In bytes, by version: the second has the hash at the end of its header. */
const HEADER_LENGTHS = [24, 28];
const HASHES: Readonly<Record<string, HashFormat>> = { sha1: "sha1", s256: "sha256" };
/** What a footer has after its copy of the header: five positions and a checksum. */
const POSITIONS_LENGTH = 40;
const CHECKSUM_LENGTH = 4;
/** A key of a log ends in a zero and the number of the change, counted down from the largest. */
const CHANGE_LENGTH = 9;

/**
 * The records of a table, as git's Documentation/technical/reftable describes it, in the order in which they stand: refs, then logs.
 * All blocks are gone through from the first on; indexes serve to go on behind one that is damaged.
 * @throws GitDataError when it is no table of the repository's; BeyondAllowance when there is too much of it
 */
export function* readTable(bytes: Buffer, reading: TableReading): Generator<TableRecord> {
  if (tableHash(bytes) !== reading.hash) throw damaged("its hash is not the repository's");
  const headerLength = headerLengthOf(bytes);
  const footer = footerOf(bytes, headerLength);
  if (footer === null) reading.onDamaged("its end is damaged or cut off");
  const end = footer?.start ?? bytes.length;
  const area: BlockArea = { bytes, headerLength, blockSize: bytes.readUIntBE(BLOCK_SIZE_AT, 3), end };
  const starts = new BlockStarts(area, footer, reading.allowance);
  let hasLogs = false;
  for (let at = end === headerLength ? end : firstBlock(area, footer); at < end; ) {
    const block = whole(() => readBlock(area, at, reading.allowance), reading);
    if (block === null) {
      at = starts.after(at);
      continue;
    }
    // Logs come last: behind them is only where they are.
    if (hasLogs && block.type !== "g") return;
    hasLogs ||= block.type === "g";
    const isWhole = yield* recordsOf(block, reading);
    // A block whose records make no sense may lie about its length, too.
    at = isWhole ? block.next : Math.min(block.next, starts.after(at));
  }
}

/**
 * A table of nothing but logs: git counts the header in with its first block and says that there are none, JGit does not, and says where they are.
 * Elsewhere it is always counted in.
 */
function firstBlock({ headerLength }: BlockArea, footer: Footer | null): number {
  return footer?.logs === headerLength ? headerLength : 0;
}

/** @returns whether all of them could be read */
function* recordsOf({ type, records }: Block, reading: TableReading): Generator<TableRecord, boolean> {
  if (type !== "r" && type !== "g") return true;
  const read = type === "r" ? readRef : readLogEntry;
  const idLength = idLengthOf(reading.hash);
  while (!records.isAtEnd) {
    const record = whole(() => read(records, idLength), reading);
    if (record === null) return false;
    reading.allowance.takeRecord(record.name.length);
    yield record;
  }
  return true;
}

/** What is read; null, and told, where it is damaged. @throws BeyondAllowance */
function whole<T>(read: () => T, { allowance, onDamaged }: TableReading): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof GitDataError) || error instanceof BeyondAllowance) throw error;
    onDamaged(error.message);
    allowance.takeEffort();
    return null;
  }
}

function readRef(records: RecordCursor, idLength: number): RefRecord {
  const type = records.nextKey();
  const name = records.key.toString("latin1");
  // Which change it was last written by: tables are in order.
  records.varint();
  return { kind: "ref", name, target: readTarget(type, records, idLength) };
}

function readTarget(type: number, records: RecordCursor, idLength: number): RefTarget | null {
  if (type === 0) return null;
  if (type === 3) return { symbolic: records.text() };
  if (type > 3) throw damaged("a ref is of no known kind");
  const id = records.id(idLength);
  // What an annotated tag stands for is found out from the tag.
  if (type === 2) records.id(idLength);
  return { id };
}

function readLogEntry(records: RecordCursor, idLength: number): LogRecord {
  const type = records.nextKey();
  const key = records.key.toString("latin1");
  const nameLength = key.length - CHANGE_LENGTH;
  if (nameLength <= 0 || key.charCodeAt(nameLength) !== 0) throw damaged("an entry of a log is of no ref");
  if (type > 1) throw damaged("an entry of a log is of no known kind");
  const entry: LogEntry | null =
    type === 0
      ? null
      : {
          oldId: records.id(idLength),
          newId: records.id(idLength),
          person: records.text(),
          mail: records.text(),
          seconds: records.varint(),
          zone: records.int16(),
          message: records.text(),
        };
  return { kind: "log", name: key.slice(0, nameLength), key, entry };
}

/** By which hash a table names objects. @throws GitDataError when it is no table, or none of a version that is known */
export function tableHash(bytes: Buffer): HashFormat {
  if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) throw damaged("is no table of refs");
  const length = headerLengthOf(bytes);
  if (bytes.length < length) throw damaged("its header is cut off");
  const hash = length === HEADER_LENGTHS[0] ? "sha1" : HASHES[bytes.toString("latin1", length - 4, length)];
  if (hash === undefined) throw new GitDataError("is of a hash that is not known", "repository-unsupported");
  return hash;
}

/** In bytes. @throws GitDataError when the version is not known */
function headerLengthOf(bytes: Buffer): number {
  const length = HEADER_LENGTHS[(bytes[MAGIC.length] ?? 0) - 1];
  if (length === undefined) throw new GitDataError("is of a version that is not known", "repository-unsupported");
  return length;
}

/** What stands at the end; null when that is damaged. */
function footerOf(bytes: Buffer, headerLength: number): Footer | null {
  const length = headerLength + POSITIONS_LENGTH + CHECKSUM_LENGTH;
  const start = bytes.length - length;
  if (start < headerLength) return null;
  const footer = bytes.subarray(start);
  const checksumAt = length - CHECKSUM_LENGTH;
  const isWhole =
    footer.subarray(0, headerLength).equals(bytes.subarray(0, headerLength)) &&
    crc32(footer.subarray(0, checksumAt)) === footer.readUInt32BE(checksumAt);
  if (!isWhole) return null;
  const position = (order: number): number => Number(footer.readBigUInt64BE(headerLength + 8 * order));
  return { start, refIndex: position(0), logs: position(3), logIndex: position(4) };
}

function damaged(detail: string): GitDataError {
  return new GitDataError(detail, "repository-damaged");
}
