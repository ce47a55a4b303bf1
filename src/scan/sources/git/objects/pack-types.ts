import type { ObjectType } from "./object.ts";
import { GitDataError } from "./object-error.ts";
import type { PackFile } from "./pack-file.ts";

const CODES: readonly ObjectType[] = ["commit", "tree", "blob", "tag"];
const UNKNOWN = 255;
/** Of what was looked at and has none. */
const NONE = 254;

/**
 * The objects of one type in a pack, in the order of their offsets: found from the entries' headers alone, a delta being of its base's type.
 * Entries that make no sense are passed over; whoever searches the pack tells of them.
 * @param outside the type of an object that is not in the pack
 */
export function* packedObjectsOf(
  pack: PackFile,
  type: ObjectType,
  outside: (id: Buffer) => ObjectType | null,
): Generator<{ position: number; offset: number }> {
  const { index } = pack;
  const offsets = new Float64Array(index.count);
  for (let i = 0; i < index.count; i++) offsets[i] = index.offsetAt(i);
  offsets.sort();
  const types = typesByOffset(pack, offsets, outside);
  const wanted = CODES.indexOf(type);
  const found: { position: number; offset: number }[] = [];
  for (let position = 0; position < index.count; position++) {
    const offset = index.offsetAt(position);
    if (types[rankOf(offsets, offset)] === wanted) found.push({ position, offset });
  }
  yield* found.sort((a, b) => a.offset - b.offset);
}

function typesByOffset(pack: PackFile, offsets: Float64Array, outside: (id: Buffer) => ObjectType | null): Uint8Array {
  const types = new Uint8Array(offsets.length).fill(UNKNOWN);
  // Of deltas whose base's type is not known yet.
  const bases = new Map<number, number>();
  for (let rank = 0; rank < offsets.length; rank++) {
    const entry = entryOrNull(pack, offsets[rank] ?? 0);
    if (entry === null) continue;
    if (entry.type !== null) {
      types[rank] = CODES.indexOf(entry.type);
    } else if (entry.baseOffset !== null) {
      const base = rankOf(offsets, entry.baseOffset);
      if (types[base] === UNKNOWN) bases.set(rank, base);
      else types[rank] = types[base] ?? UNKNOWN;
    } else if (entry.baseId !== null) {
      const position = pack.index.find(entry.baseId);
      const type = position < 0 ? outside(entry.baseId) : null;
      if (type !== null) types[rank] = CODES.indexOf(type);
      else if (position >= 0) bases.set(rank, rankOf(offsets, pack.index.offsetAt(position)));
    }
  }
  for (const rank of bases.keys()) types[rank] = typeAlong(bases, types, rank);
  return types;
}

/** The type at the end of a chain of bases; all that led there have it too. A loop has none. */
function typeAlong(bases: ReadonlyMap<number, number>, types: Uint8Array, start: number): number {
  const chain: number[] = [];
  let rank = start;
  while (types[rank] === UNKNOWN && chain.length <= bases.size) {
    chain.push(rank);
    const base = bases.get(rank);
    if (base === undefined) break;
    rank = base;
  }
  const known = types[rank] ?? UNKNOWN;
  const type = known === UNKNOWN ? NONE : known;
  for (const led of chain) types[led] = type;
  return type;
}

function entryOrNull(pack: PackFile, offset: number): ReturnType<PackFile["entryAt"]> | null {
  try {
    return pack.entryAt(offset);
  } catch (error) {
    if (error instanceof GitDataError) return null;
    throw error;
  }
}

/** Where an offset stands among the sorted ones; past their end when it is none of them. */
function rankOf(offsets: Float64Array, offset: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((offsets[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return offsets[low] === offset ? low : offsets.length;
}
