import type { RefUpdate } from "../hook/push.ts";
import type { OperatorGit } from "../scan/sources/change/operator-git.ts";
import { isNothing } from "../scan/sources/change/range.ts";

/**
 * What a remote is known to have, as options of `git rev-list`: its remote-tracking branches. They may be those of another repository, since
 * `git remote set-url` leaves them as they are, or be out of date: where the remote says of a branch that it is not there, or that it is behind, none of them is believed.
 * @param remote its name; one without a name, whose address was given instead, has no such branches
 * @param updates what the remote itself says of the branches that are pushed
 */
export async function knownOfRemote(
  git: OperatorGit,
  remote: string,
  updates: readonly RefUpdate[],
): Promise<readonly string[]> {
  if (!/^[\w.-]+$/.test(remote)) return [];
  const branches = updates.filter(({ ref }) => ref.startsWith(HEADS));
  if (branches.length === 0) return [`--remotes=${remote}`];
  const tracked = await trackedBranches(git, remote);
  for (const { ref, from } of branches) {
    const seen = tracked.get(ref.slice(HEADS.length));
    if (seen !== undefined && seen !== from && (isNothing(from) || (await lacks(git, from, seen)))) return [];
  }
  return [`--remotes=${remote}`];
}

const HEADS = "refs/heads/";

/** The commits of a remote's branches, by the branches' names there. */
async function trackedBranches(git: OperatorGit, remote: string): Promise<ReadonlyMap<string, string>> {
  const prefix = `refs/remotes/${remote}/`;
  const list = await git.output(["for-each-ref", "--format=%(objectname) %(refname)", prefix]);
  const lines = list.toString("utf8").split("\n").filter(Boolean);
  return new Map(
    lines.map((line) => {
      const space = line.indexOf(" ");
      return [line.slice(space + 1 + prefix.length), line.slice(0, space)];
    }),
  );
}

/** Whether a commit that is here does not build on the other. Of one that is not here nothing is known. */
async function lacks(git: OperatorGit, commit: string, base: string): Promise<boolean> {
  return (await git.attempt(["merge-base", "--is-ancestor", base, commit])).status === 1;
}
