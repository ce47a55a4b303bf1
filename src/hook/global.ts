import { mkdirSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { place, textOf } from "./install.ts";
import { type CheckedHook, hookScript, isCheckedHook, ownerOf, passingScript, type ScriptOptions } from "./script.ts";

/**
 * The hooks of git that a repository may have. With `core.hooksPath` set git no longer looks into the repository, so each has to be passed
 * on. Left out are those whose mere presence changes what git does: `proc-receive`, `push-to-checkout` and `fsmonitor-watchman`.
 * @see https://git-scm.com/docs/githooks
 */
const HOOKS = [
  "applypatch-msg",
  "pre-applypatch",
  "post-applypatch",
  "pre-commit",
  "pre-merge-commit",
  "prepare-commit-msg",
  "commit-msg",
  "post-commit",
  "pre-rebase",
  "post-checkout",
  "post-merge",
  "pre-push",
  "pre-receive",
  "update",
  "post-receive",
  "post-update",
  "reference-transaction",
  "pre-auto-gc",
  "post-rewrite",
  "sendemail-validate",
  "post-index-change",
] as const;

/**
 * Fills a folder for `core.hooksPath`: in every repository keysweep checks in the hook named, behind the repository's own one, as in those
 * named before; all other hooks run as they would without it.
 */
export function writeGlobalHooks(
  folder: string,
  hook: CheckedHook,
  options: Omit<ScriptOptions, "before" | "hook">,
): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of HOOKS) {
    const before = `"$(git rev-parse --git-common-dir)/hooks/${name}"`;
    const checks = isCheckedHook(name) && (name === hook || textOf(join(folder, name))?.includes("hook run") === true);
    place(join(folder, name), checks ? hookScript({ ...options, hook: name, before }) : passingScript(before));
  }
}

/** Takes out what {@link writeGlobalHooks} wrote; what somebody else put there, or changed, stays. @returns whether something stayed */
export function removeGlobalHooks(folder: string): boolean {
  for (const name of HOOKS) {
    const path = join(folder, name);
    const text = textOf(path);
    if (text !== null && ownerOf(text) === "keysweep") rmSync(path);
  }
  try {
    if (readdirSync(folder).length > 0) return true;
    rmdirSync(folder);
  } catch {
    // It is not there: nothing stayed.
  }
  return false;
}
