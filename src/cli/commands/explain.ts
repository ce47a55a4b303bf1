import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { EXIT_STATUS_HELP } from "../exit.ts";
import { reporting } from "../reporting.ts";
import { type CommonFlags, commonFlags } from "./common-flags.ts";

export const explainCommand = buildCommand<CommonFlags, [string], Context>({
  docs: {
    brief: "Why a rule matters and what to do instead",
    fullDescription: `Says what a rule finds, why it matters, and the way off.\n\n${EXIT_STATUS_HELP}`,
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "The name of a rule, as a report shows it", parse: String, placeholder: "RULE" }],
    },
    flags: commonFlags,
  },
  async func(flags, name) {
    await reporting(this, flags.verbose, async () => {
      const { explanation } = await import("../explanation.ts");
      this.process.stdout.write(explanation(name));
    });
  },
});
