import { type Skipped, skipped } from "../../../../../model/coverage.ts";
import { joinPath, shownPath } from "../../../disk/disk-path.ts";
import { failureOf } from "../../failure.ts";
import type { HashFormat } from "../../hash-format.ts";
import type { GitDirectory } from "../../repository.ts";
import { HEAD, prefixOf, type RefRecords, STASH } from "../ref-records.ts";
import { Allowance, BeyondAllowance } from "./allowance.ts";
import { readStack, stackFolderAt, type Table } from "./stack.ts";
import { type LogRecord, type RefRecord, readTable, type TableRecord } from "./table.ts";

/**
 * Reads refs and logs that are kept as tables (`extensions.refStorage = reftable`). HEAD is among them: the file of that name says nothing.
 * What cannot be read is told, and the rest is read.
 */
export class Reftables {
  readonly #hash: HashFormat;
  readonly #records: RefRecords;
  readonly #onSkipped: (row: Skipped) => void;
  readonly #allowance = new Allowance();

  constructor(hash: HashFormat, records: RefRecords, onSkipped: (row: Skipped) => void) {
    this.#hash = hash;
    this.#records = records;
    this.#onSkipped = onSkipped;
  }

  /** Reads a git directory's own stack: that of a linked work tree has its HEAD, the main one what all have in common. */
  read(directory: GitDirectory): void {
    // That there is too much of it was told.
    if (directory.refs === null || this.#allowance.isSpent) return;
    const path = joinPath(directory.refs, "reftable");
    const tables = readStack(stackFolderAt(path), this.#onSkipped);
    const stack = new Stack(this.#records, prefixOf(directory));
    try {
      // Each is forgotten once it is read.
      for (let table = tables.shift(); table !== undefined; table = tables.shift()) {
        stack.isAtOldest = tables.length === 0;
        this.#readInto(stack, table);
      }
    } catch (error) {
      if (!(error instanceof BeyondAllowance)) throw error;
      this.#onSkipped(skipped(shownPath(path), error.reason, error.message));
    }
  }

  #readInto(stack: Stack, { place, bytes }: Table): void {
    this.#allowance.take(bytes.length);
    const told = new Set<string>();
    const onDamaged = (detail: string): void => {
      if (!told.has(detail)) this.#onSkipped(skipped(place, "repository-damaged", detail));
      told.add(detail);
    };
    try {
      for (const record of readTable(bytes, { hash: this.#hash, allowance: this.#allowance, onDamaged })) {
        stack.add(record);
      }
    } catch (error) {
      if (error instanceof BeyondAllowance) throw error;
      const [reason, detail] = failureOf(error);
      this.#onSkipped(skipped(place, reason, detail));
    }
  }
}

/** Of tables that are gone through from the newest on, what counts: the newest record of a name, if it is no removal. */
class Stack {
  readonly #records: RefRecords;
  readonly #prefix: string;
  readonly #refs = new Set<string>();
  readonly #entries = new Set<string>();
  /** Nothing follows that what is added could hide. */
  isAtOldest = false;

  constructor(records: RefRecords, prefix: string) {
    this.#records = records;
    this.#prefix = prefix;
  }

  add(record: TableRecord): void {
    if (record.kind === "ref") this.#addRef(record);
    else this.#addEntry(record);
  }

  #addRef({ name, target }: RefRecord): void {
    if (this.#isHidden(this.#refs, name) || target === null) return;
    if (name === HEAD || name.startsWith("refs/")) this.#records.targets.set(this.#prefix + name, target);
    // ORIG_HEAD and its like: what past operations left.
    else if ("id" in target) this.#records.past.add(target.id);
  }

  #addEntry({ name, key, entry }: LogRecord): void {
    if (this.#isHidden(this.#entries, key) || entry === null) return;
    const { past, stashes } = this.#records;
    past.add(entry.oldId);
    (name === STASH ? stashes : past).add(entry.newId);
  }

  /** Whether a newer table has said something of it. */
  #isHidden(said: Set<string>, key: string): boolean {
    if (said.has(key)) return true;
    if (!this.isAtOldest) said.add(key);
    return false;
  }
}
