/** What any program on Node takes for the tree, step by step, beside ripgrep and keysweep. */
import { join } from "node:path";
import { type Measurement, measure, median } from "./measure.ts";

const ROOT = join(import.meta.dirname, "..");
const ROUNDS = 7;

/** @param folder where the loop may be built: as TypeScript it would take longer to start */
export async function benchFloor(tree: string, folder: string): Promise<void> {
  const { build } = await import("rolldown");
  const loop = join(folder, "floor-loop.mjs");
  await build({ input: join(import.meta.dirname, "floor-loop.ts"), platform: "node", output: { file: loop } });
  const keysweep = ["scan", tree, "--no-repository-config", "--ledger", "none", "--format", "json", "--quiet"];
  const contenders: readonly (readonly [name: string, program: string, arguments_: readonly string[]])[] = [
    ["rg", "rg", ["-uuu", "-c", "AKIA[A-Z2-7]{16}", tree]],
    ["node -e 0", process.execPath, ["-e", "0"]],
    ["two threads", process.execPath, [loop, "start", tree]],
    ["and list", process.execPath, [loop, "list", tree]],
    ["and open", process.execPath, [loop, "open", tree]],
    ["and read", process.execPath, [loop, "read", tree]],
    ["and search", process.execPath, [loop, "search", tree]],
    ["keysweep", process.execPath, [join(ROOT, "dist", "main.js"), ...keysweep]],
  ];
  const runs = new Map<string, Measurement[]>(contenders.map(([name]) => [name, []]));
  // In turns; the first round only warms the caches.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, program, arguments_] of contenders) {
      const measured = measure(program, arguments_);
      if (round > 0) runs.get(name)?.push(measured);
    }
  }
  process.stdout.write(`\n${row("", "seconds", "of rg", "processor", "of rg")}`);
  const [seconds, processor] = mediansOf(runs.get("rg") ?? []);
  for (const [name, all] of runs) {
    const [own, ownProcessor] = mediansOf(all);
    const ratios = [(own / seconds).toFixed(2), (ownProcessor / processor).toFixed(2)] as const;
    process.stdout.write(row(name, own.toFixed(3), ratios[0], ownProcessor.toFixed(2), ratios[1]));
  }
}

function mediansOf(all: readonly Measurement[]): readonly [seconds: number, processorSeconds: number] {
  return [median(all.map(({ seconds }) => seconds)), median(all.map(({ processorSeconds }) => processorSeconds))];
}

function row(name: string, ...columns: readonly string[]): string {
  return `${name.padEnd(12)}${columns.map((text) => text.padStart(10)).join("")}\n`;
}
