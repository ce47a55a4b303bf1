import { parseTagTarget } from "../objects/commit.ts";
import type { ObjectDatabase } from "../objects/object-database.ts";
import { GitDataError } from "../objects/object-error.ts";
import type { Ref, Refs } from "../refs/refs.ts";
import type { CommitGraph } from "./commit-graph.ts";
import type { Turns } from "./turns.ts";

/** How a commit is kept: by a ref, by a reflog or its like alone, or by nothing. */
export const KEPT_BY_REF = 0;
export const KEPT_BY_REFLOG = 1;
export const KEPT_BY_NOTHING = 2;

const REF = 1;
const PAST = 2;
const HEAD = 4;
/** Tags of tags of tags … */
const DEEPEST_TAG = 64;
/** How many places are told apart in one pass over the commits: one a bit. */
const BATCH = 32;
/** A place's refs are named up to this number. */
export const MOST_NAMES = 5;

/** What a ref that is no commit leads to, ids in hexadecimal. */
export interface NamedObject {
  readonly id: string;
  readonly ref: string;
}

/** What refs lead to, tags followed. */
export class RefReach {
  readonly #commits: CommitGraph;
  readonly #peeler: Peeler;
  readonly #flags: Uint8Array;
  /** The refs that lead to commits, those that say most first. */
  readonly #tips: readonly { readonly name: string; readonly commit: number }[];
  /** Trees and blobs that refs name themselves. */
  readonly trees: readonly NamedObject[];
  readonly blobs: readonly NamedObject[];
  /** The refs that lead to an annotated tag, by its id. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
  /** The commits that work trees have as HEAD. */
  readonly heads: readonly number[];

  constructor({ refs, past, heads, headBranch }: Refs, commits: CommitGraph, database: ObjectDatabase) {
    this.#commits = commits;
    this.#flags = new Uint8Array(commits.count);
    const peeler = new Peeler(commits, database);
    this.#peeler = peeler;
    const tips: { name: string; commit: number }[] = [];
    const [trees, blobs]: NamedObject[][] = [[], []];
    const tags = new Map<string, string[]>();
    for (const { name, id } of refs.toSorted(byImportance(headBranch))) {
      const end = peeler.peel(id);
      for (const tag of end.tags) getOrMake(tags, tag).push(name);
      if (end.type === "commit") tips.push({ name, commit: commits.numberOf(end.id) });
      else if (end.type === "tree") trees?.push({ id: end.id, ref: name });
      else if (end.type === "blob") blobs?.push({ id: end.id, ref: name });
    }
    this.#tips = tips;
    this.trees = trees ?? [];
    this.blobs = blobs ?? [];
    this.tags = tags;
    this.heads = commitsOf(heads, peeler, commits);
    const tipNumbers = tips.map(({ commit }) => commit);
    commits.mark(this.#flags, REF, tipNumbers);
    commits.mark(this.#flags, PAST, commitsOf(past, peeler, commits));
    commits.mark(this.#flags, HEAD, this.heads);
  }

  /** One of KEPT_BY_…: the less, the better kept. */
  keptBy(commit: number): number {
    const flags = this.#flags[commit] ?? 0;
    if ((flags & REF) !== 0) return KEPT_BY_REF;
    return (flags & PAST) !== 0 ? KEPT_BY_REFLOG : KEPT_BY_NOTHING;
  }

  /** The commit that a tag, or a tag of a tag, stands for; -1 when it is none. */
  commitBehind(tag: string): number {
    return this.#commits.numberOf(this.#peeler.peel(tag).id);
  }

  /** Whether the history of a work tree's HEAD has the commit. */
  isInHeadHistory(commit: number): boolean {
    return ((this.#flags[commit] ?? 0) & HEAD) !== 0;
  }

  /**
   * For each set of commits, the names of refs that lead to one of them: a few, the branch of HEAD first.
   * @throws the signal's reason when it is aborted
   */
  async refsTo(sets: readonly (readonly number[])[], turns: Turns): Promise<(readonly string[])[]> {
    // A file's credentials often have all their commits in common.
    const distinct = new Map(sets.map((set) => [set.join(), { set, names: [] as string[] }]));
    const asked = [...distinct.values()].filter(({ set }) => set.length > 0);
    const masks = new Int32Array(this.#commits.count);
    for (let first = 0; first < asked.length; first += BATCH) {
      await turns.take();
      masks.fill(0);
      const batch = asked.slice(first, first + BATCH);
      batch.forEach(({ set }, bit) => {
        for (const commit of set) masks[commit] = (masks[commit] ?? 0) | (1 << bit);
      });
      this.#inherit(masks);
      this.#name(
        masks,
        batch.map(({ names }) => names),
      );
    }
    return sets.map((set) => distinct.get(set.join())?.names ?? []);
  }

  /** Descendants get what their ancestors have. */
  #inherit(masks: Int32Array): void {
    for (const commit of this.#commits.ancestorsFirst) {
      let mask = masks[commit] ?? 0;
      for (const parent of this.#commits.parentsOf(commit)) mask |= masks[parent] ?? 0;
      masks[commit] = mask;
    }
  }

  #name(masks: Int32Array, names: readonly string[][]): void {
    // A bit for each list that has room.
    let open = -1;
    for (const { name, commit } of this.#tips) {
      const mask = (masks[commit] ?? 0) & open;
      if (mask === 0) continue;
      names.forEach((list, bit) => {
        if ((mask & (1 << bit)) === 0 || list.at(-1) === name) return;
        if (list.push(name) === MOST_NAMES) open &= ~(1 << bit);
      });
      if (open === 0) return;
    }
  }
}

/** What stands at the end of an id's tags. */
interface Peeled {
  readonly type: "commit" | "tree" | "blob" | null;
  readonly id: string;
  /** The annotated tags on the way, ids in hexadecimal. */
  readonly tags: readonly string[];
}

class Peeler {
  readonly #commits: CommitGraph;
  readonly #database: ObjectDatabase;

  constructor(commits: CommitGraph, database: ObjectDatabase) {
    this.#commits = commits;
    this.#database = database;
  }

  peel(start: string): Peeled {
    const tags: string[] = [];
    for (let id: string | null = start; id !== null && tags.length < DEEPEST_TAG; ) {
      if (this.#commits.numberOf(id) >= 0) return { type: "commit", id, tags };
      const object = this.#database.read(id);
      // A ref that leads to nothing that is there leads to nothing that was found.
      if (object instanceof GitDataError || object.type === "commit") break;
      if (object.type !== "tag") return { type: object.type, id, tags };
      tags.push(id);
      id = parseTagTarget(object.bytes);
    }
    return { type: null, id: start, tags };
  }
}

function commitsOf(ids: Iterable<string>, peeler: Peeler, commits: CommitGraph): number[] {
  return Array.from(ids, (id) => commits.numberOf(peeler.peel(id).id)).filter((commit) => commit >= 0);
}

/** The branch of HEAD, branches, remote branches, tags, all others; each by name. */
function byImportance(headBranch: string | null): (a: Ref, b: Ref) => number {
  const kinds = ["refs/heads/", "refs/remotes/", "refs/tags/", "refs/stash"];
  const ranks = new Map<Ref, number>();
  const rank = (ref: Ref): number => {
    let value = ranks.get(ref);
    if (value === undefined) {
      const kind = kinds.findIndex((start) => ref.name.startsWith(start));
      value = ref.name === headBranch ? -1 : kind < 0 ? kinds.length : kind;
      ranks.set(ref, value);
    }
    return value;
  };
  return (a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1);
}

function getOrMake(map: Map<string, string[]>, key: string): string[] {
  let list = map.get(key);
  if (list === undefined) map.set(key, (list = []));
  return list;
}
