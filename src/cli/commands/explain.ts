import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { EXIT_STATUS_HELP } from "../exit.ts";
import { reporting } from "../reporting.ts";
import { type CommonFlags, commonFlags } from "./common-flags.ts";

interface ExplainFlags extends CommonFlags {
  readonly use?: string;
}

export const explainCommand = buildCommand<ExplainFlags, [string], Context>({
  docs: {
    brief: "Why a rule matters and what to do instead",
    fullDescription: `Says what a rule finds, why it matters, and the way off.\n\n${EXIT_STATUS_HELP}`,
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "The name of a rule, as a report shows it", parse: String, placeholder: "RULE" }],
    },
    flags: {
      use: {
        kind: "parsed",
        parse: String,
        brief: "What the key is used for, as a report shows it: what to do depends on it",
        optional: true,
        placeholder: "USE",
      },
      ...commonFlags,
    },
  },
  async func(flags, name) {
    await reporting(this, flags.verbose, async () => {
      const { explanation } = await import("../explanation.ts");
      this.process.stdout.write(explanation(name, flags.use ?? null));
    });
  },
});
