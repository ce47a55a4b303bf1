import type { Skipped } from "../../../../model/coverage.ts";
import type { HashFormat } from "../hash-format.ts";
import type { Repository } from "../repository.ts";
import { RefFiles } from "./ref-files.ts";
import { HEAD, type RefRecords, type RefTarget, STASH } from "./ref-records.ts";
import type { Reftables } from "./reftable/reftables.ts";

/** A name that leads to an object. */
export interface Ref {
  /** In full, for people: bytes that are not UTF-8 appear as U+FFFD. `HEAD` where HEAD names no branch; of a linked work tree: `worktrees/NAME/HEAD`. */
  readonly name: string;
  /** The object's id, in hexadecimal: any kind of object. */
  readonly id: string;
}

/** All that leads into a repository. */
export interface Refs {
  readonly refs: readonly Ref[];
  /** Objects that only logs and notes of past operations name: `logs/`, FETCH_HEAD, ORIG_HEAD and their like. Ids in hexadecimal. */
  readonly past: ReadonlySet<string>;
  /** What the HEADs of the work trees lead to; ids in hexadecimal. */
  readonly heads: ReadonlySet<string>;
  /** The branch that the main HEAD names, in full, be it there or not; null when it is detached or absent. */
  readonly headBranch: string | null;
}

/** Symbolic refs that name symbolic refs: as git has it. */
const DEEPEST_SYMBOLIC = 5;
const NO_OBJECT = /^0+$/;

/** Reads all refs, reflogs and HEADs. What cannot be read is told, and the rest is read. */
export async function readRefs(repository: Repository, onSkipped: (row: Skipped) => void): Promise<Refs> {
  const records: RefRecords = { targets: new Map(), past: new Set(), stashes: new Set() };
  const files = new RefFiles(records, onSkipped);
  const storage = repository.refStorage === "files" ? files : await reftables(repository.hash, records, onSkipped);
  for (const directory of repository.gitDirectories) {
    storage.read(directory);
    files.readPseudoRefs(directory);
  }
  return resolved(records);
}

/** Few repositories have tables: what reads them is loaded where there are some. */
async function reftables(hash: HashFormat, records: RefRecords, onSkipped: (row: Skipped) => void): Promise<Reftables> {
  const { Reftables } = await import("./reftable/reftables.ts");
  return new Reftables(hash, records, onSkipped);
}

function resolved({ targets, past, stashes }: RefRecords): Refs {
  const refs: Ref[] = [];
  const heads = new Set<string>();
  for (const [name, target] of targets) {
    const id = resolve(target, workTreeOf(name), targets);
    const isHead = name === HEAD || /^worktrees\/[^/]+\/HEAD$/.test(name);
    if (id === null || NO_OBJECT.test(id)) continue;
    if (isHead) heads.add(id);
    // A HEAD that names a branch, and other symbolic refs, lead nowhere that the branch does not.
    if ("id" in target) refs.push({ name: shownText(name), id });
  }
  for (const id of stashes) if (!NO_OBJECT.test(id)) refs.push({ name: STASH, id });
  const head = targets.get(HEAD);
  return {
    refs,
    past: new Set([...past].filter((id) => !NO_OBJECT.test(id))),
    heads,
    headBranch: head !== undefined && "symbolic" in head ? shownText(head.symbolic) : null,
  };
}

function resolve(start: RefTarget, workTree: string, targets: RefRecords["targets"]): string | null {
  let target: RefTarget | undefined = start;
  for (let depth = 0; depth <= DEEPEST_SYMBOLIC; depth++) {
    if (target === undefined) return null;
    if ("id" in target) return target.id;
    // A linked work tree has refs of its own (bisect, worktree, rewritten), and the others in common.
    target = targets.get(workTree + target.symbolic) ?? targets.get(target.symbolic);
  }
  return null;
}

/** What the name of a linked work tree's ref begins with, see `prefixOf`. */
function workTreeOf(name: string): string {
  return /^worktrees\/[^/]+\//.exec(name)?.[0] ?? "";
}

function shownText(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString();
}
