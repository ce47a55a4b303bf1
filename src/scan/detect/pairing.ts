import type { IdCandidate, SecretCandidate } from "./candidates.ts";
import type { Meaning } from "./names.ts";
import { lowerBound, type Structure } from "./structure.ts";

export interface Pair {
  readonly id: IdCandidate;
  readonly secret: SecretCandidate;
}

/** How many secrets before and behind an id are considered for it. */
const NEIGHBOURS = 8;

/** How far apart the two halves of a key may be at most, by how sure the secret's name is. */
const REACH: Readonly<Record<Meaning, number>> = { "aws-secret": 75, secret: 70, perhaps: 40, unnamed: 28, other: 0 };

/** What a distinction that both names bear is worth, and what different ones cost. */
const SAME_DISTINCTION = -12;
const OTHER_DISTINCTION = 20;

/**
 * Which id belongs to which secret. Every id and every secret is used once at most, and never are all combinations reported.
 * First come halves whose names share a distinction that nobody else bears (`PROD_…_ID`, `PROD_…_KEY`), wherever they stand.
 * Of the rest that assignment is taken in which ids and secrets keep their order (row by row, object by object, or all ids and then
 * all secrets) and which in sum leaves least distance unbridged.
 */
export function pairUp(ids: readonly IdCandidate[], secrets: readonly SecretCandidate[], structure: Structure): Pair[] {
  const named = byDistinction(ids, secrets, structure);
  const takenIds = new Set(named.map((pair) => pair.id));
  const takenSecrets = new Set(named.map((pair) => pair.secret));
  return [
    ...named,
    ...inOrder(
      ids.filter((id) => !takenIds.has(id)),
      secrets.filter((secret) => !takenSecrets.has(secret)),
      structure,
    ),
  ];
}

function byDistinction(ids: readonly IdCandidate[], secrets: readonly SecretCandidate[], structure: Structure): Pair[] {
  const idOf = onlyBearers(ids);
  const secretOf = onlyBearers(secrets);
  return [...idOf].flatMap(([distinction, id]) => {
    const secret = secretOf.get(distinction);
    return secret === undefined || gain(id, secret, structure) <= 0 ? [] : [{ id, secret }];
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
  const best: (Link | null)[] = new Array(secrets.length + 1).fill(null);
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
  const [from, to] = id.from < secret.from ? [id.to, secret.from] : [secret.to, id.from];
  if (from >= to) return from === to ? REACH["aws-secret"] : 0;
  if (to - from > 65_536 || structure.parted(from, to)) return 0;
  return REACH[secret.meaning] - structure.distance(from, to) - distinctionCost(id.distinction, secret.distinction);
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
