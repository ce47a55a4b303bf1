import type { RefUpdate } from "../../hook/push.ts";
import type { OperatorGit } from "../../scan/sources/change/operator-git.ts";
import { isNothing } from "../../scan/sources/change/range.ts";

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
  const moved = branches.flatMap(({ ref, from }) => {
    const seen = tracked.get(ref.slice(HEADS.length));
    return seen === undefined || seen === from ? [] : [{ seen, from }];
  });
  if (moved.some(({ from }) => isNothing(from))) return [];
  return (await lacksAny(git, moved)) ? [] : [`--remotes=${remote}`];
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

/** Whether something of what was seen is in none of the commits that the remote says it has. Of one that is not here nothing is known. */
async function lacksAny(git: OperatorGit, moved: readonly { seen: string; from: string }[]): Promise<boolean> {
  const here = await commitsHere(git, [...new Set(moved.map(({ from }) => from))]);
  const told = moved.filter(({ from }) => here.has(from));
  if (told.length === 0) return false;
  const lines = told.flatMap(({ seen, from }) => [`${seen}\n`, `^${from}\n`]);
  return (await git.output(["rev-list", "--max-count=1", "--stdin"], lines.join(""))).length > 0;
}

/** Those of the commits that this repository has. */
async function commitsHere(git: OperatorGit, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const answer = await git.output(["cat-file", "--batch-check"], ids.map((id) => `${id}^{commit}\n`).join(""));
  const lines = answer.toString("utf8").split("\n");
  return new Set(ids.filter((_, index) => lines[index]?.includes(" commit ") === true));
}
