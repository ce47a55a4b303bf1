import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { KeysweepError } from "../../model/error.ts";
import type { WrittenReport } from "../../model/written-report.ts";
import { stateFolder } from "../../runtime/system.ts";
import type { ScanRequest } from "../../scan/scan.ts";
import { shownName } from "../../scan/shown-name.ts";
import type { ScanFlags } from "../commands/scan.ts";
import type { Context } from "../context.ts";
import type { LedgerLocation } from "../ledger-location.ts";
import { withoutOwnState } from "../own-state.ts";
import type { Policy } from "../policy.ts";
import type { CheckedChange } from "./change.ts";

/** @throws KeysweepError `usage` for a PATH that is not there, or a name for a standard input that is not read. */
export function checkPaths(flags: Pick<ScanFlags, "name" | "stdin">, paths: readonly string[]): void {
  if (flags.name !== undefined && !flags.stdin) throw new KeysweepError("usage", "--name goes with --stdin");
  for (const path of paths) {
    if (path === "")
      throw new KeysweepError("usage", "an empty PATH was given", { hint: "Is a variable empty in the command?" });
    if (path === "-" && !exists(path))
      throw new KeysweepError("usage", "there is no file -", { hint: "--stdin reads standard input." });
    if (!exists(path))
      throw new KeysweepError("usage", `${shownName(path)} does not exist`, {
        hint: "Check the spelling, and from where the path is meant.",
      });
  }
}

/** Whether there is something there; what may not be looked at is the scan's to report. */
function exists(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== "ENOENT" && code !== "ENOTDIR";
  }
}

/** Without anything named: the home directory. */
export function rootsOf(context: Context, flags: ScanFlags, paths: readonly string[]): string[] {
  if (paths.length > 0) return paths.map((path) => resolve(path));
  if (flags.stdin) return [];
  if (!exists(context.system.home)) {
    throw new KeysweepError("usage", `the home directory ${context.system.home} does not exist`, {
      hint: "Name the PATHs to scan.",
    });
  }
  return [context.system.home];
}

/** What a scan of files, folders, environments or standard input is to look at. */
export function requestOf(
  context: Context,
  flags: ScanFlags,
  paths: readonly string[],
  roots: readonly string[],
  policy: Policy,
  ledger: LedgerLocation | null,
  ownReports: readonly WrittenReport[],
): ScanRequest {
  const everything = paths.length === 0 && !flags.stdin;
  return {
    roots,
    catalogue: everything,
    environment: everything || flags.environment ? "user" : "none",
    stdin: flags.stdin ? { name: flags.name ?? "stdin", stream: context.stdin } : null,
    exclude: [...policy.exclude, ...withoutOwnState(context.system, ledger, roots)],
    ownReports,
    history: historyOf(context, flags),
    change: null,
  };
}

/** What a scan of a change is to look at. */
export function changeRequest({ change, policy }: CheckedChange): ScanRequest {
  return {
    roots: [],
    catalogue: false,
    environment: "none",
    stdin: null,
    exclude: policy.exclude,
    ownReports: [],
    history: null,
    change,
  };
}

export function historyOf(context: Context, flags: Pick<ScanFlags, "noHistory">): ScanRequest["history"] {
  return flags.noHistory ? null : { cacheFolder: join(stateFolder(context.system), "history") };
}
