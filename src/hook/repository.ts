import { join } from "node:path";
import { type SimpleGit, simpleGit } from "simple-git";
import { KeysweepError } from "../model/error.ts";

/** Where the hooks of a repository are. */
export interface HookedRepository {
  /** The work tree's folder; null for a bare repository. */
  readonly top: string | null;
  /** Where git looks for hooks, `core.hooksPath` included; linked worktrees share it. */
  readonly hooksFolder: string;
}

/** What of the environment decides which configuration git reads; simple-git takes all of git's variables away otherwise. */
const CONFIGURATION_VARIABLES = ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"];

function gitIn(folder: string): SimpleGit {
  return simpleGit({
    baseDir: folder,
    trimmed: true,
    allowEnvironment: CONFIGURATION_VARIABLES,
    // Asked for by who installs the hook, and set to nothing but a folder of ours.
    unsafe: { allowUnsafeHooksPath: true, allowUnsafeConfigPaths: true },
  });
}

/** @throws KeysweepError `usage` when the folder is in no repository. */
export async function hookedRepository(folder: string): Promise<HookedRepository> {
  const git = gitIn(folder);
  const bare = await asked(folder, git.raw(["rev-parse", "--is-bare-repository"]));
  const place = bare === "true" ? "--absolute-git-dir" : "--show-toplevel";
  const top = await asked(folder, git.raw(["rev-parse", place]));
  // A relative core.hooksPath is meant from where hooks run: the top.
  const hooksFolder = await asked(
    folder,
    gitIn(top).raw(["rev-parse", "--path-format=absolute", "--git-path", "hooks"]),
  );
  return { top: bare === "true" ? null : top, hooksFolder };
}

/** The operator's `core.hooksPath` for all repositories; null when it is not set. */
export async function globalHooksPath(): Promise<string | null> {
  const path = await gitIn("/").raw(["config", "--global", "--type=path", "--default", "", "--get", "core.hooksPath"]);
  return path === "" ? null : path;
}

export async function setGlobalHooksPath(path: string): Promise<void> {
  await gitIn("/").raw(["config", "--global", "core.hooksPath", path]);
}

export async function unsetGlobalHooksPath(): Promise<void> {
  await gitIn("/").raw(["config", "--global", "--unset", "core.hooksPath"]);
}

async function asked(folder: string, answer: Promise<string>): Promise<string> {
  try {
    return await answer;
  } catch (cause) {
    throw new KeysweepError("usage", `${folder} is in no repository that git will read`, {
      hint: "Go to the repository first, or install with --global for all of them.",
      cause,
    });
  }
}

/** Where keysweep's hooks for all repositories lie. @param configuration the folder of the operator's configuration */
export function globalHooksFolder(configuration: string): string {
  return join(configuration, "hooks");
}
