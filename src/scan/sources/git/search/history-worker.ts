import { parentPort, workerData } from "node:worker_threads";
import { FIRST_WALK, LAST_WALK } from "../../../kernel/assembly/pack-layout.ts";
import { PackKernel, type PackMemory } from "../../../kernel/pack-kernel.ts";
import type { DiskPath } from "../../disk/disk-path.ts";
import { timeUpAfter } from "../../disk/slice.ts";
import { RegularFile } from "../regular-file.ts";
import { LossLimit, type UntoldLosses } from "./loss-limit.ts";
import type { ObjectDetection, SearchedType } from "./object-hit.ts";
import { readChunks } from "./pack-reader.ts";
import { type Loss, type MetNode, PackWalker, type WalkEvents } from "./pack-walker.ts";
import { NamedBlobs } from "./packed-by-name.ts";

/** What a worker is started with. */
export interface PackOrders {
  readonly thread: number;
  readonly pack: DiskPath;
  /** The pack's length, in bytes. */
  readonly length: number;
  readonly memory: PackMemory;
  readonly packKernel: WebAssembly.Module;
  readonly documentKernel: WebAssembly.Module;
}

/**
 * What a worker tells. It holds no secret: detections have none. Those that many objects share are sent once, and go by their numbers
 * in the order in which they came.
 */
export interface PackReport {
  readonly detections: readonly ObjectDetection[];
  readonly found: readonly (readonly [node: number, type: SearchedType, detections: readonly number[]])[];
  readonly lost: readonly Loss[];
  /** See WalkEvents.onNamed. */
  readonly named: readonly string[];
  /** Whether this is all of the first walk. */
  readonly endsFirstWalk: boolean;
  /** In the last report; null in any other. */
  readonly untold: UntoldLosses | null;
}

/** An object that a worker leaves to the main thread; it tells of it before its last report. */
export interface HandedNode {
  readonly handed: MetNode;
  /** What it counts for among what is pending. */
  readonly weight: number;
}

const SLICE_MS = 50;
const MOST_FOUND = 4096;
/**
 * The detector takes a tenth of a second of each thread to warm up, so what few objects there are to look into goes to the main thread; where
 * they are many, or large, each looks into its own.
 */
const MOST_PENDING = 16 * 2 ** 20;
/** What an object counts for besides its bytes. */
const PENDING_OVERHEAD = 2 ** 16;

/** Gathers what is met, so that not every object is a message. */
class Outbox implements WalkEvents {
  readonly #numbers = new Map<unknown, number>();
  readonly #limit = new LossLimit((loss) => this.#lost.push(loss));
  #detections: ObjectDetection[] = [];
  #found: [number, SearchedType, number[]][] = [];
  #lost: Loss[] = [];
  readonly #named = new NamedBlobs();

  onFound(node: number, type: SearchedType, found: readonly ObjectDetection[]): void {
    const numbers = found.map((detection) => this.#number(detection));
    if (this.#found.push([node, type, numbers]) >= MOST_FOUND) this.send("more comes");
  }

  onLost(loss: Loss): void {
    this.#limit.add(loss);
  }

  onNamed(ids: readonly string[]): void {
    this.#named.add(ids);
  }

  send(then: "more comes" | "next walk" | "end"): void {
    if (then === "more comes" && this.#found.length + this.#lost.length === 0) return;
    const isLast = then === "end";
    const report: PackReport = {
      detections: this.#detections,
      found: this.#found,
      lost: this.#lost,
      named: isLast ? this.#named.ids : [],
      endsFirstWalk: then === "next walk",
      untold: isLast ? this.#limit.untold : null,
    };
    this.#detections = [];
    this.#found = [];
    this.#lost = [];
    parentPort?.postMessage(report);
  }

  #number(found: ObjectDetection): number {
    // What repeats in plain objects is the same detection each time; each archive is told anew.
    const key = found.within.length === 0 ? found.detection : found;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(key, number);
    this.#detections.push(found);
    return number;
  }
}

async function work({ thread, pack, length, memory, packKernel, documentKernel }: PackOrders): Promise<void> {
  const file = new RegularFile(pack);
  try {
    const read = (position: number, into: Uint8Array): number => file.read(into, position);
    const kernel = new PackKernel(packKernel, memory, thread, read);
    const outbox = new Outbox();
    const handOver = (met: MetNode): boolean => {
      const weight = met.bytes.length + PENDING_OVERHEAD;
      if (weight > MOST_PENDING || !kernel.addPending(weight, MOST_PENDING)) return false;
      const handed: HandedNode = { handed: { ...met, bytes: met.bytes.slice() }, weight };
      parentPort?.postMessage(handed);
      return true;
    };
    const walker = new PackWalker({ kernel, documentKernel, events: outbox, read, handOver });
    if (kernel.pack !== 0) readChunks(kernel, length, read);
    kernel.awaitPhase(FIRST_WALK);
    while (await walker.run(timeUpAfter(SLICE_MS))) outbox.send("more comes");
    outbox.send("next walk");
    kernel.awaitPhase(LAST_WALK);
    while (await walker.run(timeUpAfter(SLICE_MS))) outbox.send("more comes");
    outbox.send("end");
  } finally {
    file.close();
  }
}

await work(workerData as PackOrders);
