// oxlint-disable-next-line eslint/no-restricted-imports -- the one place where the scanner runs a program
import { type ChildProcess, spawn } from "node:child_process";
import { devNull } from "node:os";
import { KeysweepError } from "../../../model/error.ts";
import { shownName } from "../../shown-name.ts";

/** What must not depend on who runs it: no pager, no lock taken for convenience, no object in another one's place, no file system monitor's program. */
const OPTIONS = [
  "--no-pager",
  "--no-optional-locks",
  "--no-replace-objects",
  "-c",
  "core.fsmonitor=false",
  // Git advises against grafts whatever the file holds.
  "-c",
  "advice.graftFileDeprecated=false",
];

/** Likewise: no parents but those that a commit names, so that none is left out; messages that are known. */
const ENVIRONMENT = {
  GIT_GRAFT_FILE: devNull,
  GIT_SHALLOW_FILE: undefined,
  LC_ALL: "C",
  GIT_TERMINAL_PROMPT: "0",
};

/** So much of what git says when it fails is passed on, in characters. */
const LONGEST_COMPLAINT = 300;

export interface GitOptions {
  /** The folder that git starts in. */
  readonly folder: string;
  /** As a hook was given it: `GIT_DIR`, `GIT_INDEX_FILE` and the quarantine's variables are for git to read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends every git that still runs. */
  readonly signal: AbortSignal;
}

/**
 * The operator's own git in the operator's own repository: for what is about to be committed or pushed there. What git runs there
 * (filters, programs named in the configuration) the operator has let it run before. It never serves repositories that are merely scanned.
 *
 * This is `node:child_process` and not simple-git, which takes 18 ms to load of the 60 that a commit may wait, and gives paths as
 * text only, where git gives bytes.
 */
export class OperatorGit {
  readonly #options: GitOptions;

  constructor(options: GitOptions) {
    this.#options = options;
  }

  get signal(): AbortSignal {
    return this.#options.signal;
  }

  /** The environment that git was given. */
  get environment(): GitOptions["environment"] {
    return this.#options.environment;
  }

  get folder(): string {
    return this.#options.folder;
  }

  /** What git prints. @throws KeysweepError `git` when it fails. */
  async output(args: readonly string[], input = ""): Promise<Buffer> {
    const { status, stdout, complaint } = await this.attempt(args, input);
    if (status !== 0) throw gitFailed(args, complaint);
    return stdout;
  }

  /** What git prints, also when it fails. @throws KeysweepError `git` when there is no git. */
  async attempt(args: readonly string[], input = ""): Promise<GitResult> {
    const running = this.start(args);
    const parts: Buffer[] = [];
    running.child.stdout?.on("data", (part: Buffer) => parts.push(part));
    running.child.stdin?.end(input);
    const { status, complaint } = await running.ended;
    return { status, stdout: Buffer.concat(parts), complaint };
  }

  /** Starts git; the caller reads its stdout and closes its stdin. */
  start(args: readonly string[]): RunningGit {
    const { folder, environment, signal } = this.#options;
    const child = spawn("git", [...OPTIONS, ...args], {
      cwd: folder,
      env: { ...environment, ...ENVIRONMENT },
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    const stop = (): void => void child.kill();
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    // A git that ends early does not read on: its status tells.
    child.stdin.on("error", () => {});
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (complaint.length < LONGEST_COMPLAINT) complaint += text;
    });
    const { promise: ended, resolve, reject } = Promise.withResolvers<GitEnd>();
    child.on("error", (error) => {
      signal.removeEventListener("abort", stop);
      reject(notStarted(error, folder));
    });
    child.on("close", (status) => {
      signal.removeEventListener("abort", stop);
      resolve({ status, complaint: firstLine(complaint) });
    });
    // Whoever waits for it gets the error; a stream that is read meanwhile just ends.
    ended.catch(() => {});
    return { child, ended };
  }
}

export interface GitEnd {
  /** Null when a signal ended it. */
  readonly status: number | null;
  /** The first line of its stderr. */
  readonly complaint: string;
}

export interface GitResult extends GitEnd {
  readonly stdout: Buffer;
}

export interface RunningGit {
  readonly child: ChildProcess;
  readonly ended: Promise<GitEnd>;
}

/** The error that says which command of git failed, and what git says of it. */
export function gitFailed([command = ""]: readonly string[], complaint: string): KeysweepError {
  return new KeysweepError("git", `git ${command} failed${complaint === "" ? "" : `: ${complaint}`}`, {
    hint: "Nothing was checked. Does the same command of git work by itself?",
  });
}

function notStarted(error: Error, folder: string): KeysweepError {
  const code = "code" in error ? String(error.code) : error.name;
  return new KeysweepError("git", `git cannot be started in ${folder}: ${code}`, {
    hint: "Nothing was checked. Is git installed and on PATH?",
    cause: error,
  });
}

function firstLine(complaint: string): string {
  const line = complaint.split("\n").find((text) => text.trim() !== "") ?? "";
  // It may name a file or a branch, which may be named anything.
  return shownName(line.replace(/^(?:fatal|error): /, "").slice(0, LONGEST_COMPLAINT));
}
