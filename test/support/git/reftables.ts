import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RefTarget } from "../../../src/scan/sources/git/refs/ref-records.ts";
import type { LogEntry, TableRecord } from "../../../src/scan/sources/git/refs/reftable/table.ts";
import type { GitFixture } from "./git.ts";
import { logRecord, sorted, type TableOptions, USUAL, writeTable } from "./reftable-writer.ts";

/** These git keeps in files, however it keeps refs. */
const ALWAYS_FILES = ["FETCH_HEAD", "MERGE_HEAD"];
const STUB = "ref: refs/heads/.invalid\n";

/** Writes a stack of tables into a git directory. @param tables the oldest first */
export function writeStack(gitFolder: string, tables: readonly Buffer[]): void {
  const folder = join(gitFolder, "reftable");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const names = tables.map((_, order) => {
    const change = (order + 1).toString(16).padStart(12, "0");
    return `0x${change}-0x${change}-${(order + 1).toString(16).padStart(8, "0")}.ref`;
  });
  tables.forEach((bytes, order) => writeFileSync(join(folder, names[order] ?? ""), bytes));
  writeFileSync(join(folder, "tables.list"), names.map((name) => `${name}\n`).join(""));
}

/** Puts the refs and logs of a repository, and of its linked work trees, into tables: what it says stays the same. The git that made it may not know it again. */
export function keepInTables(git: GitFixture, options: Partial<TableOptions> = {}): void {
  const hash = git.run("rev-parse", "--show-object-format") === "sha256" ? "sha256" : "sha1";
  const shared = git.run("for-each-ref", "--format=%(refname)").split("\n");
  git.run("pack-refs", "--all", "--prune");
  const packed = packedRefs(git.gitFolder);
  const worktrees = join(git.gitFolder, "worktrees");
  const linked = existsSync(worktrees) ? readdirSync(worktrees).map((name) => join(worktrees, name)) : [];
  for (const folder of [git.gitFolder, ...linked]) {
    const refs = new Map<string, RefTarget>([...(folder === git.gitFolder ? packed : []), ...ownRefs(folder)]);
    const records: TableRecord[] = Array.from(refs, ([name, target]) => ({ kind: "ref", name, target }));
    const table = writeTable(sorted([...records, ...logsOf(folder)]), { ...USUAL, hash, ...options });
    for (const name of ["packed-refs", "refs", "logs", ...rootRefs(folder)]) {
      rmSync(join(folder, name), { recursive: true, force: true });
    }
    mkdirSync(join(folder, "refs"));
    writeFileSync(join(folder, "refs/heads"), "this repository uses the reftable format\n");
    writeFileSync(join(folder, "HEAD"), STUB);
    writeStack(folder, [table]);
    if (folder === git.gitFolder && shared.some((name) => name !== "" && !refs.has(name)))
      throw new Error("lost a ref");
  }
  const config = readFileSync(join(git.gitFolder, "config"), "utf8").replace(
    /repositoryformatversion = 0/,
    "repositoryformatversion = 1",
  );
  writeFileSync(join(git.gitFolder, "config"), `${config}[extensions]\n\trefStorage = reftable\n`);
}

function packedRefs(folder: string): [string, RefTarget][] {
  const path = join(folder, "packed-refs");
  const lines = existsSync(path) ? readFileSync(path, "latin1").split("\n") : [];
  return lines.flatMap((line) => {
    const [, id, name] = /^([0-9a-f]+) (.+)$/.exec(line) ?? [];
    return id === undefined || name === undefined ? [] : [[name, { id }] as [string, RefTarget]];
  });
}

/** HEAD and its like, and loose refs. */
function ownRefs(folder: string): [string, RefTarget][] {
  return [...rootRefs(folder), ...filesBelow(folder, "refs")].map((name) => {
    const text = readFileSync(join(folder, name), "latin1").trim();
    return [name, text.startsWith("ref: ") ? { symbolic: text.slice(5) } : { id: text }];
  });
}

function rootRefs(folder: string): string[] {
  return readdirSync(folder).filter(
    (name) => /^[A-Z_]*(HEAD|AUTO_?[A-Z]+)$/.test(name) && !ALWAYS_FILES.includes(name),
  );
}

function logsOf(folder: string): TableRecord[] {
  let change = 0;
  return filesBelow(folder, "logs").flatMap((file) => {
    const lines = readFileSync(join(folder, file), "latin1").split("\n").slice(0, -1);
    return lines.map((line) => logRecord(file.slice("logs/".length), ++change, entryOf(line)));
  });
}

function entryOf(line: string): LogEntry {
  const [
    ,
    oldId = "",
    newId = "",
    person = "",
    mail = "",
    seconds = "",
    sign = "",
    hours = "",
    minutes = "",
    message = "",
  ] = /^(\w+) (\w+) (.*) <(.*)> (\d+) ([+-])(\d\d)(\d\d)\t?(.*)$/s.exec(line) ?? [];
  const zone = (sign === "-" ? -1 : 1) * (60 * Number(hours) + Number(minutes));
  return { oldId, newId, person, mail, seconds: Number(seconds), zone, message: `${message}\n` };
}

function filesBelow(folder: string, name: string): string[] {
  if (!existsSync(join(folder, name))) return [];
  return readdirSync(join(folder, name), { recursive: true, encoding: "latin1" })
    .map((each) => `${name}/${each}`)
    .filter((each) => statSync(join(folder, each)).isFile())
    .sort();
}
