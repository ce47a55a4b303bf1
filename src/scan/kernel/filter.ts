import type { AnchorForm } from "./anchor-forms.ts";
import { FILTER_WIDTH } from "./assembly/layout.ts";

/**
 * A set of literals that share one bit of the filter. For each of the first bytes it knows which low and which high nibbles
 * its members have, and so it also admits mixtures of them: the fewer and the rarer those are, the better the bucket.
 */
export interface Bucket {
  readonly positions: readonly NibbleSets[];
}

/** Bit n: nibble n occurs. */
interface NibbleSets {
  readonly low: number;
  readonly high: number;
}

const BUCKETS = 8;
const BREAKS = ["\n", "\r", "\r\n", "\\n", "\\r\\n"];
const INDENTS = ["", " ", "  ", "   ", "\t", "\t\t", "\t\t\t", " \t", "\t "];

/**
 * Shares the forms out among {@link BUCKETS} buckets: each form, and each place where a line break may cut it, starts as a bucket of its own; then
 * the two whose union admits the least more are merged, until few enough are left; at last each one moves to where it costs the least.
 * Where that ends depends on where it begins, by a factor of five for some contents: so it is done for several weights of the contents, and the
 * result that is best by the true ones counts.
 */
export function bucketsFor(forms: readonly AnchorForm[]): readonly Bucket[] {
  const starts = forms.flatMap((form) => [uncutStarts(form), ...cutStarts(form)]);
  const members = distinct(starts.map(bucketOf));
  const mixes = [
    KINDS,
    ...KINDS.map((kind) => KINDS.map((each) => (each === kind ? { ...each, weight: each.weight / 2 } : each))),
  ];
  const sharings = mixes.map((mix) => new Sharing(KINDS).settled(new Sharing(mix).shared(members)));
  const [best = []] = sharings.toSorted((a, b) => totalRate(a) - totalRate(b));
  return best.map(union);
}

function totalRate(groups: readonly Group[]): number {
  const { rateOf } = new Sharing(KINDS);
  return groups.reduce((total, group) => total + rateOf(group), 0);
}

/** The members of a bucket to be. */
type Group = readonly Bucket[];

/** Two groups made one, and how much more that admits than the two apart. */
interface Merge {
  readonly left: Group;
  readonly right: Group;
  readonly group: Group;
  readonly rise: number;
}

/** Shares members out among groups, so that little of some kinds of content is admitted. */
class Sharing {
  readonly #kinds: readonly Kind[];

  constructor(kinds: readonly Kind[]) {
    this.#kinds = kinds;
  }

  shared(members: readonly Bucket[]): readonly Group[] {
    return this.settled(this.#merged(members.map((member) => [member])));
  }

  /** Moves one member after another into the group to which it adds least, until all stay where they are. */
  settled(groups: readonly Group[]): readonly Group[] {
    let now = groups;
    for (let isMoving = true; isMoving; ) {
      isMoving = false;
      for (const member of now.flat()) {
        const without = now.map((group) => group.filter((other) => other !== member));
        const rises = without.map((group) => this.rateOf([...group, member]) - this.rateOf(group));
        const best = rises.indexOf(Math.min(...rises));
        if (now[best]?.includes(member) === true) continue;
        now = without.map((group, index) => (index === best ? [...group, member] : group));
        isMoving = true;
      }
    }
    return now;
  }

  readonly rateOf = (group: Group): number => (group.length === 0 ? 0 : admissionRate(union(group), this.#kinds));

  #merged(all: readonly Group[]): readonly Group[] {
    const groups = new Set(all);
    let merges = all.flatMap((left, index) => all.slice(index + 1).map((right) => this.#merge(left, right)));
    while (groups.size > BUCKETS) {
      const { left, right, group } = merges.reduce((best, other) => (other.rise < best.rise ? other : best));
      const isGone = (member: Group): boolean => member === left || member === right;
      groups.delete(left);
      groups.delete(right);
      merges = merges.filter((other) => !isGone(other.left) && !isGone(other.right));
      merges.push(...[...groups].map((other) => this.#merge(other, group)));
      groups.add(group);
    }
    return [...groups];
  }

  #merge(left: Group, right: Group): Merge {
    const group = [...left, ...right];
    return { left, right, group, rise: this.rateOf(group) - this.rateOf(left) - this.rateOf(right) };
  }
}

function distinct(buckets: readonly Bucket[]): Bucket[] {
  return [...new Map(buckets.map((bucket) => [JSON.stringify(bucket), bucket])).values()];
}

/** The first bytes of every way to write this form: either case, and with line breaks between them. */
export function startsOf(form: AnchorForm): readonly string[] {
  return [...uncutStarts(form), ...cutStarts(form).flat()];
}

function uncutStarts({ text, foldCase }: AnchorForm): readonly string[] {
  return foldCase ? caseVariants(start(text)) : [start(text)];
}

/** For each character behind which a break makes another beginning, those beginnings. */
function cutStarts({ text, wrapped }: AnchorForm): readonly (readonly string[])[] {
  if (!wrapped) return [];
  const gaps = BREAKS.flatMap((feed) => INDENTS.map((indent) => feed + indent));
  return [1, 2, 3].map((cut) => {
    // A line may also hold one character only.
    const lines = [text.slice(cut), ...BREAKS.map((feed) => text.charAt(cut) + feed)];
    return gaps.flatMap((gap) => lines.map((line) => start(text.slice(0, cut) + gap + line)));
  });
}

function caseVariants(text: string): readonly string[] {
  return Array.from(text).reduce<string[]>(
    (variants, character) =>
      variants.flatMap((variant) => [variant + character.toLowerCase(), variant + character.toUpperCase()]),
    [""],
  );
}

function start(text: string): string {
  return text.slice(0, FILTER_WIDTH);
}

function bucketOf(starts: readonly string[]): Bucket {
  return {
    positions: Array.from({ length: FILTER_WIDTH }, (_, position) => {
      const bytes = starts.map((text) => text.charCodeAt(position));
      return { low: bits(bytes.map((byte) => byte & 15)), high: bits(bytes.map((byte) => byte >> 4)) };
    }),
  };
}

function bits(values: readonly number[]): number {
  return values.reduce((set, value) => set | (1 << value), 0);
}

function union(buckets: readonly Bucket[]): Bucket {
  return {
    positions: Array.from({ length: FILTER_WIDTH }, (_, position) => ({
      low: buckets.reduce((set, bucket) => set | (bucket.positions[position]?.low ?? 0), 0),
      high: buckets.reduce((set, bucket) => set | (bucket.positions[position]?.high ?? 0), 0),
    })),
  };
}

/** How often the bucket admits a place, summed over the kinds of content that a disk is full of, as if bytes were independent. */
function admissionRate({ positions }: Bucket, kinds: readonly Kind[]): number {
  const rate = ({ at, weight }: Kind): number =>
    positions.reduce((product, position, index) => product * at(index).share(position), weight);
  return kinds.reduce((total, kind) => total + rate(kind), 0);
}

/** How frequent each byte is. */
class Content {
  readonly #frequencies = new Float64Array(256);
  /** Shares by their sets: a few hundred occur, many thousand times each. */
  readonly #shares = new Map<number, number>();

  constructor(...weights: readonly (readonly [characters: string, weight: number])[]) {
    for (const [characters, weight] of weights) {
      for (const character of characters) this.#frequencies[character.charCodeAt(0)] = weight;
    }
  }

  /** Which share of the content's bytes are in these sets. */
  share(sets: NibbleSets): number {
    const key = (sets.high << 16) | sets.low;
    const known = this.#shares.get(key);
    if (known !== undefined) return known;
    const isIn = (byte: number): boolean => ((sets.low >> (byte & 15)) & (sets.high >> (byte >> 4)) & 1) === 1;
    const share = sum(this.#frequencies.filter((_, byte) => isIn(byte))) / sum(this.#frequencies);
    this.#shares.set(key, share);
    return share;
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Rough frequencies of bytes in prose and code. */
const TEXT = new Content(
  ["etaoin", 6],
  ["srhldcu", 3.5],
  ["mfpgwybvk_.,;()\"'=-:/*", 1.5],
  ["xjqz0123456789{}<>", 0.7],
  ["ABCDEFGHIJKLMNOPQRSTUVWXYZ[]!#$%&+?@\\^`|~\t", 0.35],
  [" ", 18],
  ["\n", 3],
);
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
/** Names of constants, and what stands about them. */
const CAPITALS = new Content(
  ["ETAOINSRDLC", 5],
  ["MFPGWYBVK_", 2.5],
  [`XJQZ${DIGITS}`, 1],
  [LOWER, 0.3],
  [" (),;*/#", 1],
  ["\n", 1.5],
);
const BASE64 = new Content([`${UPPER}${LOWER}${DIGITS}+/`, 1], ["\n", 0.85]);
const BASE64_OF_TEXT = new Content([`${UPPER}${LOWER}${DIGITS}+/`, 0.5], ["ABCDIGQYZWVcbdM0123", 1.5], ["\n", 0.8]);
const HEXADECIMAL = new Content([`${DIGITS}abcdef`, 1]);
/** Machine code, images and the like. */
const BINARY = new Content([String.fromCharCode(...Array(256).keys()), 0.27], ["\0", 30]);
const ZERO = new Content(["\0", 1]);

/** A kind of content, and how much of it there is, as far as that matters: more of what is common, and of what many bytes of would be admitted. */
interface Kind {
  /** What stands at one of the first bytes of a literal. */
  at(position: number): Content;
  readonly weight: number;
}

function kind(content: Content, weight: number): Kind {
  return { at: () => content, weight };
}

/** UTF-16 has a zero in every other byte, of which it is not known whether it is the first. */
function utf16(zero: number, weight: number): Kind {
  return { at: (position) => (position % 2 === zero ? ZERO : TEXT), weight };
}

const KINDS: readonly Kind[] = [
  kind(TEXT, 8),
  kind(CAPITALS, 1),
  kind(BASE64, 0.5),
  kind(BASE64_OF_TEXT, 0.8),
  kind(HEXADECIMAL, 1),
  kind(BINARY, 1),
  utf16(0, 0.5),
  utf16(1, 0.5),
];
