import { ANCHOR_TABLE } from "../../generated/anchors.ts";
import { KERNEL } from "../../generated/kernel.ts";
import type { Kernel } from "./kernel.ts";

/** How much of a document the kernel holds at once, in bytes: a chunk, and what of the chunk before is looked at again. */
export const INPUT_CAPACITY = (1024 + 256) * 1024;

/** How many hits one search may put out. */
export const HITS_CAPACITY = 4096;

const PAGE = 65_536;
/** Loads of whole vectors reach so far behind the input; what they see there has no influence. */
const SLACK = 4096;

/** The functions of assembly/index.ts. */
interface Exports {
  search(table: number, from: number, to: number, hits: number, capacity: number): number;
  countLines(from: number, to: number): number;
}

/** Compiles the kernel. The module can be posted to worker threads, which then need not compile it. */
export function compileKernel(): WebAssembly.Module {
  return new WebAssembly.Module(Buffer.from(KERNEL, "base64"));
}

/** A kernel with a memory of its own, for one thread. */
export function instantiateKernel(module: WebAssembly.Module): Kernel {
  return instantiateWith(module, Buffer.from(ANCHOR_TABLE, "base64"));
}

/** A kernel that looks for the anchors of another table (see anchor-table.ts) than the one of rules/. */
export function instantiateWith(module: WebAssembly.Module, table: Uint8Array): Kernel {
  const hitsAt = align(table.length);
  const inputAt = align(hitsAt + HITS_CAPACITY * 4);
  const memory = new WebAssembly.Memory({ initial: Math.ceil((inputAt + INPUT_CAPACITY + SLACK) / PAGE) });
  new Uint8Array(memory.buffer).set(table);
  const { search, countLines } = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;

  const input = new Uint8Array(memory.buffer, inputAt, INPUT_CAPACITY);
  const hits = new Uint32Array(memory.buffer, hitsAt, HITS_CAPACITY);
  return {
    input,
    hits,
    search(from, to) {
      checkRange(from, to);
      const found = search(0, inputAt + from, inputAt + to, hitsAt, HITS_CAPACITY);
      for (let i = 0; i < found; i++) hits[i] = (hits[i] ?? 0) - inputAt;
      return found;
    },
    countLines(from, to) {
      checkRange(from, to);
      return countLines(inputAt + from, inputAt + to);
    },
  };
}

function checkRange(from: number, to: number): void {
  if (!(from >= 0 && to <= INPUT_CAPACITY)) throw new RangeError(`outside the kernel's input: ${from} to ${to}`);
}

function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}
