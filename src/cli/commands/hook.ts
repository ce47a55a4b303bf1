import { buildCommand, buildRouteMap } from "@stricli/core";
import type { Context } from "../context.ts";
import { EXIT_STATUS_HELP, PLAIN_EXIT_STATUS_HELP } from "../exit.ts";
import { reporting } from "../reporting.ts";
import { type CommonFlags, commonFlags } from "./common-flags.ts";

export interface HookInstallFlags extends CommonFlags {
  readonly global: boolean;
}

export interface HookRunFlags extends CommonFlags {
  readonly failOn: string;
}

const HOOKS = {
  kind: "array",
  parameter: {
    brief: "pre-commit, pre-push or pre-receive; without one pre-commit, in a bare repository pre-receive",
    parse: String,
    placeholder: "HOOK",
  },
} as const;

const GLOBAL = {
  kind: "boolean",
  brief: "For all repositories of this user, by core.hooksPath",
  default: false,
  withNegated: false,
} as const;

const installCommand = buildCommand<HookInstallFlags, string[], Context>({
  docs: {
    brief: "Let git ask keysweep before each commit, push or receive",
    fullDescription: `Writes a hook into this repository, wherever core.hooksPath says that its hooks are. A hook that is there already is kept and still runs,
before keysweep. Where husky, lefthook, simple-git-hooks or pre-commit write the hooks, nothing is written: what to add to their file is said.

${PLAIN_EXIT_STATUS_HELP}`,
  },
  parameters: { positional: HOOKS, flags: { global: GLOBAL, ...commonFlags } },
  async func(flags, ...hooks) {
    await reporting(this, flags.verbose, async () => {
      const { runHookInstall } = await import("../hook/run-hook-install.ts");
      await runHookInstall(this, flags, hooks);
    });
  },
});

const uninstallCommand = buildCommand<HookInstallFlags, string[], Context>({
  docs: {
    brief: "Take keysweep's hooks out, and put back what was there before",
    fullDescription: `Takes out the hooks named, or all of keysweep's.\n\n${PLAIN_EXIT_STATUS_HELP}`,
  },
  parameters: { positional: HOOKS, flags: { global: GLOBAL, ...commonFlags } },
  async func(flags, ...hooks) {
    await reporting(this, flags.verbose, async () => {
      const { runHookUninstall } = await import("../hook/run-hook-install.ts");
      await runHookUninstall(this, flags, hooks);
    });
  },
});

const runCommand = buildCommand<HookRunFlags, string[], Context>({
  docs: {
    brief: "What a hook runs: check what is about to be committed or pushed",
    fullDescription: `Checks what git is about to do, and ends with a status that stops it when a key would be added, or when not everything could
be checked (hooks.onError in the operator's configuration may change that). The message is on stderr.

${EXIT_STATUS_HELP}`,
  },
  parameters: {
    positional: {
      kind: "array",
      parameter: { brief: "The hook, and what git gives it", parse: String, placeholder: "HOOK" },
      minimum: 1,
    },
    flags: {
      failOn: {
        kind: "parsed",
        parse: String,
        brief: "The least severity that stops git: critical, high, medium, low, info, or never",
        default: "medium",
        placeholder: "SEVERITY",
      },
      ...commonFlags,
    },
  },
  async func(flags, ...words) {
    await reporting(this, flags.verbose, async () => {
      const { runHook } = await import("../hook/run-hook.ts");
      await runHook(this, flags, words);
    });
  },
});

export const hookRoutes = buildRouteMap({
  routes: { install: installCommand, uninstall: uninstallCommand, run: runCommand },
  docs: { brief: "Stop keys before they are committed or pushed" },
});
