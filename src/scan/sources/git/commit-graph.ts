import { type CommitOutline, parseOutline } from "./commit.ts";
import type { Turns } from "./turns.ts";

const NONE = -1;
/** Ten times what the largest known repositories have; more are not looked at. */
const MOST_COMMITS = 10_000_000;

/** The commits of a repository and how they descend from each other, by numbers from 0 on. */
export class CommitGraph {
  /** False when there were too many. */
  readonly isWhole: boolean;
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #ids: readonly string[];
  readonly #trees: readonly (string | null)[];
  /** All commits' parents, one after another; a commit's begin at `#parentsAt`. */
  readonly #parents: Int32Array;
  readonly #parentsAt: Int32Array;
  /** All numbers, each after those of its ancestors. */
  readonly ancestorsFirst: Int32Array;
  readonly #ages: Float64Array;

  /**
   * @param commits with their ids, in any order; the same may come twice
   * @param shallow ids of those whose parents were not fetched: they have none here
   * @throws the signal's reason when it is aborted
   */
  static async read(
    commits: Iterable<{ readonly id: string; readonly bytes: Buffer }>,
    shallow: ReadonlySet<string>,
    turns: Turns,
  ): Promise<CommitGraph> {
    const read = new Map<string, CommitOutline>();
    for (const { id, bytes } of commits) {
      if (read.size >= MOST_COMMITS) return new CommitGraph(read, shallow, false);
      read.set(id, parseOutline(bytes));
      if (turns.isDue()) await turns.take();
    }
    return new CommitGraph(read, shallow, true);
  }

  private constructor(read: ReadonlyMap<string, CommitOutline>, shallow: ReadonlySet<string>, isWhole: boolean) {
    this.isWhole = isWhole;
    this.#ids = [...read.keys()];
    this.#numbers = new Map(this.#ids.map((id, number) => [id, number]));
    this.#trees = Array.from(read.values(), ({ tree }) => tree);
    this.#parentsAt = new Int32Array(this.count + 1);
    const parents: number[] = [];
    let number = 0;
    for (const [id, outline] of read) {
      // A parent that is not there (shallow, damaged) is as if there were none.
      for (const parent of shallow.has(id) ? [] : outline.parents) {
        if (this.#numbers.has(parent)) parents.push(this.numberOf(parent));
      }
      this.#parentsAt[++number] = parents.length;
    }
    this.#parents = Int32Array.from(parents);
    this.ancestorsFirst = this.#sorted();
    this.#ages = this.#corrected(Float64Array.from(read.values(), ({ committedSeconds }) => committedSeconds));
  }

  get count(): number {
    return this.#ids.length;
  }

  /** -1 when there is no such commit. */
  numberOf(id: string): number {
    return this.#numbers.get(id) ?? NONE;
  }

  /** In hexadecimal. */
  idOf(number: number): string {
    return this.#ids[number] ?? "";
  }

  treeOf(number: number): string | null {
    return this.#trees[number] ?? null;
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
      for (const parent of this.parentsOf(number)) open.push(parent);
    }
  }

  /** Depth first, without a stack that grows with the history. Objects that name each other in a circle can only be forged; the circle is cut. */
  #sorted(): Int32Array {
    const sorted = new Int32Array(this.count);
    const next = new Int32Array(this.count);
    const isMet = new Uint8Array(this.count);
    let filled = 0;
    for (let start = 0; start < this.count; start++) {
      if (isMet[start] === 1) continue;
      const path = [start];
      isMet[start] = 1;
      for (let number = path.at(-1); number !== undefined; number = path.at(-1)) {
        const parent = this.parentsOf(number)[next[number] ?? 0];
        next[number] = (next[number] ?? 0) + 1;
        if (parent === undefined) {
          sorted[filled++] = number;
          path.pop();
        } else if (isMet[parent] === 0) {
          isMet[parent] = 1;
          path.push(parent);
        }
      }
    }
    return sorted;
  }

  #corrected(ages: Float64Array): Float64Array {
    for (const number of this.ancestorsFirst) {
      let age = ages[number] ?? 0;
      for (const parent of this.parentsOf(number)) age = Math.max(age, (ages[parent] ?? 0) + 1);
      ages[number] = age;
    }
    return ages;
  }
}
