/**
 * `npm run bench -- history --repository DIR [--rounds N] [--without-log]`: the search of all that a repository's packs hold, against git, which
 * searches nothing: `git cat-file` writes out every blob, `git log -p` every change that is not a merge's. In turns, in one run; what counts is the ratio.
 */
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
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

const runs: Readonly<Record<string, () => Measurement>> = {
  keysweep: () => measure(process.execPath, [join(import.meta.dirname, "history-run.ts"), repository]),
  "git cat-file": () => measure("git", [...git, "cat-file", "--batch-all-objects", "--batch", "--unordered"]),
};

function tell(name: string, measured: readonly Measurement[], base: number): void {
  const seconds = median(measured.map((run) => run.seconds));
  const processor = median(measured.map((run) => run.processorSeconds));
  const resident = Math.max(...measured.map((run) => run.residentMB));
  process.stdout.write(
    `${name.padEnd(14)}${seconds.toFixed(2).padStart(9)}${(seconds / base).toFixed(3).padStart(13)}${processor.toFixed(2).padStart(14)}${resident.toFixed(0).padStart(7)}\n`,
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
process.stdout.write("program         seconds  of cat-file  processor s     MB\n");
const base = median((measured.get("git cat-file") ?? []).map(({ seconds }) => seconds));
for (const [name, all] of measured) tell(name, all, base);
