import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { PLAIN_EXIT_STATUS_HELP } from "../exit.ts";
import { reporting } from "../reporting.ts";
import { type CommonFlags, commonFlags } from "./common-flags.ts";

export interface ExplainFlags extends CommonFlags {
  readonly use?: string;
  readonly in?: readonly string[];
}

export const explainCommand = buildCommand<ExplainFlags, [string], Context>({
  docs: {
    brief: "Why a finding matters and what to do instead",
    fullDescription: `Says what was found, why it matters, and the way off, step by step. What is to be explained is a rule, or a check of audits, or an access
key by its id, which fills in the commands, or a finding by its fingerprint, which is looked for in the working directory.

${PLAIN_EXIT_STATUS_HELP}`,
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief: "A rule, a check, an access key id or a fingerprint, as a report shows it",
          parse: String,
          placeholder: "SUBJECT",
        },
      ],
    },
    flags: {
      use: {
        kind: "parsed",
        parse: String,
        brief: "What the key is used for, as a report shows it: what to do depends on it",
        optional: true,
        placeholder: "USE",
      },
      in: {
        kind: "parsed",
        parse: String,
        brief: "Where to look for a fingerprint, instead of the working directory; may be repeated",
        variadic: true,
        optional: true,
        placeholder: "PATH",
      },
      ...commonFlags,
    },
  },
  async func(flags, subject) {
    await reporting(this, flags.verbose, async () => {
      const { runExplain } = await import("../explain/run-explain.ts");
      await runExplain(this, flags, subject);
    });
  },
});
