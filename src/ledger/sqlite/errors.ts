import { KeysweepError } from "../../model/error.ts";

interface Meaning {
  readonly problem: string;
  readonly hint: string;
}

/** What to do about a ledger that cannot be read any more. */
export const LOST =
  "Restore it from a backup, or move it away (and its -wal) to begin a new ledger; what it remembers, of rotations under way too, is lost then.";

/** SQLite's primary result codes (https://sqlite.org/rescode.html) that a person can do something about. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  5: { problem: "another process is using it", hint: "Wait until the other keysweep has ended, and run again." },
  6: { problem: "another process is using it", hint: "Wait until the other keysweep has ended, and run again." },
  8: { problem: "it may not be written to", hint: "Check the permissions of the file and of its folder." },
  10: { problem: "the disk or the file system failed", hint: "Check the disk: is it full, or gone?" },
  11: { problem: "the file is damaged: it was cut off, or written over", hint: LOST },
  13: { problem: "the disk is full", hint: "Make room, and run again: nothing was half written." },
  14: { problem: "it cannot be opened", hint: "Check the permissions of the file and of its folder." },
  26: { problem: "the file is damaged, or is no ledger", hint: `${LOST} --ledger FILE names another place.` },
};

/** Whether SQLite threw because another process holds the file. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === 5;
}

/** What SQLite threw, as the error that a person is shown; anything else stays what it is. */
export function ledgerError(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("errcode" in error)) return error;
  const code = Number(error.errcode) & 0xff;
  const { problem, hint } = MEANINGS[code] ?? { problem: `SQLite says ${code}`, hint: "Run keysweep again." };
  return new KeysweepError("ledger", `cannot use the ledger ${path}: ${problem}`, { hint, cause: error });
}
