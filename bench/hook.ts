/**
 * `npm run bench -- hook`: how long a commit waits. `scan --staged` and the pre-commit hook, of a change of ten files in a repository of
 * 50,000, beside `node -e 0` and beside what git alone takes to tell what is staged.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const MAIN = join(ROOT, "dist", "main.js");
const FILES = 50_000;
const CHANGED = 10;
const RUNS = 21;

const ENVIRONMENT = {
  PATH: process.env.PATH ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.org",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.org",
};

interface Contender {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

const BARE: Contender = { name: "node -e 0", program: process.execPath, args: ["-e", "0"] };

const CONTENDERS: readonly Contender[] = [
  BARE,
  { name: "git diff --cached", program: "git", args: ["diff", "--cached", "--raw", "-z", "--no-abbrev", "-M"] },
  { name: "keysweep --version", program: process.execPath, args: [MAIN, "--version"] },
  { name: "scan --staged", program: process.execPath, args: [MAIN, "scan", "--staged", "--quiet"] },
  { name: "hook run pre-commit", program: process.execPath, args: [MAIN, "hook", "run", "pre-commit"] },
];

/** Measures all of them in turns, so that whatever else the machine does hits all alike. */
export function benchHook(folder: string): void {
  const repository = ensureRepository(folder);
  const times = new Map<string, number[]>(CONTENDERS.map(({ name }) => [name, []]));
  for (let round = 0; round <= RUNS; round++) {
    for (const contender of CONTENDERS) {
      const milliseconds = measured(repository, contender);
      if (round > 0) times.get(contender.name)?.push(milliseconds);
    }
  }
  const bare = median(times.get(BARE.name) ?? []);
  process.stdout.write(`\n${FILES} files, ${CHANGED} of them changed and staged; medians of ${RUNS} in turns\n\n`);
  process.stdout.write(`${"".padEnd(22)}${"ms".padStart(8)}${"over node".padStart(11)}\n`);
  for (const [name, all] of times) {
    const own = median(all);
    process.stdout.write(`${name.padEnd(22)}${own.toFixed(1).padStart(8)}${(own - bare).toFixed(1).padStart(11)}\n`);
  }
}

function measured(cwd: string, { name, program, args }: Contender): number {
  const started = performance.now();
  const { status } = spawnSync(program, [...args], { cwd, env: ENVIRONMENT, stdio: ["ignore", "ignore", "pipe"] });
  const milliseconds = performance.now() - started;
  if (status !== 0) throw new Error(`${name} ended with ${status}`);
  return milliseconds;
}

/** Made once and kept: it takes some seconds. */
function ensureRepository(folder: string): string {
  const repository = join(folder, "hook-repository");
  if (existsSync(repository)) return repository;
  const making = `${repository}.${process.pid}`;
  for (let index = 0; index < FILES; index++) {
    const path = fileName(index);
    if (index % 50 === 0) mkdirSync(join(making, path, ".."), { recursive: true });
    writeFileSync(join(making, path), content(index, 0));
  }
  const git = (...args: readonly string[]): Buffer =>
    execFileSync("git", ["-c", "gc.auto=0", ...args], { cwd: making, env: ENVIRONMENT });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-q", "-m", "first");
  git("gc", "-q");
  for (let index = 0; index < CHANGED; index++) writeFileSync(join(making, fileName(index * 4999)), content(index, 1));
  git("add", "-A");
  rmSync(repository, { recursive: true, force: true });
  renameSync(making, repository);
  return repository;
}

function fileName(index: number): string {
  const folder = Math.floor(index / 50);
  return `packages/p${Math.floor(folder / 20)}/src/m${folder % 20}/file-${index % 50}.ts`;
}

/** Some hundred lines that differ from file to file. */
function content(index: number, version: number): string {
  const lines = Array.from(
    { length: 60 + (index % 90) },
    (_, line) => `export const value${line} = compute(${index}, ${line * 7}); // account ${(index * line) % 1000}\n`,
  );
  return `${lines.join("")}// version ${version}\n`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
