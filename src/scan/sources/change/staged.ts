import { readFileSync } from "node:fs";
import { join } from "node:path";
import { KeysweepError } from "../../../model/error.ts";
import type { IndexPlace } from "../../../model/place.ts";
import type { CatFile } from "./cat-file.ts";
import { ChangeSearch, type ChangeSearchOptions, type ChangeTotals } from "./change-search.ts";
import type { OperatorGit } from "./operator-git.ts";
import { type FileChange, readRawDiff } from "./raw-diff.ts";
import { unlikeParents } from "./unlike-parents.ts";
import { repositoryFacts } from "./work-tree.ts";

/**
 * Compares the index with HEAD, or with nothing where there is no commit yet. What is added with `--intent-to-add` is not part of
 * the next commit, and git leaves it out. Paths are relative to the top even where `diff.relative` is set.
 */
const DIFF = [
  "diff",
  "--cached",
  "--raw",
  "-z",
  "--no-abbrev",
  "--no-ext-diff",
  "--no-textconv",
  "--no-relative",
  "--ignore-submodules=none",
  "-M",
];

/** What the next commit of a repository would add. */
export interface StagedChange {
  readonly kind: "staged";
  /** The work tree's folder. */
  readonly repository: string;
  readonly changes: readonly FileChange[];
  readonly objects: CatFile;
}

/**
 * Asks git what is staged in the repository of its folder.
 * @param objects of the same repository; the caller closes it
 * @throws KeysweepError `usage` where there is no work tree; `git`.
 */
export async function openStaged(git: OperatorGit, objects: CatFile): Promise<StagedChange> {
  // Both at once: a commit waits for the slower, not for their sum.
  const diff = changesIn(git, DIFF);
  diff.catch(() => {});
  const { top, gitDirectory } = await repositoryFacts(git);
  if (top === null) {
    throw new KeysweepError("usage", "--staged needs a work tree, and this repository has none", {
      hint: "On a server, --range A..B or `keysweep hook run pre-receive` checks what is pushed.",
    });
  }
  const ours = await diff;
  const theirs = await Promise.all(mergeHeads(gitDirectory).map((head) => changesIn(git, [...DIFF, head])));
  return { kind: "staged", repository: top, changes: unlikeParents([ours, ...theirs]), objects };
}

async function changesIn(git: OperatorGit, args: readonly string[]): Promise<FileChange[]> {
  const changes: FileChange[] = [];
  for await (const record of readRawDiff([await git.output(args)])) if ("path" in record) changes.push(record);
  return changes;
}

/** The commits that are being merged: what comes from them unchanged is not added by the merge. */
function mergeHeads(gitDirectory: string): string[] {
  try {
    return readFileSync(join(gitDirectory, "MERGE_HEAD"), "utf8").match(/^[0-9a-f]{40,64}$/gm) ?? [];
  } catch {
    return [];
  }
}

export async function searchStaged(
  { repository, changes }: StagedChange,
  options: Omit<ChangeSearchOptions, "top">,
): Promise<ChangeTotals> {
  const search = new ChangeSearch({ ...options, top: repository });
  for (const change of changes) {
    for (const { detection, within } of await search.addedBy(change, "")) {
      const { line, column } = detection;
      const { path, now } = change;
      const place: IndexPlace = { kind: "index", repository, path, within, line, column, blob: now.id };
      options.sink.onDetection(detection, place);
    }
  }
  return search.totals;
}
