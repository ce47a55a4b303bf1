import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { FileSystemKind } from "../../runtime/file-system-kind.ts";
import { pause } from "../../runtime/pause.ts";
import { checkBeginning } from "./cut-off.ts";
import { isBusy, ledgerError } from "./errors.ts";

/** How long to wait for another process that is writing, in milliseconds. */
const BUSY_MS = 10_000;
/** Between two tries, where SQLite does not wait by itself. */
const BUSY_STEP_MS = 20;

/** A row as SQLite gives it; a query's own type says more. */
export type Row = Record<string, unknown>;

/** One SQLite file, set up so that what is committed stays and what is deleted is overwritten. Whatever fails is a KeysweepError `ledger`. */
export class Connection {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #busyMs: number;
  readonly #wait: (ms: number) => void;
  readonly #statements = new Map<string, StatementSync>();

  /**
   * Opens an existing file. Nothing is written to it: it may be another program's.
   * @throws KeysweepError `ledger`, also when it was cut off at its beginning.
   * @param busyMs how long to wait for another process that is writing
   * @param wait lets time pass where SQLite does not; tests let the other process move
   */
  constructor(path: string, busyMs = BUSY_MS, wait = pause) {
    this.path = path;
    this.#busyMs = busyMs;
    this.#wait = wait;
    checkBeginning(path);
    this.#db = this.#checked(() => new DatabaseSync(path, { timeout: busyMs, defensive: true }));
    this.#db.exec(`
      PRAGMA trusted_schema = OFF;
      PRAGMA cell_size_check = ON;
      PRAGMA temp_store = MEMORY;
      PRAGMA secure_delete = ON;
    `);
  }

  /** Chooses the journal. The memory that a write-ahead log shares between processes is not shared between hosts. */
  useJournalFor(kind: FileSystemKind): void {
    this.#checked(() => {
      this.#changeJournal(kind === "network" ? "DELETE" : "WAL");
      this.#db.exec("PRAGMA synchronous = FULL");
    });
  }

  /**
   * The change reads first and then asks for the lock to write, and between the two SQLite waits for nobody, whatever the timeout, since two
   * who do that would wait for each other: of several processes that begin with a new ledger at once one failed.
   */
  #changeJournal(mode: "DELETE" | "WAL"): void {
    for (let left = this.#busyMs; ; left -= BUSY_STEP_MS) {
      try {
        this.#db.exec(`PRAGMA journal_mode = ${mode}`);
        return;
      } catch (error) {
        if (!isBusy(error) || left <= 0) throw error;
      }
      this.#wait(BUSY_STEP_MS);
    }
  }

  /** The rows of a query. */
  all<T = Row>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.#prepared(sql).all(...values) as T[];
  }

  /** The rows of a query, one by one; within a transaction. */
  iterate<T = Row>(sql: string, ...values: SQLInputValue[]): IterableIterator<T> {
    return this.#prepared(sql).iterate(...values) as IterableIterator<T>;
  }

  /** The rows of a query, one by one, in a reading of its own: there may be several at once, and one may be left unfinished. */
  *each<T = Row>(sql: string, ...values: SQLInputValue[]): Generator<T> {
    const rows = this.#checked(() => this.#db.prepare(sql).iterate(...values)) as Iterator<T>;
    try {
      for (;;) {
        const { done, value } = this.#checked(() => rows.next());
        if (done === true) return;
        yield value;
      }
    } finally {
      rows.return?.();
    }
  }

  get<T = Row>(sql: string, ...values: SQLInputValue[]): T | undefined {
    return this.#prepared(sql).get(...values) as T | undefined;
  }

  /** Changes something; gives the number of rows that were, and the number of the row that was added last. */
  run(sql: string, ...values: SQLInputValue[]): { readonly changes: number; readonly id: number } {
    const { changes, lastInsertRowid } = this.#prepared(sql).run(...values);
    return { changes: Number(changes), id: Number(lastInsertRowid) };
  }

  /** Several statements at once. */
  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** All of the work or nothing of it, with nobody else writing meanwhile. */
  write<T>(work: () => T): T {
    return this.#within("BEGIN IMMEDIATE", work);
  }

  /** Reads one state, whatever others write meanwhile; within a change, the state that it makes. */
  read<T>(work: () => T): T {
    return this.#db.isTransaction ? work() : this.#within("BEGIN", work);
  }

  /**
   * All of the work or nothing of it, and then nothing that it deleted is left in the file or in its journal. (What the disk itself
   * keeps of overwritten blocks is out of reach.)
   * @throws KeysweepError `ledger` also when the work was done but another process, reading, kept the journal in use.
   */
  destroy<T>(work: () => T): T {
    const result = this.write(work);
    this.#checked(() => {
      const { busy } = this.#db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
      if (busy !== 0) throw Object.assign(new Error("the journal is in use"), { errcode: 5 });
    });
    return result;
  }

  /**
   * Takes what was committed over from the write-ahead log into the file, so that the log is written from its beginning again: what comes next
   * needs no more room on the disk than what was written before. Where somebody reads, it is left for later.
   */
  restartJournal(): void {
    this.#checked(() => this.#db.exec("PRAGMA wal_checkpoint(RESTART)"));
  }

  /** See `PRAGMA data_version`. */
  dataVersion(): number {
    return this.#checked(() => this.all<{ data_version: number }>("PRAGMA data_version")[0]?.data_version ?? 0);
  }

  /** What is wrong with the file, in SQLite's words; empty when nothing is. */
  problems(): string[] {
    return this.#checked(() => {
      const integrity = this.all<{ integrity_check: string }>("PRAGMA integrity_check(20)")
        .map((row) => row.integrity_check)
        .filter((text) => text !== "ok");
      const references = this.all<{ table: string; rowid: number | null; parent: string }>("PRAGMA foreign_key_check");
      return [
        ...integrity,
        ...references.map(({ table, rowid, parent }) => `row ${rowid} of ${table} refers to no row of ${parent}`),
      ];
    });
  }

  close(): void {
    this.#statements.clear();
    this.#checked(() => this.#db.close());
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #within<T>(begin: string, work: () => T): T {
    return this.#checked(() => {
      this.#db.exec(begin);
      try {
        const result = work();
        this.#db.exec("COMMIT");
        return result;
      } catch (error) {
        // Some failures, a full disk for one, have already ended the transaction.
        if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
        throw error;
      }
    });
  }

  #checked<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw ledgerError(this.path, error);
    }
  }
}
