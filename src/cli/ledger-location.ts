import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Ledger } from "../ledger/ledger.ts";
import { KeysweepError } from "../model/error.ts";
import { reasonNotWritable } from "../runtime/atomic-file.ts";
import { stateFolder } from "../runtime/system.ts";
import type { Context } from "./context.ts";

/** Where the ledger is, and whether the operator said so. */
export interface LedgerLocation {
  readonly path: string;
  /** Then a ledger that cannot be used is a failure, and not only a pity. */
  readonly isNamed: boolean;
}

/**
 * The ledger's place, whether or not it is there; null: the operator wants none.
 * @throws KeysweepError `usage` when no file can be at the named place.
 */
export function ledgerLocation({ system }: Pick<Context, "system">, named: string | undefined): LedgerLocation | null {
  if (named === undefined) return { path: join(stateFolder(system), "ledger.db"), isNamed: false };
  if (named === "none") return null;
  const reason = named === "" ? "it is empty" : reasonNotWritable(named);
  if (reason !== null) {
    throw new KeysweepError("usage", `--ledger ${named}: ${reason}`, {
      hint: "Name a file in a folder that only you may write to, or none.",
    });
  }
  return { path: resolve(named), isNamed: true };
}

/** Opens the ledger; what that takes is loaded only now. @throws KeysweepError `ledger`. */
export async function openLedgerAt({ path }: LedgerLocation) {
  const { openLedger } = await import("../ledger/sqlite/open-ledger.ts");
  return openLedger(path, { uid: process.getuid?.() ?? null });
}

/**
 * Opens a ledger for a command that is about what it remembers; none is made.
 * @throws KeysweepError `usage` when none is wanted, or there is none; `ledger`.
 */
export async function openExistingLedger(
  location: LedgerLocation | null,
): Promise<{ readonly ledger: Ledger } & Disposable> {
  if (location === null) throw new KeysweepError("usage", "--ledger none: then nothing is remembered");
  if (!existsSync(location.path)) {
    throw new KeysweepError("usage", "nothing is remembered yet: there is no ledger", {
      hint: "Scan or audit something first, or name the ledger with --ledger FILE.",
    });
  }
  const ledger = await openLedgerAt(location);
  return { ledger, [Symbol.dispose]: () => ledger.close() };
}
