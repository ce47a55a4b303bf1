import type { Finding } from "../../model/finding.ts";
import type { Stopped } from "../../report/hook-message.ts";
import type { OperatorGit } from "../../scan/sources/change/operator-git.ts";

/** So many commits are asked of. */
const MOST_COMMITS = 1000;

/**
 * Whether the commit that was stopped, or one that a push was stopped for, is the first of its repository: it has no parent that git's usual
 * commands could go back to. In doubt it is not.
 */
export async function concernsFirstCommit(
  git: Pick<OperatorGit, "attempt">,
  stopped: Stopped,
  findings: readonly Finding[],
): Promise<boolean> {
  if (stopped === "commit") return (await git.attempt(["rev-parse", "--quiet", "--verify", "HEAD"])).status === 1;
  const commits = new Set(findings.flatMap(({ places }) => places.flatMap(commitOf)));
  if (commits.size === 0) return false;
  const asked = [...commits].slice(0, MOST_COMMITS).join("\n");
  const roots = await git.attempt(["rev-list", "--no-walk", "--max-parents=0", "--stdin"], `${asked}\n`);
  return roots.status === 0 && roots.stdout.length > 0;
}

function commitOf(place: Finding["places"][number]): string[] {
  return place.kind === "git" && place.commit !== null ? [place.commit] : [];
}
