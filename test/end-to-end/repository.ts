import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Run, World } from "./world.ts";

/** A repository of the operator's, in which the real git runs real hooks; nobody's configuration leaks in. */
export interface OperatorRepository {
  readonly folder: string;
  /** Runs git there; what it printed, without the last line end. @throws when it fails */
  git(...args: readonly string[]): string;
  /** Runs git there, whatever comes of it. */
  tryGit(...args: readonly string[]): Run;
  /** Writes a file of the work tree. */
  write(name: string, content: string | Uint8Array): void;
  /** Writes files, stages and commits everything, without hooks; the commit's id. */
  commit(message: string, files?: Readonly<Record<string, string | Uint8Array>>): string;
  /** Runs keysweep there. */
  run(...args: readonly string[]): Run;
}

export function makeRepository(world: World, name = "repository", ...initArgs: readonly string[]): OperatorRepository {
  const folder = join(world.folder, name);
  mkdirSync(folder, { recursive: true });
  const repository = openRepository(world, folder);
  repository.git("init", "-q", "-b", "main", ...initArgs);
  return repository;
}

/** One that is there already: a clone, a linked worktree. */
export function openRepository(world: World, folder: string): OperatorRepository {
  const tryGit = (...args: readonly string[]): Run => {
    const { status, stdout, stderr, error } = spawnSync("git", [...args], {
      cwd: folder,
      env: gitEnvironment(world),
      encoding: "utf8",
      timeout: 60_000,
      maxBuffer: 1 << 28,
    });
    if (error !== undefined) throw error;
    return { status, stdout, stderr };
  };
  const git = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = tryGit(...args);
    if (status !== 0) throw new Error(`git ${args[0]} ended with ${status}: ${stderr}`);
    return stdout.replace(/\n$/, "");
  };
  const write = (name: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  return {
    folder,
    git,
    tryGit,
    write,
    commit(message, files = {}) {
      for (const [name, content] of Object.entries(files)) write(name, content);
      git("add", "-A");
      git("commit", "-q", "--no-verify", "--allow-empty", "-m", message);
      return git("rev-parse", "HEAD");
    },
    run: (...args) => world.run(args, { cwd: folder }),
  };
}

/** Writes a program for the shell, e.g. a hook of somebody else's. */
export function writeScript(path: string, ...lines: readonly string[]): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, ["#!/bin/sh", ...lines, ""].join("\n"));
  chmodSync(path, 0o755);
}

function gitEnvironment({ environment }: World): Record<string, string> {
  return {
    ...environment,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ALLOW_PROTOCOL: "file",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.org",
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.org",
  };
}
