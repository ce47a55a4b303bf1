import { lowerBound } from "../lower-bound.ts";
import type { IdCandidate, SecretCandidate, Span } from "./candidates.ts";
import type { Meaning } from "./names.ts";
import type { Structure } from "./structure.ts";

export interface Pair {
  readonly id: IdCandidate;
  readonly secret: SecretCandidate;
}

/** How many secrets before and behind an id are considered for it. */
const NEIGHBOURS = 8;

/** How far apart the two halves of a key may be at most, by how sure the secret's name is. */
const REACH: Readonly<Record<Meaning, number>> = { "aws-secret": 75, secret: 70, perhaps: 40, unnamed: 28, other: 0 };

/** What each pair is worth for itself, so that two far pairs count more than one near one. */
const PAIR = 60;

/** The most that lies between two properties of one object, what parts two objects, and what parts two indented blocks. */
const SAME_OBJECT = 16;
const OTHER_OBJECT = 80;
const OTHER_BLOCK = 25;

/** The farthest that two halves may lie apart, in characters. */
const FARTHEST = 65_536;

/** What a distinction that both names bear is worth, and what different ones cost. */
const SAME_DISTINCTION = -12;
const OTHER_DISTINCTION = 20;

/** An id is usually written before its secret: where all else is equal, that decides. */
const SECRET_FIRST = 2;

type Matching = (ids: readonly IdCandidate[], secrets: readonly SecretCandidate[], structure: Structure) => Pair[];

/**
 * Which id belongs to which secret. Every id and every secret is used once at most, and never are all combinations reported.
 * First come a list of ids and a list of as many secrets, item by item; then halves whose names share a distinction that nobody else
 * bears (`PROD_…_ID`, `PROD_…_KEY`), wherever they stand. Of the rest that assignment is taken in which ids and secrets keep their
 * order (row by row, object by object) and which in sum leaves least distance unbridged.
 */
export function pairUp(ids: readonly IdCandidate[], secrets: readonly SecretCandidate[], structure: Structure): Pair[] {
  const pairs: Pair[] = [];
  const taken = new Set<IdCandidate | SecretCandidate>();
  for (const match of [byList, byDistinction, inOrder] satisfies Matching[]) {
    for (const pair of match(
      ids.filter((id) => !taken.has(id)),
      secrets.filter((secret) => !taken.has(secret)),
      structure,
    )) {
      pairs.push(pair);
      taken.add(pair.id).add(pair.secret);
    }
  }
  return pairs;
}

/** A list of several ids goes with the next list of as many secrets, before or behind it. */
function byList(ids: readonly IdCandidate[], secrets: readonly SecretCandidate[], structure: Structure): Pair[] {
  const secretLists = listsOf(secrets);
  const listStarts = secretLists.map(([first]) => first?.from ?? 0);
  return listsOf(ids).flatMap((idList) => {
    const [id] = idList;
    const at = lowerBound(listStarts, id?.from ?? 0);
    const near = secretLists.slice(Math.max(0, at - NEIGHBOURS), at + NEIGHBOURS);
    const sameLength = near.filter((list) => list.length === idList.length);
    const nearest = sameLength.sort((a, b) => gap(idList, a) - gap(idList, b))[0];
    const [secret] = nearest ?? [];
    if (id === undefined || nearest === undefined || secret === undefined) return [];
    if (secret.meaning === "unnamed" || gap(idList, nearest) > 2000 || structure.parted(...between(id, secret)))
      return [];
    return idList.flatMap((item, index) => {
      const partner = nearest[index];
      return partner === undefined ? [] : [{ id: item, secret: partner }];
    });
  });
}

function listsOf<T extends { readonly list: number }>(all: readonly T[]): T[][] {
  return [...Map.groupBy(all, ({ list }) => list).values()].filter((list) => list.length > 1);
}

/** The characters between two lists. */
function gap(a: readonly Span[], b: readonly Span[]): number {
  return Math.max((b[0]?.from ?? 0) - (a.at(-1)?.to ?? 0), (a[0]?.from ?? 0) - (b.at(-1)?.to ?? 0));
}

function between(a: Span, b: Span): [from: number, to: number] {
  return a.from < b.from ? [a.to, b.from] : [b.to, a.from];
}

function byDistinction(ids: readonly IdCandidate[], secrets: readonly SecretCandidate[], structure: Structure): Pair[] {
  const idOf = onlyBearers(ids);
  const secretOf = onlyBearers(secrets);
  return [...idOf].flatMap(([distinction, id]) => {
    const secret = secretOf.get(distinction);
    if (secret === undefined || secret.meaning === "other" || secret.meaning === "unnamed") return [];
    const [from, to] = between(id, secret);
    return to - from > FARTHEST || structure.parted(from, to) ? [] : [{ id, secret }];
  });
}

function onlyBearers<T extends { readonly distinction: string }>(all: readonly T[]): Map<string, T> {
  const bearers = Map.groupBy(all, ({ distinction }) => distinction);
  bearers.delete("");
  return new Map(
    [...bearers].flatMap(([distinction, [only, ...more]]) =>
      only === undefined || more.length > 0 ? [] : [[distinction, only]],
    ),
  );
}

interface Link {
  readonly id: number;
  readonly secret: number;
  readonly sum: number;
  readonly before: Link | null;
}

/** The heaviest chain of links in which both ids and secrets ascend, by a Fenwick tree of the best chain up to each secret. */
function inOrder(ids: readonly IdCandidate[], secrets: readonly SecretCandidate[], structure: Structure): Pair[] {
  const starts = secrets.map((secret) => secret.from);
  const best: (Link | null)[] = Array.from({ length: secrets.length + 1 }, () => null);
  for (const [i, id] of ids.entries()) {
    const at = lowerBound(starts, id.from);
    const links: Link[] = [];
    for (let s = Math.max(0, at - NEIGHBOURS); s < Math.min(secrets.length, at + NEIGHBOURS); s++) {
      const secret = secrets[s];
      if (secret === undefined) continue;
      const worth = gain(id, secret, structure);
      if (worth <= 0) continue;
      const before = bestBelow(best, s);
      links.push({ id: i, secret: s, sum: worth + (before?.sum ?? 0), before });
    }
    // Only now, so that one id is not linked twice.
    for (const link of links) improve(best, link);
  }
  const pairs: Pair[] = [];
  for (let link = bestBelow(best, secrets.length); link !== null; link = link.before) {
    const id = ids[link.id];
    const secret = secrets[link.secret];
    if (id !== undefined && secret !== undefined) pairs.push({ id, secret });
  }
  return pairs.reverse();
}

/** What it is worth to link the two: positive when they are within reach of each other. */
function gain(id: IdCandidate, secret: SecretCandidate, structure: Structure): number {
  const [from, to] = between(id, secret);
  if (from === to) return PAIR + REACH["aws-secret"];
  if (from > to || to - from > FARTHEST || structure.parted(from, to)) return 0;
  const order = id.from < secret.from ? 0 : SECRET_FIRST;
  const left =
    REACH[secret.meaning] -
    order -
    wayBetween(id, secret, structure) -
    distinctionCost(id.distinction, secret.distinction);
  return left > 0 ? PAIR + left : 0;
}

/** In one object it hardly matters how far apart two properties are; two objects are as good as two documents. */
function wayBetween(id: IdCandidate, secret: SecretCandidate, structure: Structure): number {
  const [from, to] = between(id, secret);
  const distance = structure.distance(from, to);
  if (id.form === "boxed" && secret.form === "boxed") return distance;
  switch (structure.objects(id.from, secret.from)) {
    case "same":
      return secret.meaning === "unnamed" ? distance : Math.min(distance, SAME_OBJECT);
    case "parted":
      return distance + (id.form === "property" && secret.form === "property" ? OTHER_OBJECT : OTHER_BLOCK);
    default:
      return distance + (structure.outdented(from, to) ? OTHER_BLOCK : 0);
  }
}

function distinctionCost(a: string, b: string): number {
  if (a === "" || b === "") return 0;
  return a === b ? SAME_DISTINCTION : OTHER_DISTINCTION;
}

function bestBelow(tree: readonly (Link | null)[], end: number): Link | null {
  let best: Link | null = null;
  for (let i = end; i > 0; i -= i & -i) {
    const link = tree[i] ?? null;
    if (link !== null && (best === null || link.sum > best.sum)) best = link;
  }
  return best;
}

function improve(tree: (Link | null)[], link: Link): void {
  for (let i = link.secret + 1; i < tree.length; i += i & -i) {
    const known = tree[i] ?? null;
    if (known === null || link.sum > known.sum) tree[i] = link;
  }
}
