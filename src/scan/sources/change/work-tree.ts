import { KeysweepError } from "../../../model/error.ts";
import type { OperatorGit } from "./operator-git.ts";

/** Where a repository of the operator's lies, as git says. */
export interface RepositoryFacts {
  /** The work tree's folder; null for a bare repository, and within a git directory. */
  readonly top: string | null;
  /** The git directory: of a linked worktree its own. */
  readonly gitDirectory: string;
  /** What linked worktrees have in common; the git directory itself where there are none. */
  readonly commonDirectory: string;
  readonly isShallow: boolean;
}

/** @throws KeysweepError `usage` when the folder lies in no repository. */
export async function repositoryFacts(git: OperatorGit): Promise<RepositoryFacts> {
  const { stdout, complaint } = await git.attempt([
    "rev-parse",
    "--is-shallow-repository",
    "--absolute-git-dir",
    "--path-format=absolute",
    "--git-common-dir",
    // Fails where there is no work tree, when everything before has been printed.
    "--show-toplevel",
  ]);
  const [shallow, gitDirectory, commonDirectory, top] = stdout.toString("utf8").split("\n");
  if (gitDirectory === undefined || commonDirectory === undefined || commonDirectory === "") {
    throw new KeysweepError("usage", `${git.folder} is in no repository that git will read: ${complaint}`, {
      hint: "Nothing was checked. Go to the repository first.",
    });
  }
  return {
    top: top === undefined || top === "" ? null : top,
    gitDirectory,
    commonDirectory,
    isShallow: shallow === "true",
  };
}
