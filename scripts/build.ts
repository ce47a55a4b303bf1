/**
 * Builds dist/ from src/. Whatever it says goes to stderr: `npm start --silent -- scan --format json` prints data on
 * stdout and nothing else.
 */
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { thirdPartyLicenses } from "./third-party-licenses.ts";

const ROOT = join(import.meta.dirname, "..");
const DIST = join(ROOT, "dist");
const ENTRY = join(DIST, "main.js");
const SOURCES = ["src", "package.json", "package-lock.json", "rolldown.config.ts"];

/** Builds only when a source is newer than the last build: a few milliseconds when it is not. */
export async function buildIfStale(): Promise<void> {
  if (isStale()) await buildAll();
}

async function buildAll(): Promise<void> {
  const { build } = await import("rolldown");
  const { default: options, output } = await import("../rolldown.config.ts");
  // Built aside and moved into place: neither a build that fails nor two at once leave half a dist/ behind.
  const aside = mkdtempSync(join(ROOT, "node_modules", ".keysweep-build-"));
  const startedAt = new Date();
  try {
    const built = join(aside, "new");
    const bundle = await build({ ...options, cwd: ROOT, logLevel: "warn", output: { ...output, dir: built } });
    const modules = bundle.output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
    const licenses = thirdPartyLicenses(modules, readFileSync(join(ROOT, "LICENSE"), "utf8"));
    writeFileSync(join(built, "THIRD-PARTY-LICENSES"), licenses);
    const { configurationSchemas } = await import("./configuration-schema.ts");
    for (const [name, schema] of await configurationSchemas())
      writeFileSync(join(built, name), `${JSON.stringify(schema, null, 2)}\n`);
    chmodSync(join(built, "main.js"), 0o755);
    // A source saved while the build ran must count as newer than it.
    utimesSync(join(built, "main.js"), startedAt, startedAt);
    replaceDirectory(built, DIST, join(aside, "old"));
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function isStale(): boolean {
  const built = modifiedAt(ENTRY);
  return SOURCES.some((source) => newestBelow(join(ROOT, source)) > built);
}

/** When the newest of the files and folders at and below a path was written; a folder's own time tells of removed files. */
function newestBelow(path: string): number {
  const own = statSync(path);
  if (!own.isDirectory()) return own.mtimeMs;
  return Math.max(own.mtimeMs, ...readdirSync(path).map((name) => newestBelow(join(path, name))));
}

function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}

function replaceDirectory(from: string, to: string, old: string): void {
  try {
    renameSync(to, old);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  renameSync(from, to);
}

if (import.meta.main) await buildAll();
