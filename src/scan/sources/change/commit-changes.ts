import { gitFailed, type OperatorGit } from "./operator-git.ts";
import { type FileChange, isGone, readRawDiff } from "./raw-diff.ts";
import { unlikeParents } from "./unlike-parents.ts";

/** Compares commits with one parent each. `submodule.*.ignore` may come from the very commits that are checked. */
const DIFF = [
  "diff-tree",
  "--stdin",
  "-r",
  "--root",
  "--raw",
  "-z",
  "--no-abbrev",
  "--no-ext-diff",
  "--no-textconv",
  "--ignore-submodules=none",
  "-M",
];

/** A commit with its parents, by their ids. */
export interface NewCommit {
  readonly id: string;
  readonly parents: readonly string[];
}

/**
 * What each of the commits changed; of a merge, the files that differ from all of its parents. One git serves for all.
 * @throws KeysweepError `git` also for a tree that cannot be read at all.
 */
export async function* commitChanges(
  git: OperatorGit,
  commits: readonly NewCommit[],
): AsyncGenerator<{ readonly commit: string; readonly change: FileChange }, void> {
  const parentsOf = new Map(commits.map(({ id, parents }) => [id, parents.length]));
  const { child, ended } = git.start(DIFF);
  child.stdin?.end(commits.flatMap(comparisons).join(""));
  let commit = "";
  // Of a merge: one list for each parent that it differs from at all; git says nothing of the others.
  let merge: FileChange[][] = [];
  function* merged() {
    if (merge.length > 0 && merge.length === parentsOf.get(commit)) {
      for (const change of unlikeParents(merge)) yield { commit, change };
    }
    merge = [];
  }
  for await (const record of readRawDiff(child.stdout ?? [])) {
    if ("commit" in record) {
      if (record.commit !== commit) yield* merged();
      commit = record.commit;
      if ((parentsOf.get(commit) ?? 0) > 1) merge.push([]);
      continue;
    }
    const list = merge.at(-1);
    if (list === undefined) yield { commit, change: record };
    // What a merge took away is never asked for.
    else if (!isGone(record.now)) list.push(record);
  }
  yield* merged();
  const { status, complaint } = await ended;
  if (status !== 0) throw gitFailed(DIFF, complaint);
}

/** A line for git for each parent. */
function comparisons({ id, parents }: NewCommit): string[] {
  return parents.length === 0 ? [`${id}\n`] : parents.map((parent) => `${id} ${parent}\n`);
}
