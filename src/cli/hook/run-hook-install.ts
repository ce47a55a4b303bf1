import { realpathSync } from "node:fs";
import { dirname, relative, sep } from "node:path";
import { removeGlobalHooks, writeGlobalHooks } from "../../hook/global.ts";
import { type Installed, installHook, textOf, type Uninstalled, uninstallHook } from "../../hook/install.ts";
import { type HookManager, hookManager } from "../../hook/managers.ts";
import {
  globalHooksFolder,
  globalHooksPath,
  type HookedRepository,
  hookedRepository,
  setGlobalHooksPath,
  unsetGlobalHooksPath,
} from "../../hook/repository.ts";
import { CHECKED_HOOKS, type CheckedHook, isCheckedHook, type ScriptOptions } from "../../hook/script.ts";
import { KeysweepError } from "../../model/error.ts";
import { visible } from "../../report/escape.ts";
import { configurationPath } from "../../runtime/system.ts";
import { shownName } from "../../scan/shown-name.ts";
import type { HookInstallFlags } from "../commands/hook.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import { hookSettings } from "./hook-settings.ts";

const INSTALLED: Readonly<Record<Installed, string>> = {
  installed: "installed",
  "behind-another": "installed; the hook that was there is kept, and runs first",
  updated: "updated",
  unchanged: "is installed already",
};

const UNINSTALLED: Readonly<Record<Uninstalled, string>> = {
  removed: "taken out",
  restored: "taken out; the hook that was there before is back",
  absent: "there was none of keysweep's",
};

/** The command `hook install`. */
export async function runHookInstall(
  context: Context,
  flags: HookInstallFlags,
  names: readonly string[],
): Promise<void> {
  const hooks = checkedHooks(names);
  const program = await programFor(context, flags);
  if (flags.global) {
    const folder = ownFolder(context);
    const present = await globalHooksPath();
    for (const hook of hooks.length > 0 ? hooks : (["pre-commit"] as const)) {
      if (present !== null && present !== folder) {
        say(context, flags, hook, present, INSTALLED[installHook(present, { ...program, hook })]);
        continue;
      }
      writeGlobalHooks(folder, hook, program);
      await setGlobalHooksPath(folder);
      say(context, flags, hook, folder, "installed for every repository without a core.hooksPath of its own");
    }
    return;
  }
  const repository = await hookedRepository(process.cwd());
  if (repository.hooksFolder === (await globalHooksPath())) throw sharedFolder(repository);
  for (const hook of hooks.length > 0 ? hooks : [usualHook(repository)]) {
    const manager = managerOf(repository, hook);
    if (manager === null) {
      const outcome = installHook(repository.hooksFolder, { ...program, hook });
      say(context, flags, hook, repository.hooksFolder, INSTALLED[outcome]);
      if (isTracked(repository)) {
        context.stderr.write(
          "  This folder is part of the work tree, and the hook names paths of this machine: do not commit it.\n",
        );
      }
    } else {
      tellOf(context, manager, hook);
      context.exitWith(EXIT.usage);
    }
  }
}

/** The command `hook uninstall`. */
export async function runHookUninstall(
  context: Context,
  flags: HookInstallFlags,
  names: readonly string[],
): Promise<void> {
  const named = checkedHooks(names);
  const hooks = named.length > 0 ? named : CHECKED_HOOKS;
  const present = flags.global ? await globalHooksPath() : null;
  if (flags.global && present === ownFolder(context)) {
    const stays = removeGlobalHooks(present);
    if (!stays) await unsetGlobalHooksPath();
    context.stderr.write(
      stays
        ? `keysweep: taken out, but core.hooksPath still leads to ${visible(shownName(present))}, where there is something else\n`
        : "keysweep: taken out; core.hooksPath is unset, as it was before\n",
    );
    return;
  }
  if (flags.global && present === null) {
    context.stderr.write("keysweep: core.hooksPath is not set, so there is nothing to take out\n");
    return;
  }
  const folder = present ?? (await hookedRepository(process.cwd())).hooksFolder;
  let isFound = false;
  for (const hook of hooks) {
    const outcome = uninstallHook(folder, hook);
    if (outcome !== "absent") isFound = true;
    if (outcome !== "absent" || named.length > 0) say(context, flags, hook, folder, UNINSTALLED[outcome]);
  }
  if (!isFound && named.length === 0 && !flags.quiet)
    context.stderr.write(`keysweep: there is no hook of keysweep's in ${visible(shownName(folder))}\n`);
}

function checkedHooks(names: readonly string[]): CheckedHook[] {
  return names.map((name) => {
    if (isCheckedHook(name)) return name;
    throw new KeysweepError("usage", `keysweep has no hook ${JSON.stringify(name)}`, {
      hint: `It has ${CHECKED_HOOKS.join(", ")}.`,
    });
  });
}

function usualHook({ top }: HookedRepository): CheckedHook {
  return top === null ? "pre-receive" : "pre-commit";
}

/** This very keysweep. @throws KeysweepError `usage` when it lies where npm will soon have removed it. */
async function programFor(
  context: Context,
  flags: HookInstallFlags,
): Promise<Pick<ScriptOptions, "node" | "main" | "whenGone">> {
  const main = realpathSync(process.argv[1] ?? "");
  if (main.split(sep).includes("_npx")) {
    throw new KeysweepError("usage", "this keysweep lies in npx's cache, which npm empties", {
      hint: "Install it first (npm install --global keysweep), then run keysweep hook install.",
    });
  }
  const { onError } = await hookSettings(context, flags);
  return { node: process.execPath, main, whenGone: onError === "warn" ? 0 : 1 };
}

function ownFolder({ system }: Context): string {
  return globalHooksFolder(dirname(configurationPath(system)));
}

function managerOf({ top, hooksFolder }: HookedRepository, hook: CheckedHook): HookManager | null {
  return top === null ? null : hookManager(top, hooksFolder, hook, textOf(`${hooksFolder}${sep}${hook}`));
}

function isTracked({ top, hooksFolder }: HookedRepository): boolean {
  if (top === null) return false;
  const inside = relative(top, hooksFolder);
  return !inside.startsWith("..") && !inside.split(sep).includes(".git");
}

function sharedFolder({ hooksFolder }: HookedRepository): KeysweepError {
  return new KeysweepError("usage", `core.hooksPath leads all repositories to ${hooksFolder}`, {
    hint: "Git looks for no hooks in this repository, then: keysweep hook install --global.",
  });
}

function tellOf({ stderr }: Context, { name, file, lines }: HookManager, hook: CheckedHook): void {
  stderr.write(`keysweep: ${name} writes this repository's hooks, so ${hook} was not installed.\n`);
  stderr.write(`  Add this to ${visible(shownName(file))}:\n\n${lines.map((line) => `    ${line}\n`).join("")}\n`);
}

function say({ stderr }: Context, { quiet }: HookInstallFlags, hook: string, folder: string, outcome: string): void {
  if (!quiet) stderr.write(`keysweep: ${hook} in ${visible(shownName(folder))}: ${outcome}\n`);
}
