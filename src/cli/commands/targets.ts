import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { PLAIN_EXIT_STATUS_HELP } from "../exit.ts";
import { reporting } from "../reporting.ts";
import { type CommonFlags, commonFlags } from "./common-flags.ts";
import { type ReportFlags, reportFlags } from "./report-flags.ts";

export interface TargetsFlags extends CommonFlags, Omit<ReportFlags, "failOn"> {}

const { failOn: _, ...outputFlags } = reportFlags;

export const targetsCommand = buildCommand<TargetsFlags, [string?], Context>({
  docs: {
    brief: "The places that rotated keys can be put in, and the settings of one",
    fullDescription: `Lists the types of targets that a rotation can hand a new key to, or tells all about one: its settings, what it needs to be allowed, and an example.

Formats: pretty (default), json.

${PLAIN_EXIT_STATUS_HELP}`,
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "The type to tell about", parse: String, placeholder: "TYPE", optional: true }],
    },
    flags: { ...outputFlags, ...commonFlags },
  },
  async func(flags, type) {
    await reporting(this, flags.verbose, async () => {
      const { runTargets } = await import("../run-targets.ts");
      await runTargets(this, flags, type ?? null);
    });
  },
});
