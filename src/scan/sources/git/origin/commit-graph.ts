import type { OutlinedCommit } from "../objects/commit.ts";
import { IdList } from "./id-list.ts";
import { IdTable } from "./id-table.ts";
import type { Turns } from "./turns.ts";

const NONE = -1;
/** Ten times what the largest known repositories have; more are not looked at. */
const MOST_COMMITS = 10_000_000;
/** Of all commits, as many as fill their list's room. Nearly every commit has one or two, a forged one 20,000, and all of them again for each small delta. */
export const MOST_PARENTS = 2 ** 24;

/** What was read of commits, each once. */
interface ReadCommits {
  readonly ids: IdTable;
  /** Zeros for a commit that names none. */
  readonly trees: IdList;
  /** All commits' parents, one after another; a commit's end where the next one's begin. */
  readonly parents: IdList;
  readonly parentsAt: readonly number[];
  readonly committedSeconds: readonly number[];
  readonly isWhole: boolean;
}

/** The commits of a repository and how they descend from each other, by numbers from 0 on. */
export class CommitGraph {
  /** False when there were too many. */
  readonly isWhole: boolean;
  readonly #ids: IdTable;
  /** Zeros for a commit that names none. */
  readonly #trees: IdList;
  /** All commits' parents, one after another; a commit's begin at `#parentsAt`. */
  readonly #parents: Int32Array;
  readonly #parentsAt: Int32Array;
  /** All numbers, each after those of its ancestors. */
  readonly ancestorsFirst: Int32Array;
  readonly #ages: Float64Array;

  /**
   * @param commits in any order; the same may come twice
   * @param shallow ids (in hexadecimal) of those whose parents were not fetched: they have none here
   * @param idLength in bytes
   * @throws the signal's reason when it is aborted
   */
  static async read(
    commits: Iterable<OutlinedCommit>,
    shallow: ReadonlySet<string>,
    idLength: number,
    turns: Turns,
  ): Promise<CommitGraph> {
    return new CommitGraph(await gather(commits, shallow, idLength, turns));
  }

  private constructor({ ids, trees, parents, parentsAt, committedSeconds, isWhole }: ReadCommits) {
    this.isWhole = isWhole;
    this.#ids = ids;
    this.#trees = trees;
    this.#parents = new Int32Array(parents.length);
    this.#parentsAt = new Int32Array(this.count + 1);
    let filled = 0;
    for (let number = 0, next = 0; number < this.count; number++) {
      for (; next < (parentsAt[number + 1] ?? 0); next++) {
        // A parent that is not there (shallow, damaged) is as if there were none.
        const parent = ids.numberOf(parents.bytes, next * parents.idLength);
        if (parent !== NONE) this.#parents[filled++] = parent;
      }
      this.#parentsAt[number + 1] = filled;
    }
    this.ancestorsFirst = this.#sorted();
    this.#ages = this.#corrected(Float64Array.from(committedSeconds));
  }

  get count(): number {
    return this.#ids.count;
  }

  /** -1 when there is no such commit. @param id in hexadecimal */
  numberOf(id: string): number {
    return this.#ids.numberOf(Buffer.from(id, "hex"));
  }

  /** In hexadecimal. */
  idOf(number: number): string {
    return this.#ids.idAt(number).toString("hex");
  }

  /** The id of its tree, as bytes; null when it names none. */
  treeOf(number: number): Buffer | null {
    const tree = this.#trees.at(number);
    return tree.every((byte) => byte === 0) ? null : tree;
  }

  parentsOf(number: number): Int32Array {
    return this.#parents.subarray(this.#parentsAt[number], this.#parentsAt[number + 1]);
  }

  /**
   * When it was committed, in seconds, but later than all its ancestors whatever the clocks said (git's "corrected commit date"):
   * in this order, ancestors come before descendants, and commits of parallel lines by their dates.
   */
  ageOf(number: number): number {
    return this.#ages[number] ?? 0;
  }

  /** Sets `bit` in the flags of all commits that can be reached from these. */
  mark(flags: Uint8Array, bit: number, from: Iterable<number>): void {
    const open = [...from];
    for (let number = open.pop(); number !== undefined; number = open.pop()) {
      const set = flags[number];
      if (set === undefined || (set & bit) !== 0) continue;
      flags[number] = set | bit;
      const end = this.#parentsEnd(number);
      for (let at = this.#parentsBegin(number); at < end; at++) open.push(this.#parents[at] ?? NONE);
    }
  }

  /** Depth first, without a stack that grows with the history. Objects that name each other in a circle can only be forged; the circle is cut. */
  #sorted(): Int32Array {
    const sorted = new Int32Array(this.count);
    const next = this.#parentsAt.slice();
    const isMet = new Uint8Array(this.count);
    let filled = 0;
    for (let start = 0; start < this.count; start++) {
      if (isMet[start] === 1) continue;
      const path = [start];
      isMet[start] = 1;
      for (let number = path.at(-1); number !== undefined; number = path.at(-1)) {
        const at = next[number] ?? 0;
        next[number] = at + 1;
        if (at === this.#parentsEnd(number)) {
          sorted[filled++] = number;
          path.pop();
          continue;
        }
        const parent = this.#parents[at] ?? NONE;
        if (isMet[parent] === 1) continue;
        isMet[parent] = 1;
        path.push(parent);
      }
    }
    return sorted;
  }

  #corrected(ages: Float64Array): Float64Array {
    for (const number of this.ancestorsFirst) {
      let age = ages[number] ?? 0;
      const end = this.#parentsEnd(number);
      for (let at = this.#parentsBegin(number); at < end; at++) {
        age = Math.max(age, (ages[this.#parents[at] ?? NONE] ?? 0) + 1);
      }
      ages[number] = age;
    }
    return ages;
  }

  #parentsBegin(number: number): number {
    return this.#parentsAt[number] ?? 0;
  }

  #parentsEnd(number: number): number {
    return this.#parentsAt[number + 1] ?? 0;
  }
}

async function gather(
  commits: Iterable<OutlinedCommit>,
  shallow: ReadonlySet<string>,
  idLength: number,
  turns: Turns,
): Promise<ReadCommits> {
  const [ids, isShallow] = [new IdTable(idLength), new IdTable(idLength)];
  for (const id of shallow) isShallow.add(Buffer.from(id, "hex"));
  const [trees, parents] = [new IdList(idLength), new IdList(idLength)];
  const parentsAt = [0];
  const committedSeconds: number[] = [];
  const noTree = Buffer.alloc(idLength);
  let isWhole = true;
  for (const commit of commits) {
    if (turns.isDue()) await turns.take();
    if (ids.count >= MOST_COMMITS || parents.length + commit.parents.length / idLength > MOST_PARENTS) {
      isWhole = false;
      break;
    }
    if (!ids.add(commit.id)) continue;
    trees.add(commit.tree ?? noTree);
    if (isShallow.count === 0 || isShallow.numberOf(commit.id) === NONE) {
      for (let at = 0; at < commit.parents.length; at += idLength) parents.add(commit.parents, at);
    }
    parentsAt.push(parents.length);
    committedSeconds.push(commit.committedSeconds);
  }
  return { ids, trees, parents, parentsAt, committedSeconds, isWhole };
}
