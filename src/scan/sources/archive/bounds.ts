const MiB = 1 << 20;

/**
 * How far one outermost file is unpacked. Past a bound the scan goes on elsewhere, and a skipped row says which bound it was. What an honest
 * archive may well be, large, is past a bound by design (`archive-bound`); what none is, is a failure (`archive-suspicious`): a bomb in front
 * of a key must not make a scan look clean.
 */
export interface ArchiveBounds {
  /** Containers inside one another, the outermost counted: a `.tar.gz` is two. */
  readonly depth: number;
  /** Bytes that come out of all decompressors together. */
  readonly totalBytes: number;
  /** Bytes out for one byte in, looked at once {@link RATIO_FLOOR} bytes came out: of each stream, and of the file as a whole. */
  readonly ratio: number;
  /** Members of all containers together, whatever their kind. */
  readonly members: number;
  /** The largest nested zip that is read by its directory, which lies at its end; a larger one is read from front to back. */
  readonly storedBytes: number;
  /** Memory for such zips and for the dictionaries that xz and zstd ask for, all together. */
  readonly heldBytes: number;
}

/**
 * Deflate reaches 1,032:1 and only on constant input; logs stay below 100:1. `heldBytes` lets through what the highest
 * presets ask for (xz -9: 96 MiB, zstd --ultra -22: 128 MiB).
 */
export const DEFAULT_BOUNDS: ArchiveBounds = {
  depth: 8,
  totalBytes: 8192 * MiB,
  ratio: 1000,
  members: 1_000_000,
  storedBytes: 64 * MiB,
  heldBytes: 192 * MiB,
};

/** Below this many unpacked bytes no ratio is held against a file. */
export const RATIO_FLOOR = 64 * MiB;

/**
 * What meets `totalBytes` or `members` is merely large as long as it unpacks to no more than this times its size, and spends that many of its own
 * bytes on a member: a zip needs 80 to name an empty one.
 */
export const HONEST_RATIO = 200;
export const HONEST_MEMBER_BYTES = 128;
