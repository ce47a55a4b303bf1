import { type Skipped, skipped } from "../../../../model/coverage.ts";
import type { CommitMoment, GitPlace } from "../../../../model/place.ts";
import { type Authorship, parseAuthorship } from "../objects/commit.ts";
import type { ObjectDatabase } from "../objects/object-database.ts";
import { GitDataError } from "../objects/object-error.ts";
import type { Refs } from "../refs/refs.ts";
import type { SearchedType } from "../search/object-hit.ts";
import type { CommitGraph } from "./commit-graph.ts";
import { KEPT_BY_NOTHING, KEPT_BY_REF, KEPT_BY_REFLOG, MOST_NAMES, RefReach } from "./ref-reach.ts";
import { type EntryBudget, type TreeGraph, type TreeNode, writtenEntries } from "./tree-graph.ts";
import type { Turns } from "./turns.ts";

/** An object that holds credentials. */
export interface WantedObject {
  /** In hexadecimal. */
  readonly id: string;
  readonly type: SearchedType;
  /** What it holds, by whatever names tell one credential from another. */
  readonly credentials: readonly string[];
}

/**
 * Where a credential comes from: a file of the history that held it, or the messages that do. What GitPlace says of both, but for the position.
 *
 * `commit`, `author`, `date`, `blob` and `last` are of commits that a ref leads to if there are any, else of those that only a reflog leads to,
 * else of the others. So an amended commit does not stand in for the one that replaced it. `versions` counts all.
 */
export interface Origin
  extends Pick<
    GitPlace,
    "object" | "path" | "blob" | "commit" | "author" | "date" | "reachable" | "refs" | "inHead" | "versions" | "last"
  > {
  readonly credential: string;
  /** The version that HEAD has; null when it has none. */
  readonly headBlob: string | null;
}

export interface ProvenanceRequest {
  /** How the repository is named in rows. */
  readonly place: string;
  readonly database: ObjectDatabase;
  readonly refs: Refs;
  readonly commits: CommitGraph;
  /** In which the wanted blobs and trees are wanted. */
  readonly trees: TreeGraph;
  readonly wanted: readonly WantedObject[];
  readonly turns: Turns;
  onSkipped(row: Skipped): void;
}

/** So many pairs of a credential and a path are told of; past it, only credentials that have none yet get one. */
export const MOST_ORIGINS = 10_000;
/** So many times a credential, a path and a version are looked at together; past it, what is told is the truth, but not the whole. */
export const MOST_RECORDS = 2_000_000;
/** Of trees, looked at for what commits wrote: no honest history comes near. */
const MOST_ENTRIES = 30_000_000;

/**
 * Finds out where the wanted objects come from. Each credential of each object has at least one origin. Its cost grows with the commits and the
 * distinct trees, not with commits times files; then with the number of written versions, up to {@link MOST_RECORDS}.
 * Grafts and replacements (`refs/replace`) are not applied: history is told as it was written.
 * @throws the signal's reason when it is aborted
 */
export function traceOrigins(request: ProvenanceRequest): Promise<Origin[]> {
  return new Provenance(request).trace();
}

/** What is known of one origin so far. */
interface Account {
  readonly credential: string;
  readonly object: SearchedType;
  /** A character for each byte. */
  readonly path: string | null;
  /** One of KEPT_BY_…, of the commits below. */
  readonly keptBy: number;
  /** The first version, and that of HEAD. */
  readonly blob: string;
  headBlob: string | null;
  /** Commits that wrote a version, ancestors first. */
  readonly commits: number[];
  /** Refs that lead there without a commit. */
  readonly refs: Set<string>;
  readonly versions: Set<string>;
  inHead: boolean;
}

class Provenance {
  readonly #request: ProvenanceRequest;
  readonly #reach: RefReach;
  readonly #credentials: ReadonlyMap<string, readonly string[]>;
  /** By credential, then by type and path. */
  readonly #accounts = new Map<string, Map<string, Account>>();
  readonly #seenBlobs = new Set<string>();
  readonly #authorships = new Map<string, Authorship>();
  #accountCount = 0;
  #recordCount = 0;
  readonly #budget: EntryBudget = { left: MOST_ENTRIES };

  constructor(request: ProvenanceRequest) {
    this.#request = request;
    this.#reach = new RefReach(request.refs, request.commits, request.database);
    this.#credentials = new Map(request.wanted.map(({ id, credentials }) => [id, credentials]));
  }

  async trace(): Promise<Origin[]> {
    await this.#traceCommits();
    this.#traceTrees();
    this.#traceMessages();
    this.#traceBlobs();
    this.#markHeads();
    const isBoundMet =
      !this.#request.commits.isWhole ||
      this.#accountCount > MOST_ORIGINS ||
      this.#recordCount > MOST_RECORDS ||
      this.#budget.left < 0;
    if (isBoundMet) this.#tellBound();
    return this.#origins();
  }

  /** The commits that wrote something wanted: those kept best first, ancestors before descendants, parallel lines by date. */
  async #traceCommits(): Promise<void> {
    const { commits, turns } = this.#request;
    const nodes = await this.#nodes();
    const events: number[] = [];
    for (let commit = 0; commit < commits.count; commit++) {
      const node = nodes[commit];
      if (node && commits.parentsOf(commit).every((parent) => nodes[parent] !== node)) events.push(commit);
    }
    events.sort(this.#byRank);
    for (const commit of events) {
      if (turns.isDue()) await turns.take();
      const parents = Array.from(commits.parentsOf(commit), (parent) => nodes[parent] ?? null);
      const node = nodes[commit];
      if (!node) continue;
      const others = parents.filter((parent) => parent !== null);
      for (const { object, path, id } of writtenEntries(node, others, this.#budget)) {
        this.#record(object, path, id, this.#reach.keptBy(commit), commit);
      }
    }
  }

  async #nodes(): Promise<(TreeNode | null)[]> {
    const { commits, trees, turns } = this.#request;
    const nodes: (TreeNode | null)[] = [];
    for (let commit = 0; commit < commits.count; commit++) {
      const tree = commits.treeOf(commit);
      nodes.push(tree === null ? null : trees.nodeOf(tree));
      if (turns.isDue()) await turns.take();
    }
    return nodes;
  }

  readonly #byRank = (a: number, b: number): number => {
    const { commits } = this.#request;
    return this.#reach.keptBy(a) - this.#reach.keptBy(b) || commits.ageOf(a) - commits.ageOf(b) || a - b;
  };

  /** Trees that refs name without a commit. */
  #traceTrees(): void {
    for (const { id: tree, ref } of this.#reach.trees) {
      const node = this.#request.trees.nodeOf(Buffer.from(tree, "hex"));
      if (node === null) continue;
      for (const { object, path, id } of writtenEntries(node, [], this.#budget)) {
        this.#record(object, path, id, KEPT_BY_REF, null, ref);
      }
    }
  }

  #traceMessages(): void {
    const { commits, wanted } = this.#request;
    const numbers = wanted.filter(({ type }) => type === "commit").map(({ id }) => commits.numberOf(id));
    for (const commit of numbers.filter((number) => number >= 0).sort(this.#byRank)) {
      this.#record("commit", null, commits.idOf(commit), this.#reach.keptBy(commit), commit);
    }
    const tags = wanted
      .filter(({ type }) => type === "tag")
      .map(({ id }) => ({ id, refs: this.#reach.tags.get(id) ?? [] }));
    for (const { id, refs } of tags.toSorted((a, b) => Math.sign(b.refs.length) - Math.sign(a.refs.length))) {
      const commit = this.#reach.commitBehind(id);
      const keptBy = refs.length > 0 ? KEPT_BY_REF : KEPT_BY_NOTHING;
      this.#record("tag", null, id, keptBy, commit < 0 ? null : commit, ...refs);
    }
  }

  /** Blobs that refs name without a tree, and what is in no tree that is known. */
  #traceBlobs(): void {
    for (const { id, ref } of this.#reach.blobs) this.#record("blob", null, id, KEPT_BY_REF, null, ref);
    for (const { id, type } of this.#request.wanted) {
      const isToldOf = type === "commit" ? this.#request.commits.numberOf(id) >= 0 : this.#seenBlobs.has(id);
      if (!isToldOf && type !== "tag") this.#record(type, null, id, KEPT_BY_NOTHING, null);
    }
  }

  #markHeads(): void {
    const { commits, trees } = this.#request;
    for (const head of this.#reach.heads) {
      const tree = commits.treeOf(head);
      const node = tree === null ? null : trees.nodeOf(tree);
      if (node === null) continue;
      for (const { object, path, id } of writtenEntries(node, [], this.#budget)) {
        for (const credential of this.#credentials.get(id) ?? []) {
          const account = this.#accounts.get(credential)?.get(accountKey(object, path));
          if (account === undefined) continue;
          account.inHead = true;
          account.headBlob = id;
        }
      }
    }
  }

  /** Enters a version of a file, or a message, for each credential in it; past the bound, for those that have nothing yet. */
  #record(
    object: SearchedType,
    path: string | null,
    blob: string,
    keptBy: number,
    commit: number | null,
    ...refs: readonly string[]
  ): void {
    this.#seenBlobs.add(blob);
    for (const credential of this.#credentials.get(blob) ?? []) {
      if (this.#recordCount++ >= MOST_RECORDS && this.#accounts.has(credential)) continue;
      const account = this.#account(credential, object, path, blob, keptBy);
      if (account === null) continue;
      account.versions.add(blob);
      for (const ref of refs) account.refs.add(ref);
      if (commit === null || keptBy !== account.keptBy) continue;
      account.commits.push(commit);
      if (object === "commit" && this.#reach.isInHeadHistory(commit)) account.inHead = true;
    }
  }

  /** Null when there are too many, and this credential has one. */
  #account(
    credential: string,
    object: SearchedType,
    path: string | null,
    blob: string,
    keptBy: number,
  ): Account | null {
    let accounts = this.#accounts.get(credential);
    if (accounts === undefined) this.#accounts.set(credential, (accounts = new Map()));
    const key = accountKey(object, path);
    const known = accounts.get(key);
    if (known !== undefined) return known;
    if (this.#accountCount++ >= MOST_ORIGINS && accounts.size > 0) return null;
    const [refs, versions] = [new Set<string>(), new Set<string>()];
    const made: Account = {
      credential,
      object,
      path,
      keptBy,
      blob,
      headBlob: null,
      commits: [],
      refs,
      versions,
      inHead: false,
    };
    accounts.set(key, made);
    return made;
  }

  #tellBound(): void {
    const detail = `more than ${MOST_ORIGINS} files or ${MOST_RECORDS} versions hold credentials: of some, not all places are listed`;
    this.#request.onSkipped(skipped(this.#request.place, "history-bound", detail));
  }

  async #origins(): Promise<Origin[]> {
    const accounts = [...this.#accounts.values()].flatMap((byPath) => [...byPath.values()]);
    // A tag's refs are those that name it, not those that lead to what it tags.
    const isByCommits = ({ object, keptBy }: Account): boolean => object !== "tag" && keptBy === KEPT_BY_REF;
    const commitsOf = accounts.map((account) => (isByCommits(account) ? account.commits : []));
    const names = await this.#reach.refsTo(commitsOf, this.#request.turns);
    return accounts.map((account, i) => {
      const { credential, object, path, blob, headBlob, commits, versions, inHead, keptBy } = account;
      const refs = new Set([...account.refs, ...(names[i] ?? [])]);
      const reachable = keptBy === KEPT_BY_REF || refs.size > 0;
      if (!reachable && keptBy === KEPT_BY_REFLOG) refs.add("reflog");
      const first = commits[0] ?? null;
      const { author, date } = object === "tag" ? this.#authorship(blob) : this.#authorshipOf(first);
      return {
        credential,
        object,
        path: path === null ? null : Buffer.from(path, "latin1").toString(),
        blob,
        commit: first === null ? null : this.#request.commits.idOf(first),
        author,
        date,
        reachable,
        refs: [...refs].slice(0, MOST_NAMES),
        inHead,
        versions: versions.size,
        last: this.#moment(commits.at(-1) ?? null),
        headBlob,
      };
    });
  }

  #moment(commit: number | null): CommitMoment | null {
    const { date } = this.#authorshipOf(commit);
    return commit === null || date === null ? null : { commit: this.#request.commits.idOf(commit), date };
  }

  #authorshipOf(commit: number | null): Authorship {
    return commit === null ? { author: null, date: null } : this.#authorship(this.#request.commits.idOf(commit));
  }

  #authorship(id: string): Authorship {
    let known = this.#authorships.get(id);
    if (known === undefined) {
      const object = this.#request.database.read(id);
      known = object instanceof GitDataError ? { author: null, date: null } : parseAuthorship(object.bytes);
      this.#authorships.set(id, known);
    }
    return known;
  }
}

function accountKey(object: SearchedType, path: string | null): string {
  return path === null ? object : `${object}/${path}`;
}
