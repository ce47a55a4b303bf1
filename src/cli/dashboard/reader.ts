import { Worker } from "node:worker_threads";
import type { Part, Remembered } from "../../dashboard/message.ts";
import { diskRow, type FindingRow } from "../../dashboard/rows.ts";
import { KeysweepError } from "../../model/error.ts";
import { remedyOf } from "../remedy-of.ts";
import type { Recalled, RecalledFinding } from "./recall.ts";
import type { RecallAnswer, RecallOrders, RecallQuestion, RecallRequest } from "./recall-worker.ts";

/** The bundler makes an entry of its own of it, flat beside this module's chunk. */
const WORKER_FILE = new URL(
  import.meta.url.endsWith(".ts") ? "./recall-worker.ts" : "./recall-worker.js",
  import.meta.url,
);

/** Reads what the ledger remembers in a thread of its own: a large one takes seconds, and keys are answered meanwhile. */
export class Reader {
  readonly #orders: RecallOrders;
  #worker: Worker | null = null;
  /** One answer at a time: each request waits for those before it. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(orders: RecallOrders) {
    this.#orders = orders;
  }

  /** @throws KeysweepError `ledger`. */
  read(request: RecallRequest): Promise<Remembered> {
    return this.#inTurn(() => this.#ask(request));
  }

  /** The parts that another process has changed since they were read. */
  changed(): Promise<readonly Part[]> {
    return this.#inTurn(() => this.#askChanged());
  }

  #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const answer = this.#before.then(ask);
    this.#before = answer.catch(() => {});
    return answer;
  }

  close(): void {
    void this.#worker?.terminate();
    this.#worker = null;
  }

  #ask(request: RecallRequest): Promise<Remembered> {
    const worker = this.#thread();
    return new Promise((resolve, reject) => {
      const pieces = new Pieces();
      const end = (): void => {
        worker.off("message", hear).off("error", die).off("exit", die);
      };
      const ask = (question: RecallQuestion): void => worker.postMessage(question);
      const hear = (answer: RecallAnswer): void => {
        if (answer.kind === "piece") {
          pieces.add(answer.piece);
          // Only now: what has come already would be taken in one go, and no key between.
          if (!answer.last) return ask("more");
          resolve(pieces.whole());
        } else if (answer.kind === "problem") reject(new KeysweepError("ledger", answer.problem));
        end();
      };
      const die = (): void => {
        end();
        this.#worker = null;
        reject(new KeysweepError("ledger", `what is remembered cannot be read (${request.part})`));
      };
      worker.on("message", hear).on("error", die).on("exit", die);
      ask(request);
    });
  }

  async #askChanged(): Promise<readonly Part[]> {
    const worker = this.#worker;
    // Nothing was read yet, or its thread has died: whoever reads next is told why.
    if (worker === null) return [];
    const answer = new Promise<readonly Part[]>((resolve) => {
      const end = (parts: readonly Part[]): void => {
        worker.off("message", hear).off("exit", die);
        resolve(parts);
      };
      const hear = (told: RecallAnswer): void => end(told.kind === "changed" ? told.parts : []);
      const die = (): void => end([]);
      worker.on("message", hear).on("exit", die);
    });
    const question: RecallQuestion = "changed";
    worker.postMessage(question);
    return answer;
  }

  #thread(): Worker {
    if (this.#worker !== null) return this.#worker;
    // What Node was started with is not the worker's: a relative --require would be looked for in the user's folder.
    const worker = new Worker(WORKER_FILE, { workerData: this.#orders, execArgv: [] });
    // Whoever leaves is not kept waiting.
    worker.unref();
    this.#worker = worker;
    return worker;
  }
}

/** What came in pieces, put together. */
class Pieces {
  readonly #lists = new Map<string, unknown[]>();
  #rest: Remembered = {};

  add({ diskFindings, ...piece }: Recalled): void {
    const told: Remembered = diskFindings === undefined ? piece : { ...piece, diskFindings: diskFindings.map(row) };
    for (const [name, value] of Object.entries(told)) {
      if (!Array.isArray(value)) continue;
      const list = this.#lists.get(name) ?? [];
      for (const one of value) list.push(one);
      this.#lists.set(name, list);
    }
    this.#rest = { ...this.#rest, ...told };
  }

  whole(): Remembered {
    return { ...this.#rest, ...Object.fromEntries(this.#lists) };
  }
}

function row({ finding, isNew }: RecalledFinding): FindingRow {
  const told = {
    ...finding,
    // Written when somebody reads it: it is longer than all the rest.
    get remedy() {
      return remedyOf(finding);
    },
  };
  return diskRow(told, isNew);
}
