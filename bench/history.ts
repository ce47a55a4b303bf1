/**
 * `npm run bench -- history --repository DIR [--rounds N] [--without-log]`: a scan of a repository as users run it, and the search of its packs alone
 * (all objects; up to where all blobs are searched), against git, which searches nothing: `git cat-file` writes out every object, or the blobs whose ids it is given, in the order of ids or of the pack;
 * `git log -p` every change that is not a merge's. In turns, in one run; what counts is the ratio.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";
import { buildIfStale } from "../scripts/build.ts";
import { type Measurement, measure, median } from "./measure.ts";

const { values } = parseArgs({
  options: {
    repository: { type: "string", default: "." },
    rounds: { type: "string", default: "5" },
    "without-log": { type: "boolean", default: false },
  },
});
const { repository } = values;
const git = ["--no-pager", "-c", "safe.directory=*", "-C", repository];

await buildIfStale();

const work = mkdtempSync(join(tmpdir(), "keysweep-bench-"));
process.on("exit", () => rmSync(work, { recursive: true }));

/** The search as users run it, with no types to be taken off first in each thread. */
async function bundleSearch(): Promise<string> {
  const root = join(import.meta.dirname, "..");
  const bundle = await rolldown({
    cwd: root,
    platform: "node",
    input: { search: "bench/history-run.ts", "history-worker": "src/scan/sources/git/search/history-worker.ts" },
  });
  await bundle.write({ dir: work, format: "esm", entryFileNames: "[name].js", chunkFileNames: "[name].js" });
  writeFileSync(join(work, "package.json"), '{ "type": "module" }');
  return join(work, "search.js");
}

/** The ids of all blobs, a line each. */
function listBlobs(name: string, ...options: readonly string[]): string {
  const format = "--batch-check=%(objecttype) %(objectname)";
  const objects = execFileSync("git", [...git, "cat-file", "--batch-all-objects", format, ...options], {
    encoding: "latin1",
    maxBuffer: 2 ** 32,
  });
  const ids = objects.split("\n").flatMap((line) => (line.startsWith("blob ") ? [line.slice(5)] : []));
  const path = join(work, name);
  writeFileSync(path, `${ids.join("\n")}\n`);
  return path;
}

const search = await bundleSearch();
const blobsById = listBlobs("by-id");
const blobsInPack = listBlobs("in-pack", "--unordered");

/** A scan that remembers nothing of an earlier one. */
function scan(): Measurement {
  const state = mkdtempSync(join(tmpdir(), "keysweep-bench-"));
  try {
    const program = join(import.meta.dirname, "..", "dist", "main.js");
    const options = ["--no-repository-config", "--ledger", "none", "--format", "json", "--quiet"];
    return measure("env", [`XDG_STATE_HOME=${state}`, process.execPath, program, "scan", repository, ...options]);
  } finally {
    rmSync(state, { recursive: true });
  }
}

const runs: Readonly<Record<string, () => Measurement>> = {
  "keysweep scan": scan,
  "pack search": () => measure(process.execPath, [search, repository]),
  "… its blobs": () => measure(process.execPath, [search, repository, "--blobs"]),
  "git cat-file": () => measure("git", [...git, "cat-file", "--batch-all-objects", "--batch", "--unordered"]),
  "… blobs by id": () => measure("git", [...git, "cat-file", "--batch"], blobsById),
  "… blobs in pack": () => measure("git", [...git, "cat-file", "--batch"], blobsInPack),
};

function tell(name: string, measured: readonly Measurement[], base: number): void {
  const seconds = median(measured.map((run) => run.seconds));
  const processor = median(measured.map((run) => run.processorSeconds));
  const resident = Math.max(...measured.map((run) => run.residentMB));
  process.stdout.write(
    `${name.padEnd(16)}${seconds.toFixed(2).padStart(9)}${(seconds / base).toFixed(3).padStart(13)}${processor.toFixed(2).padStart(14)}${resident.toFixed(0).padStart(7)}\n`,
  );
}

const rounds = Number(values.rounds);
const measured = new Map<string, Measurement[]>(Object.keys(runs).map((name) => [name, []]));
// In turns, so that whatever else the machine does hits both alike; the first round only warms the caches.
for (let round = 0; round <= rounds; round++) {
  for (const [name, run] of Object.entries(runs)) {
    const one = run();
    if (round > 0) measured.get(name)?.push(one);
  }
}
// It takes minutes, so once is enough.
if (!values["without-log"]) measured.set("git log -p", [measure("git", [...git, "log", "-p", "--all"])]);

const [cpu] = cpus();
process.stdout.write(
  `${repository}\n${availableParallelism()} cores, ${cpu?.model ?? "unknown"}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}, ${rounds} rounds\n`,
);
process.stdout.write("program           seconds  of cat-file  processor s     MB\n");
const base = median((measured.get("git cat-file") ?? []).map(({ seconds }) => seconds));
for (const [name, all] of measured) tell(name, all, base);
