import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const FIRST_SECOND = 1_700_000_000;

/** A repository made by the real git, in a folder of its own, with fixed people and dates: nobody's configuration leaks in. */
export class GitFixture {
  /** The folder that holds everything of this fixture; the repository's work tree is `work` in it. */
  readonly folder: string;
  readonly work: string;
  /** `.git`, or the repository itself where it is bare. */
  readonly gitFolder: string;
  #seconds = FIRST_SECOND;

  constructor(...initOptions: readonly string[]) {
    this.folder = mkdtempSync(join(tmpdir(), "keysweep-git-"));
    this.work = join(this.folder, "work");
    this.runIn(this.folder, "init", "-q", "-b", "main", ...initOptions, "work");
    this.gitFolder = this.run("rev-parse", "--absolute-git-dir");
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs git in the work tree; what it printed, without the last line end. */
  run(...options: readonly string[]): string {
    return this.runIn(this.work, ...options);
  }

  runIn(folder: string, ...options: readonly string[]): string {
    return this.#run(folder, options).toString().replace(/\n$/, "");
  }

  /** Runs git with bytes on its standard input; the bytes that it printed. */
  feed(input: string | Uint8Array, ...options: readonly string[]): Buffer {
    return this.#run(this.work, options, input);
  }

  /** Writes a file of the work tree, its folders too. */
  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.work, path)), { recursive: true });
    writeFileSync(join(this.work, path), content);
  }

  /** Writes the files (null: removes them), commits all there is; the commit's id. Each commit is a minute after the last. */
  commit(message: string, files: Readonly<Record<string, string | Uint8Array | null>> = {}): string {
    for (const [path, content] of Object.entries(files)) {
      if (content === null) rmSync(join(this.work, path), { recursive: true });
      else this.write(path, content);
    }
    this.run("add", "-A");
    this.run("commit", "-q", "--allow-empty", "-m", message);
    return this.run("rev-parse", "HEAD");
  }

  /** The id that git gives to a file's content. */
  blobId(content: string | Uint8Array): string {
    return this.feed(content, "hash-object", "--stdin").toString().trim();
  }

  #run(folder: string, options: readonly string[], input: string | Uint8Array = ""): Buffer {
    this.#seconds += 60;
    const date = `${this.#seconds} +0200`;
    return execFileSync("git", [...options], {
      cwd: folder,
      input,
      stdio: ["pipe", "pipe", "pipe"],
      maxBuffer: 1 << 30,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: this.folder,
        LC_ALL: "C",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_AUTHOR_NAME: "Ada",
        GIT_AUTHOR_EMAIL: "ada@example.org",
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: "Ada",
        GIT_COMMITTER_EMAIL: "ada@example.org",
        GIT_COMMITTER_DATE: date,
        GIT_ALLOW_PROTOCOL: "file",
        GIT_TERMINAL_PROMPT: "0",
      },
    });
  }
}
