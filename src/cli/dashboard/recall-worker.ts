import { parentPort, workerData } from "node:worker_threads";
import type { Part } from "../../dashboard/message.ts";
import { openLedger } from "../../ledger/sqlite/open-ledger.ts";
import { KeysweepError } from "../../model/error.ts";
import { Recall, type Recalled } from "./recall.ts";
import { type TodaysAllows, todaysAllows } from "./todays-allows.ts";

/** What the thread is started with. */
export interface RecallOrders {
  readonly ledger: string;
  readonly uid: number | null;
  readonly roots: readonly string[];
  /** The operator's; null: there is none. */
  readonly configuration: string | null;
}

export interface RecallRequest {
  readonly part: Part;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What is asked for: a part, then one piece of it after another; or which parts are others than when they were read. */
export type RecallQuestion = RecallRequest | "more" | "changed";

/** An answer comes in pieces: what is told last has `last`, and all that is no list. */
export type RecallAnswer =
  | { readonly kind: "piece"; readonly piece: Recalled; readonly last: boolean }
  | { readonly kind: "changed"; readonly parts: readonly Part[] }
  | { readonly kind: "problem"; readonly problem: string };

/** The lists that can be long. */
const LISTS = ["diskFindings", "accountFindings", "users"] as const;

/** Rows that are told at once. The dashboard's own thread takes some milliseconds for them, and answers keys before it asks for more. */
const PIECE = 1000;

const { ledger: path, uid, roots, configuration } = workerData as RecallOrders;
let recall: Recall | null = null;
let answers: AsyncIterator<RecallAnswer, void> | null = null;

parentPort?.on("message", (question: RecallQuestion) => {
  if (question === "changed") return tellChanged();
  if (question !== "more") answers = answersTo(question);
  next().catch((error: unknown) => {
    // What a foreign error says may quote what was read.
    const problem = error instanceof KeysweepError ? error.message : "what is remembered cannot be read";
    tell({ kind: "problem", problem });
  });
});

/** What each part was when it was read last. */
const marks = new Map<Part, string>();

function tellChanged(): void {
  tell({ kind: "changed", parts: changedParts() });
}

/** What cannot be looked at is told of when it is wanted. */
function changedParts(): readonly Part[] {
  try {
    const known = recall;
    if (known?.hasChanged() !== true) return [];
    return [...marks].filter(([part, mark]) => known.mark(part) !== mark).map(([part]) => part);
  } catch (error) {
    if (error instanceof KeysweepError) return [];
    throw error;
  }
}

async function next(): Promise<void> {
  const told = await answers?.next();
  if (told?.done === false) tell(told.value);
}

async function* answersTo({ part, now }: RecallRequest): AsyncGenerator<RecallAnswer, void> {
  recall ??= new Recall(openLedger(path, { uid }), roots);
  marks.set(part, recall.mark(part));
  const whole =
    part === "scan"
      ? recall.scan(await allowsAt(now))
      : part === "audit"
        ? recall.audit(now)
        : await recall.rotations();
  let rest = whole;
  for (const list of LISTS) {
    const rows = whole[list] ?? [];
    if (rows.length <= PIECE) continue;
    for (let at = 0; at < rows.length; at += PIECE) {
      yield { kind: "piece", piece: { [list]: rows.slice(at, at + PIECE) }, last: false };
    }
    rest = { ...rest, [list]: [] };
  }
  yield { kind: "piece", piece: rest, last: true };
}

async function allowsAt(now: number): Promise<TodaysAllows> {
  try {
    return await todaysAllows(configuration, now);
  } catch (error) {
    // What is wrong with the configuration is told by every command that reads it; what was found is shown all the same.
    if (error instanceof KeysweepError) return todaysAllows(null, now);
    throw error;
  }
}

function tell(answer: RecallAnswer): void {
  parentPort?.postMessage(answer);
}
