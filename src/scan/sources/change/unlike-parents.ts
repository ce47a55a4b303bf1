import type { FileChange } from "./raw-diff.ts";

/**
 * What a merge adds itself: the files that differ from every parent, each with all the versions that it had there.
 *
 * Git's own combined diff walks the parents' lists side by side and trusts that they are in order: a tree that somebody wrote by hand, with
 * its names in disorder or twice, makes it print nothing. Here a file is one by its path and its content, in whatever order.
 * @param byParent the differences from each parent
 */
export function unlikeParents([first = [], ...others]: readonly (readonly FileChange[])[]): readonly FileChange[] {
  if (others.length === 0) return first;
  const indexes = others.map((changes) => new Map(changes.map((change) => [keyOf(change), change])));
  return first.flatMap((change) => {
    const same = indexes.flatMap((index) => index.get(keyOf(change)) ?? []);
    if (same.length < others.length) return [];
    const all = [change, ...same];
    const status = all.map((each) => each.status.charAt(0)).join("");
    return [{ ...change, status, before: all.flatMap(({ before }) => before) }];
  });
}

function keyOf({ path, now }: FileChange): string {
  return `${now.mode} ${now.id} ${path}`;
}
