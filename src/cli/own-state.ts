import { statSync } from "node:fs";
import { join } from "node:path";
import { configurationPath, type System, stateFolder } from "../runtime/system.ts";
import type { ExcludePattern } from "../scan/scan.ts";
import { isWithin } from "../scan/sources/disk/disk-path.ts";
import type { LedgerLocation } from "./ledger-location.ts";
import { realPath } from "./real-path.ts";

/** What SQLite may put beside a database, after its name, and the copy that is made before a migration. */
const DATABASE_SUFFIXES = ["", "-wal", "-shm", "-journal", "-backup"] as const;

/**
 * Leaves out of a scan what keysweep itself remembers of earlier ones: it names the ids that were found elsewhere, long after they are gone
 * from there. Only what this user's own keysweep writes is meant, whatever else is called so.
 */
export function withoutOwnState(
  system: System,
  ledger: LedgerLocation | null,
  roots: readonly string[],
): ExcludePattern[] {
  const folder = realPath(stateFolder(system));
  const database = ledger === null ? null : realPath(ledger.path);
  const inFolder = isFolder(folder) ? [withoutFolder(folder, system)] : [];
  const named =
    database !== null && isFile(database) && !inFolder.some(({ paths }) => isWithin(database, paths))
      ? [withoutDatabase(database)]
      : [];
  const scanned = roots.map(realPath);
  const isMet = (path: string): boolean => isWithin(path, scanned) || scanned.some((root) => isWithin(root, [path]));
  return [...inFolder, ...named]
    .filter(({ paths }) => paths.some(isMet))
    .map((own) => ({ by: "keysweep", base: null, ...own }));
}

type Own = Required<Pick<ExcludePattern, "pattern" | "paths">>;

/** On some systems the operator's configuration lies there too, and that is scanned as any other file. */
function withoutFolder(folder: string, system: System): Own {
  if (!isWithin(realPath(configurationPath(system)), [folder])) return { pattern: folder, paths: [folder] };
  const database = withoutDatabase(join(folder, "ledger.db"));
  return {
    pattern: join(folder, `{history,ledger.db{${DATABASE_SUFFIXES.join()}}}`),
    paths: [join(folder, "history"), ...database.paths],
  };
}

function withoutDatabase(path: string): Own {
  return {
    pattern: `${path}{${DATABASE_SUFFIXES.join()}}`,
    // What is a folder now is none of SQLite's.
    paths: DATABASE_SUFFIXES.map((suffix) => path + suffix).filter((file) => !isFolder(file)),
  };
}

function isFolder(path: string): boolean {
  return kindOf(path) === "folder";
}

function isFile(path: string): boolean {
  return kindOf(path) === "file";
}

function kindOf(path: string): "folder" | "file" | null {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return "folder";
    return stat.isFile() ? "file" : null;
  } catch {
    // Where this user may not look there is nothing that this user's keysweep wrote.
    return null;
  }
}
