import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KeysweepError } from "../model/error.ts";
import { hookScript, ownerOf, type ScriptOptions } from "./script.ts";

/** How the hook that was there before is called while keysweep's is in its place. */
export const KEPT_SUFFIX = ".before-keysweep";

export type Installed = "installed" | "behind-another" | "updated" | "unchanged";
export type Uninstalled = "removed" | "restored" | "absent";

/**
 * Puts keysweep's hook into a folder of hooks. A hook that is there is kept beside it, and is called by it.
 * @throws KeysweepError `usage` when that cannot be done without losing something; `output`.
 */
export function installHook(folder: string, options: Omit<ScriptOptions, "before">): Installed {
  const path = join(folder, options.hook);
  const kept = path + KEPT_SUFFIX;
  // The shell's own words for the folder of the script: it works on when the repository is moved.
  const script = hookScript({ ...options, before: `"\${0%/*}/${options.hook}${KEPT_SUFFIX}"` });
  return writing(path, () => {
    mkdirSync(folder, { recursive: true });
    const present = textOf(path);
    switch (present === null ? null : ownerOf(present)) {
      case null:
        place(path, script);
        return existsSync(kept) ? "behind-another" : "installed";
      case "keysweep":
        if (present === script) return "unchanged";
        place(path, script);
        return "updated";
      case "changed":
        throw changedHook(path);
      case "other":
        if (exists(kept)) throw twoHooks(path, kept);
        renameSync(path, kept);
        place(path, script);
        return "behind-another";
    }
  });
}

/**
 * Takes keysweep's hook out and puts back the one that was there before: the same file, so byte for byte and with its mode.
 * @throws KeysweepError `usage` when the hook is not as keysweep wrote it; `output`.
 */
export function uninstallHook(folder: string, hook: string): Uninstalled {
  const path = join(folder, hook);
  const kept = path + KEPT_SUFFIX;
  return writing(path, () => {
    const present = textOf(path);
    const owner = present === null ? null : ownerOf(present);
    if (owner === "changed") throw changedHook(path);
    if (owner === "other") {
      if (exists(kept)) throw twoHooks(path, kept);
      return "absent";
    }
    if (exists(kept)) {
      renameSync(kept, path);
      return "restored";
    }
    if (owner === null) return "absent";
    rmSync(path);
    return "removed";
  });
}

/** Writes a script that may be run: all of it, or nothing. */
export function place(path: string, script: string): void {
  const temporary = `${path}.keysweep-${process.pid}.tmp`;
  try {
    writeFileSync(temporary, script, { flag: "wx" });
    chmodSync(temporary, 0o755);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** The text of a hook; what cannot be read as one (a folder, a link that leads nowhere) is somebody's all the same. */
export function textOf(path: string): string | null {
  if (!exists(path)) return null;
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function changedHook(path: string): KeysweepError {
  return new KeysweepError("usage", `${path} is keysweep's hook, and somebody has changed it`, {
    hint: "Take your changes out of it, or move it away, and run this again.",
  });
}

function twoHooks(path: string, kept: string): KeysweepError {
  return new KeysweepError(
    "usage",
    `${path} is not keysweep's any more, and an earlier hook is still kept in ${kept}`,
    {
      hint: "Decide which of the two is to stay, move the other away, and run this again.",
    },
  );
}

function writing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof KeysweepError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    throw new KeysweepError("output", `cannot write ${path}: ${code}`, {
      hint: "Check the permissions of its folder.",
      cause: error,
    });
  }
}
