/** What any program on Node takes for the tree, step by step, beside ripgrep and keysweep. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const ROUNDS = 7;

/** A program, and what it takes in its rounds: seconds by the clock, and of all processors. */
interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  readonly seconds: number[];
  readonly processor: number[];
}

/** @param folder where the loop may be built: Node takes its time to strip types */
export async function benchFloor(tree: string, folder: string): Promise<void> {
  const { build } = await import("rolldown");
  const loop = join(folder, "floor-loop.mjs");
  await build({ input: join(import.meta.dirname, "floor-loop.ts"), platform: "node", output: { file: loop } });
  const keysweep = ["scan", tree, "--no-repository-config", "--ledger", "none", "--format", "json", "--quiet"];
  const contenders = [
    contender("rg", "rg", "-uuu", "-c", "AKIA[A-Z2-7]{16}", tree),
    contender("node -e 0", process.execPath, "-e", "0"),
    contender("two threads", process.execPath, loop, "start", tree),
    contender("and list", process.execPath, loop, "list", tree),
    contender("and open", process.execPath, loop, "open", tree),
    contender("and read", process.execPath, loop, "read", tree),
    contender("and search", process.execPath, loop, "search", tree),
    contender("keysweep", process.execPath, join(ROOT, "dist", "main.js"), ...keysweep),
  ];
  for (let round = 0; round <= ROUNDS; round++) for (const one of contenders) measure(one, round === 0);
  const [rg] = contenders;
  process.stdout.write(`\n${"".padEnd(12)}${"seconds".padStart(9)}${"of rg".padStart(8)}${"processor".padStart(11)}\n`);
  for (const { name, seconds, processor } of contenders) {
    const middle = median(seconds);
    const ratio = (middle / median(rg?.seconds ?? [])).toFixed(2);
    process.stdout.write(
      `${name.padEnd(12)}${middle.toFixed(3).padStart(9)}${ratio.padStart(8)}${median(processor).toFixed(2).padStart(11)}\n`,
    );
  }
}

function contender(name: string, ...command: readonly string[]): Contender {
  return { name, command, seconds: [], processor: [] };
}

function measure({ command, seconds, processor }: Contender, isWarmUp: boolean): void {
  const started = performance.now();
  const { stderr } = spawnSync("/usr/bin/time", ["-f", "took %U %S", ...command], {
    encoding: "latin1",
    stdio: ["ignore", "ignore", "pipe"],
  });
  const elapsed = (performance.now() - started) / 1000;
  const [, user, system] = /took ([\d.]+) ([\d.]+)/.exec(stderr) ?? [];
  if (isWarmUp) return;
  seconds.push(elapsed);
  processor.push(Number(user) + Number(system));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
