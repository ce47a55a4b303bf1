import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { REMOVALS } from "../test/simulation/guards.ts";
import { drawScenario } from "../test/simulation/scenario.ts";
import { simulate } from "../test/simulation/simulate.ts";
import { noticedAt, shrink, simulateSeed } from "../test/simulation/try.ts";

/*
 * npm run simulate                      100,000 lives of a key, on all cores
 * npm run simulate -- --runs N --from N
 * npm run simulate -- --seed N          one of them, told step by step; where it breaks a law, with all left out that is not needed for that
 * npm run simulate -- --guards          each guard taken away: the first seed that notices
 */

interface Part {
  readonly from: number;
  readonly runs: number;
}

interface Tally {
  readonly ends: Record<string, number>;
  readonly broken: { readonly seed: number; readonly violation: string }[];
}

const MOST_SEEDS_FOR_A_GUARD = 60_000;

async function tally({ from, runs }: Part): Promise<Tally> {
  const result: Tally = { ends: {}, broken: [] };
  for (let seed = from; seed < from + runs; seed += 1) {
    const { end, violations } = await simulateSeed(seed);
    result.ends[end] = (result.ends[end] ?? 0) + 1;
    const [violation] = violations;
    if (violation !== undefined) result.broken.push({ seed, violation });
  }
  return result;
}

function inWorker(part: Part): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: part });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

async function simulateMany(from: number, runs: number): Promise<boolean> {
  const startedAt = performance.now();
  const workers = Math.min(availableParallelism(), runs);
  const share = Math.ceil(runs / workers);
  const parts = Array.from({ length: workers }, (_, index) => ({
    from: from + index * share,
    runs: Math.min(share, runs - index * share),
  }));
  const tallies = await Promise.all(parts.map(inWorker));
  const ends = new Map<string, number>();
  for (const [end, count] of tallies.flatMap(({ ends: each }) => Object.entries(each)))
    ends.set(end, (ends.get(end) ?? 0) + count);
  const broken = tallies.flatMap((each) => each.broken);
  for (const [end, count] of [...ends].sort(([, one], [, other]) => other - one)) print(`${count}\t${end}`);
  for (const { seed, violation } of broken.slice(0, 20)) print(`BROKEN by seed ${seed}: ${violation}`);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  print(
    `${runs} runs on ${workers} cores in ${seconds} s (${process.cpuUsage().user / 1e6} s of processor time): ${broken.length} broke a law`,
  );
  return broken.length === 0;
}

async function tell(seed: number): Promise<boolean> {
  const scenario = drawScenario(seed);
  const { violations } = await simulate(scenario);
  const told = violations.length === 0 ? scenario : await shrink(scenario);
  print(JSON.stringify(told, null, 2));
  const verdict = await simulate(told, { isTraced: true });
  for (const line of verdict.trace) print(line);
  for (const violation of verdict.violations) print(`BROKEN: ${violation}`);
  print(`ends as ${verdict.end}`);
  return violations.length === 0;
}

async function tryGuards(): Promise<boolean> {
  let isComplete = true;
  for (const removal of REMOVALS) {
    const broken = await noticedAt(removal, 0, MOST_SEEDS_FOR_A_GUARD);
    isComplete &&= broken !== null;
    print(
      `| ${removal.name} | ${removal.without} | ${broken?.seed ?? "NOT NOTICED"} | ${broken?.violations[0]?.slice(25) ?? ""} |`,
    );
  }
  return isComplete;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "100000" },
      from: { type: "string", default: "0" },
      seed: { type: "string" },
      guards: { type: "boolean", default: false },
    },
  });
  const isRight = values.guards
    ? await tryGuards()
    : values.seed === undefined
      ? await simulateMany(Number(values.from), Number(values.runs))
      : await tell(Number(values.seed));
  process.exitCode = isRight ? 0 : 1;
}

if (isMainThread) await main();
else parentPort?.postMessage(await tally(workerData as Part));
