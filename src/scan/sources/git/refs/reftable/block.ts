import { type Inflated, inflateAtOnce } from "../../objects/inflate-at-once.ts";
import { GitDataError } from "../../objects/object-error.ts";
import type { Allowance } from "./allowance.ts";
import { RecordCursor } from "./record-cursor.ts";

/** What a block holds, by its first byte: refs, logs, where blocks are, or which refs lead to an object. */
export type BlockType = "r" | "g" | "i" | "o";

export interface Block {
  readonly type: BlockType;
  readonly records: RecordCursor;
  /** Where the next block begins, in the table. */
  readonly next: number;
}

/** Where blocks may be. */
export interface BlockArea {
  readonly bytes: Buffer;
  /** In bytes, of the table's header: its first block's lengths count it. */
  readonly headerLength: number;
  /** What blocks are padded to; 0 where none is. */
  readonly blockSize: number;
  /** Where the last block ends, in bytes. */
  readonly end: number;
}

/** A type, and a length in three bytes. */
const BLOCK_HEADER_LENGTH = 4;
const RESTART_LENGTH = 3;
const RESTART_COUNT_LENGTH = 2;

/**
 * Reads the block at a position of a table. The points at which a search could begin are not needed: all records are read.
 * @throws GitDataError
 */
export function readBlock(area: BlockArea, at: number, allowance: Allowance): Block {
  const { bytes, headerLength, blockSize, end } = area;
  const start = (at === 0 ? headerLength : at) + BLOCK_HEADER_LENGTH;
  if (start > end) throw damaged("a block is cut off");
  const type = blockType(bytes[start - BLOCK_HEADER_LENGTH]);
  const length = bytes.readUIntBE(start - BLOCK_HEADER_LENGTH + 1, 3);
  const size = at + length - start;
  if (size < RESTART_COUNT_LENGTH) throw damaged("a block is shorter than its header");
  if (type === "g") {
    allowance.takeEffort();
    allowance.take(size);
    const { bytes: log, consumed } = inflated(bytes.subarray(start, end), size);
    return { type, records: cursor(log, 0, size), next: start + consumed };
  }
  if (at + length > end) throw damaged("a block is longer than its table");
  const isPadded = blockSize > 0 && bytes[at + length] === 0 && at + length < end;
  const next = at + (isPadded ? Math.ceil(length / blockSize) * blockSize : length);
  return { type, records: cursor(bytes, start, at + length), next };
}

/** The records of what lies between two positions, but for the table of restarts at its end. */
function cursor(bytes: Buffer, start: number, end: number): RecordCursor {
  const restarts = bytes.readUInt16BE(end - RESTART_COUNT_LENGTH);
  const recordsEnd = end - RESTART_COUNT_LENGTH - restarts * RESTART_LENGTH;
  if (recordsEnd < start) throw damaged("a block has more points of restart than it has room for");
  return new RecordCursor(bytes, start, recordsEnd);
}

function inflated(bytes: Buffer, size: number): Inflated {
  try {
    return inflateAtOnce(bytes, size);
  } catch (error) {
    throw error instanceof GitDataError ? damaged(`a block of logs ${error.message}`) : error;
  }
}

function blockType(byte = 0): BlockType {
  const type = String.fromCharCode(byte);
  if (type === "r" || type === "g" || type === "i" || type === "o") return type;
  throw damaged("a block is of no known type");
}

function damaged(detail: string): GitDataError {
  return new GitDataError(detail, "repository-damaged");
}
