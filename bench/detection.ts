/**
 * `npm run bench -- detection`: what scanners find of access keys written down in every format that the tests know. A format is a writer of
 * documents as tools and people make them; ids and secrets are made at run time. Our own tests hold keysweep to these very formats, so what
 * the comparison shows is which kinds of places others do not read, and not how either would do with formats that nobody thought of.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Expected } from "../test/support/formats/format.ts";
import { FORMATS, renderAny } from "../test/support/formats/index.ts";
import { randomFrom } from "../test/support/random.ts";

/** Documents of each format, each from a seed of its own. */
const DOCUMENTS = 5;
const ROOT = join(import.meta.dirname, "..");

/** What a scanner said of one file: whether it told this id, and this secret. */
interface Told {
  id(id: string): boolean;
  secret(id: string, secret: string): boolean;
}

interface Scanner {
  readonly name: string;
  readonly program: string;
  /** By the number of the document. */
  scan(tree: string, report: string): ReadonlyMap<string, Told>;
}

const KEYSWEEP: Scanner = {
  name: "keysweep",
  program: process.execPath,
  scan(tree, report) {
    const program = join(ROOT, "dist", "main.js");
    const flags = ["--no-repository-config", "--ledger", "none", "--quiet", "--format", "json", "--output", report];
    run(process.execPath, [program, "scan", tree, ...flags]);
    const pairs = new Map<string, Map<string, boolean>>();
    for (const { accessKeyId, hasSecret, places } of JSON.parse(readFileSync(report, "utf8")).findings) {
      for (const { path } of places) {
        const told = upsert(pairs, documentOf(tree, path), () => new Map<string, boolean>());
        told.set(accessKeyId, hasSecret || told.get(accessKeyId) === true);
      }
    }
    // It tells whether it has an id's secret, and never the secret.
    return mapped(pairs, (told) => ({ id: (id) => told.has(id), secret: (id) => told.get(id) === true }));
  },
};

const GITLEAKS: Scanner = {
  name: "gitleaks",
  program: "gitleaks",
  scan(tree, report) {
    const flags = ["--no-banner", "--max-decode-depth", "5", "--max-archive-depth", "5"];
    run("gitleaks", ["dir", tree, ...flags, "--report-format", "json", "--report-path", report]);
    const texts = new Map<string, string[]>();
    for (const { File, Match, Secret } of JSON.parse(readFileSync(report, "utf8"))) {
      upsert(texts, documentOf(tree, File), () => []).push(Match, Secret);
    }
    return mapped(texts, (told) => ({
      id: (id) => told.some((text) => text.includes(id)),
      secret: (_, secret) => told.some((text) => text.includes(secret)),
    }));
  },
};

const NOTHING: Told = { id: () => false, secret: () => false };

export function benchDetection(): void {
  const folder = mkdtempSync(join(tmpdir(), "keysweep-bench-"));
  try {
    const tree = join(folder, "tree");
    const documents = writeDocuments(tree);
    const pairs = documents.reduce((sum, { pairs }) => sum + pairs.length, 0);
    process.stdout.write(
      `${FORMATS.length} formats, ${documents.length} documents, ${pairs} access keys with their secrets\n\n`,
    );
    process.stdout.write(
      `${"program".padEnd(12)}${"ids".padStart(10)}${"secrets".padStart(10)}${"formats, all secrets".padStart(24)}\n`,
    );
    for (const scanner of [KEYSWEEP, GITLEAKS]) {
      if (spawnSync("which", [scanner.program]).status !== 0) process.stdout.write(`${scanner.name}: not on PATH\n`);
      else tell(scanner.name, documents, scanner.scan(tree, join(folder, `${scanner.name}.json`)));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Document = Pick<Expected, "pairs"> & { readonly number: string; readonly format: string };

function writeDocuments(tree: string): readonly Document[] {
  return FORMATS.flatMap((format, index) =>
    Array.from({ length: DOCUMENTS }, (_, seed) => {
      const number = String(index * DOCUMENTS + seed);
      const { content, expected } = renderAny(format, randomFrom(seed * 7919 + index));
      mkdirSync(join(tree, number), { recursive: true });
      writeFileSync(join(tree, number, basename(format.path)), content);
      return { number, format: format.name, pairs: expected.pairs };
    }),
  );
}

function tell(name: string, documents: readonly Document[], told: ReadonlyMap<string, Told>): void {
  let [ids, secrets, all] = [0, 0, 0];
  const incomplete = new Set<string>();
  for (const { number, format, pairs } of documents) {
    const said = told.get(number) ?? NOTHING;
    for (const { id, secret } of pairs) {
      all++;
      if (said.id(id)) ids++;
      if (said.secret(id, secret)) secrets++;
      else incomplete.add(format);
    }
  }
  const share = (part: number): string => `${((part / all) * 100).toFixed(1)} %`;
  const formats = `${FORMATS.length - incomplete.size} of ${FORMATS.length}`;
  process.stdout.write(
    `${name.padEnd(12)}${share(ids).padStart(10)}${share(secrets).padStart(10)}${formats.padStart(24)}\n`,
  );
}

function run(program: string, args: readonly string[]): void {
  const { error } = spawnSync(program, args, { stdio: "ignore" });
  if (error) throw error;
}

/** The number in a document's path, inside an archive too. */
function documentOf(tree: string, path: string): string {
  return path.slice(path.indexOf(tree) + tree.length + 1).split("/")[0] ?? "";
}

function upsert<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function mapped<From, To>(map: ReadonlyMap<string, From>, to: (from: From) => To): ReadonlyMap<string, To> {
  return new Map(Array.from(map, ([key, value]) => [key, to(value)]));
}
