import { ENCODINGS } from "../formats/encodings.ts";
import { FORMATS, renderAny } from "../formats/index.ts";
import { generateMaterial } from "../material.ts";
import { BASE62, type Random } from "../random.ts";
import type { Entry, Operation } from "./packs.ts";

/** An object, and what is built on it. */
interface Node {
  readonly content: Buffer;
  readonly operations: readonly Operation[] | null;
  readonly children: readonly Node[];
}

/** A part of an object: where it lies in the base, or null for what is inserted. */
interface Segment {
  readonly bytes: Buffer;
  place: number | null;
}

/** Objects in delta trees whose deltas cut what they hold anywhere: half copied and half inserted, two copies, one byte, through whole chains. */
export function deltaTrees(random: Random): Entry[] {
  const entries: Entry[] = [];
  const add = ({ content, operations, children }: Node, base: number | null): void => {
    const by = random.oneIn(4) ? "id" : "offset";
    const number = entries.length;
    entries.push(base === null || operations === null ? { type: "blob", content } : { base, by, operations });
    for (const child of children) add(child, number);
  };
  for (let tree = 1 + random.below(2); tree > 0; tree--) add(makeNode(random, 1 + random.below(4)), null);
  return entries;
}

function makeNode(random: Random, depth: number): Node {
  const children =
    depth === 0
      ? []
      : Array.from({ length: 1 + random.below(3) }, () => makeNode(random, depth - 1 - random.below(2) * (depth - 1)));
  const cut = children.map(({ content }) => segments(content, random));
  const pieces: Segment[] = cut.flat().filter(({ place }) => place !== null);
  // Its own text is one piece among the others. What stood together in a child mostly does not in its base, and other things touch it.
  const own = { bytes: depth === 0 || random.oneIn(6) ? document(random) : filler(random), place: 0 };
  const glue = pieces.map(() => ({
    bytes: Buffer.from(random.pick(["", "", " ", "A", "7", "\n", "=", "q/"])),
    place: 0,
  }));
  const order = random.oneIn(8) ? [...pieces, own] : shuffled([...pieces, ...glue, own], random);
  let length = 0;
  for (const piece of order) {
    piece.place = length;
    length += piece.bytes.length;
  }
  return {
    content: Buffer.concat(order.map(({ bytes }) => bytes)),
    operations: null,
    children: children.map((child, index) => ({ ...child, operations: (cut[index] ?? []).map(operation) })),
  };
}

function operation({ bytes, place }: Segment): Operation {
  return place === null ? { insert: bytes } : { copy: { offset: place, size: bytes.length } };
}

/** How contents are cut: so many bytes are copied at once, so many inserted, and one operation in so many inserts. */
const CUTS = [
  { copied: 16, inserted: 8, oneIn: 3 },
  { copied: 40, inserted: 1, oneIn: 2 },
  { copied: 80, inserted: 20, oneIn: 4 },
  { copied: 250, inserted: 127, oneIn: 2 },
  { copied: 3000, inserted: 127, oneIn: 2 },
] as const;

function segments(content: Buffer, random: Random): Segment[] {
  const parts: Segment[] = [];
  const cut = random.pick(CUTS);
  for (let at = 0; at < content.length; ) {
    const isInserted = random.oneIn(cut.oneIn);
    const size = 1 + random.below(isInserted ? cut.inserted : cut.copied);
    const bytes = content.subarray(at, at + size);
    parts.push({ bytes, place: isInserted ? null : 0 });
    at += bytes.length;
  }
  return parts;
}

function document(random: Random): Buffer {
  if (random.oneIn(3)) return farApart(random);
  if (random.oneIn(3)) return atTheEdge(random);
  const content = Buffer.from(renderAny(random.pick(FORMATS), random).content);
  const text = random.oneIn(2) ? content : Buffer.from(random.pick(ENCODINGS).wrap(content, random));
  return Buffer.concat([filler(random), text, filler(random)]);
}

/** An id at the very end, or at the very beginning. */
function atTheEdge(random: Random): Buffer {
  const { id } = generateMaterial(random.below(2 ** 30));
  return random.oneIn(2)
    ? Buffer.concat([filler(random), Buffer.from(id)])
    : Buffer.concat([Buffer.from(`${id}\n`), filler(random)]);
}

/** A keyword, and its secret as far behind it as may be. */
function farApart(random: Random): Buffer {
  const { secret } = generateMaterial(random.below(2 ** 30));
  const gap = random.pick([" ", "\n", ". ", "; "]).repeat(random.below(130));
  return Buffer.from(`aws_secret_access_key =${gap}${secret}\n`);
}

function filler(random: Random): Buffer {
  const line = `${random.text(BASE62, 1 + random.below(20))} ${random.text(BASE62, 1 + random.below(30))}\n`;
  return Buffer.from(line.repeat(random.below(20)));
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  return values
    .map((value) => ({ value, order: random.below(2 ** 30) }))
    .sort((a, b) => a.order - b.order)
    .map(({ value }) => value);
}
