import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";

export interface Measurement {
  /** By the wall clock. */
  readonly seconds: number;
  /** Of user and system, all threads together. */
  readonly processorSeconds: number;
  readonly residentMB: number;
}

/**
 * One run: the wall clock, process start included, and the most memory that was resident.
 * @param input a file that it reads as its standard input
 */
export function measure(program: string, arguments_: readonly string[], input: string | null = null): Measurement {
  const stdin = input === null ? null : openSync(input, "r");
  const started = performance.now();
  const { stderr } = spawnSync("/usr/bin/time", ["-f", "resident=%M processor=%U+%S", program, ...arguments_], {
    encoding: "latin1",
    maxBuffer: 1 << 30,
    stdio: [stdin ?? "ignore", "ignore", "pipe"],
  });
  if (stdin !== null) closeSync(stdin);
  const seconds = (performance.now() - started) / 1000;
  const [, resident = 0, user = 0, system = 0] = /resident=(\d+) processor=([\d.]+)\+([\d.]+)/.exec(stderr) ?? [];
  return { seconds, processorSeconds: Number(user) + Number(system), residentMB: (Number(resident) * 1024) / 1e6 };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
