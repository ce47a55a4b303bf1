import { buildCommand, buildRouteMap } from "@stricli/core";
import type { AccessKeyId } from "../../model/access-key-id.ts";
import { parseAccessKeyId } from "../access-key-argument.ts";
import type { Context } from "../context.ts";
import { ROTATE_EXIT_STATUS_HELP } from "../exit.ts";
import { reporting } from "../reporting.ts";
import { type CommonFlags, commonFlags } from "./common-flags.ts";
import { type OutputFlags, outputFlags } from "./report-flags.ts";

export interface RotateFlags extends CommonFlags, OutputFlags {}

export interface RotateRunFlags extends RotateFlags {
  readonly due: boolean;
  readonly wait: boolean;
  readonly key?: AccessKeyId;
}

export interface RotateCommandFlags extends RotateFlags {
  readonly yes: boolean;
  readonly key?: AccessKeyId;
}

const NAMES = {
  kind: "array",
  parameter: { brief: "As the configuration names it", parse: String, placeholder: "NAME" },
} as const;
const SOME_NAMES = { ...NAMES, minimum: 1 } as const;
const KEY = {
  kind: "parsed",
  parse: parseAccessKeyId,
  optional: true,
  brief: "Only while this is the key that is replaced; where it is another, nothing is done",
  placeholder: "ID",
} as const;
const FORMATS = "Formats: pretty (the default), json, jsonl, csv, markdown, html.";

const planCommand = buildCommand<RotateFlags, string[], Context>({
  docs: {
    brief: "Say what would happen and what is in the way; change nothing",
    fullDescription: `Says of each rotation, or of those named: which keys the user has, how old and when used, what each target holds now, what would happen when,
and what is in the way. Nothing is changed in AWS or in any target.

Formats: pretty (the default), json.

${ROTATE_EXIT_STATUS_HELP}`,
  },
  parameters: { positional: NAMES, flags: { ...outputFlags, ...commonFlags } },
  async func(flags, ...names) {
    await reporting(this, flags.verbose, async () => {
      const { runRotatePlan } = await import("../rotate/run-rotate-plan.ts");
      await runRotatePlan(this, flags, names);
    });
  },
});

const runCommand = buildCommand<RotateRunFlags, string[], Context>({
  docs: {
    brief: "Begin rotations, and take those under way as far as they go now",
    fullDescription: `Begins the rotations named at once, or with --due those whose time has come, and takes each as far as it goes now; then says when it can go on. The
next run goes on where this one ended, whatever ended it.

${FORMATS}

${ROTATE_EXIT_STATUS_HELP}`,
  },
  parameters: {
    positional: NAMES,
    flags: {
      due: {
        kind: "boolean",
        brief: "Begin only what is due; without names: of all",
        default: false,
        withNegated: false,
      },
      wait: {
        kind: "boolean",
        brief: "Stay until each rotation has ended or needs a person",
        default: false,
        withNegated: false,
      },
      key: KEY,
      ...outputFlags,
      ...commonFlags,
    },
  },
  async func(flags, ...names) {
    await reporting(this, flags.verbose, async () => {
      const { runRotateRun } = await import("../rotate/run-rotate.ts");
      await runRotateRun(this, flags, names);
    });
  },
});

const statusCommand = buildCommand<RotateFlags, string[], Context>({
  docs: {
    brief: "Tell how far rotations have come, from the journal alone",
    fullDescription: `Tells of each rotation, or of those named: its state, keys, targets, what it waits for and what happened. Nobody is asked and nothing is changed.

${FORMATS}

${ROTATE_EXIT_STATUS_HELP}`,
  },
  parameters: { positional: NAMES, flags: { ...outputFlags, ...commonFlags } },
  async func(flags, ...names) {
    await reporting(this, flags.verbose, async () => {
      const { runRotateStatus } = await import("../rotate/run-rotate-status.ts");
      await runRotateStatus(this, flags, names);
    });
  },
});

const YES = {
  kind: "boolean",
  brief: "Do not ask; needed where there is no terminal to ask on",
  default: false,
  withNegated: false,
} as const;

function personsCommand(command: "reactivate" | "abandon" | "confirm", brief: string, what: string) {
  return buildCommand<RotateCommandFlags, string[], Context>({
    docs: { brief, fullDescription: `${what}\n\n${FORMATS}\n\n${ROTATE_EXIT_STATUS_HELP}` },
    parameters: { positional: SOME_NAMES, flags: { yes: YES, key: KEY, ...outputFlags, ...commonFlags } },
    async func(flags, ...names) {
      await reporting(this, flags.verbose, async () => {
        const { runRotateCommand } = await import("../rotate/run-rotate-command.ts");
        await runRotateCommand(this, flags, command, names);
      });
    },
  });
}

const reactivateCommand = personsCommand(
  "reactivate",
  "Bring the old key back: it is made active again",
  `Makes the old key active again, and puts it back into the targets where its secret is known. The new key stays active. Nothing goes on until you say so (confirm or
abandon). It says what it will do and asks first.`,
);
const abandonCommand = personsCommand(
  "abandon",
  "Give a rotation up",
  `Before any target was written the new key is made inactive and deleted; afterwards both keys stay active, since nobody knows who holds which. It says
what it will do and asks first.`,
);
const confirmCommand = personsCommand(
  "confirm",
  "Say that every consumer has the new key",
  "Says, in place of a proof that cannot be had, that every consumer has the new key. The rotation then goes on.",
);

export const rotateRoutes = buildRouteMap({
  routes: {
    plan: planCommand,
    run: runCommand,
    status: statusCommand,
    reactivate: reactivateCommand,
    abandon: abandonCommand,
    confirm: confirmCommand,
  },
  docs: { brief: "Replace the keys that cannot be done without" },
});
