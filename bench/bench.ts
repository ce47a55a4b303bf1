/**
 * `npm run bench [-- --tree DIR]`: keysweep, as users get it, against ripgrep and whatever peer is on PATH, over one tree, in one run.
 * `npm run bench -- kernel [FILE …]`: the search kernel alone.
 * `npm run bench -- history --repository DIR`: a repository's history, against git (history.ts).
 * `npm run bench -- hook`: how long a commit waits.
 * `npm run bench -- detection`: what is found of keys in every format of the tests (detection.ts).
 * `npm run bench -- floor`: what any program on Node takes for the tree.
 *
 * What counts is the ratio, measured side by side; seconds say as much of the machine as of the program.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { buildIfStale } from "../scripts/build.ts";
import { type Measurement, measure, median } from "./measure.ts";
import { ensureTree } from "./tree.ts";

const ROOT = join(import.meta.dirname, "..");
const RUNS = 5;

/** A program over a tree; `arguments_` gets the tree's path. */
interface Contender {
  readonly name: string;
  readonly program: string;
  readonly arguments_: (tree: string) => readonly string[];
}

const KEYSWEEP: Contender = {
  name: "keysweep",
  program: process.execPath,
  arguments_: (tree) => [
    join(ROOT, "dist", "main.js"),
    "scan",
    tree,
    "--no-repository-config",
    "--ledger",
    "none",
    "--format",
    "json",
    "--quiet",
  ],
};

const RIPGREP: Contender = {
  name: "rg",
  program: "rg",
  arguments_: (tree) => ["-uuu", "-c", "AKIA[A-Z2-7]{16}", tree],
};

const PEERS: readonly Contender[] = [
  { name: "gitleaks", program: "gitleaks", arguments_: (tree) => ["dir", tree, "--no-banner", "--redact"] },
  { name: "betterleaks", program: "betterleaks", arguments_: (tree) => ["dir", tree, "--no-banner", "--redact"] },
  {
    name: "trufflehog",
    program: "trufflehog",
    arguments_: (tree) => ["filesystem", tree, "--no-verification", "--no-update"],
  },
  { name: "kingfisher", program: "kingfisher", arguments_: (tree) => ["scan", tree, "--no-validate"] },
  { name: "titus", program: "titus", arguments_: (tree) => ["scan", tree] },
  { name: "secretlint", program: "secretlint", arguments_: (tree) => [`${tree}/**/*`] },
];

function isOnPath(program: string): boolean {
  return spawnSync("which", [program]).status === 0;
}

function compare(tree: string): void {
  const contenders = [KEYSWEEP, RIPGREP, ...PEERS].filter(({ name, program }) => {
    if (name === "keysweep" || isOnPath(program)) return true;
    process.stdout.write(`${name}: not on PATH\n`);
    return false;
  });
  const runs = new Map<string, Measurement[]>(contenders.map(({ name }) => [name, []]));
  // In turns, so that whatever else the machine does hits all alike; the first round only warms the caches.
  for (let round = 0; round <= RUNS; round++) {
    for (const { name, program, arguments_ } of contenders) {
      const measured = measure(program, arguments_(tree));
      if (round > 0) runs.get(name)?.push(measured);
    }
  }
  const base = median((runs.get("rg") ?? []).map(({ seconds }) => seconds));
  process.stdout.write(`\n${"program".padEnd(14)}${"seconds".padStart(9)}${"of rg".padStart(8)}${"MB".padStart(7)}\n`);
  for (const [name, measured] of runs) {
    const seconds = median(measured.map((run) => run.seconds));
    const resident = Math.max(...measured.map((run) => run.residentMB));
    const ratio = Number.isNaN(base) ? "" : (seconds / base).toFixed(2);
    process.stdout.write(
      `${name.padEnd(14)}${seconds.toFixed(3).padStart(9)}${ratio.padStart(8)}${resident.toFixed(0).padStart(7)}\n`,
    );
  }
}

/** How much later than `node -e 0` a scan of nothing ends: what a hook waits for. */
function compareStart(): void {
  const folder = mkdtempSync(join(tmpdir(), "keysweep-bench-"));
  try {
    const bare: number[] = [];
    const scan: number[] = [];
    for (let round = 0; round < 21; round++) {
      bare.push(measure(process.execPath, ["-e", "0"]).seconds);
      const program = join(ROOT, "dist", "main.js");
      scan.push(measure(process.execPath, [program, "scan", folder, "--ledger", "none", "--quiet"]).seconds);
    }
    const over = (median(scan) - median(bare)) * 1000;
    process.stdout.write(
      `start of scan: ${over.toFixed(1)} ms over \`node -e 0\` (${(median(bare) * 1000).toFixed(1)} ms)\n`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main(): Promise<void> {
  const [first, second] = process.argv.slice(2);
  if (first === "kernel" || first === "history" || first === "audit") {
    process.argv.splice(2, 1);
    await import(`./${first}.ts`);
    return;
  }
  await buildIfStale();
  if (first === "detection") {
    const { benchDetection } = await import("./detection.ts");
    benchDetection();
    return;
  }
  if (first === "hook") {
    const { benchHook } = await import("./hook.ts");
    benchHook(join(ROOT, ".bench"));
    return;
  }
  if (first === "floor") {
    const { benchFloor } = await import("./floor.ts");
    await benchFloor(ensureTree(join(ROOT, ".bench")), join(ROOT, ".bench"));
    return;
  }
  const tree = first === "--tree" && second !== undefined ? second : ensureTree(join(ROOT, ".bench"));
  const [cpu] = cpus();
  process.stdout.write(
    `${tree}\n${availableParallelism()} cores, ${cpu?.model ?? "unknown"}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}\n`,
  );
  compare(tree);
  compareStart();
}

await main();
