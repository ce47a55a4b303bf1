import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { PLAIN_EXIT_STATUS_HELP } from "../exit.ts";
import { reporting } from "../reporting.ts";
import { type CommonFlags, commonFlags } from "./common-flags.ts";

export interface AllowFlags extends CommonFlags {
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
  readonly rule?: string;
  readonly severity?: string;
  readonly in?: readonly string[];
  readonly operator: boolean;
}

export const allowCommand = buildCommand<AllowFlags, [string], Context>({
  docs: {
    brief: "Accept a finding, with a reason, an owner and an end",
    fullDescription: `Adds the fingerprint of a finding to the allow list of this repository's keysweep.yaml, or of the operator's configuration.
The finding stays in reports, marked, and fails no run until the day given has passed. It covers the finding as it was seen: an id
that was allowed alone is a finding again once its secret is seen with it. So the entry records the rule and the severity; without
--rule and --severity the finding is looked for in this repository, or in --in PATH. What was said of the fingerprint before is replaced.

${PLAIN_EXIT_STATUS_HELP}`,
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "As a report shows it: ks1:…", parse: String, placeholder: "FINGERPRINT" }],
    },
    flags: {
      reason: { kind: "parsed", parse: String, brief: "Why it is accepted", placeholder: "WHY" },
      owner: { kind: "parsed", parse: String, brief: "Who answers for it", placeholder: "WHO" },
      expires: {
        kind: "parsed",
        parse: String,
        brief: "The last day on which it is accepted, e.g. 2027-01-31",
        placeholder: "DATE",
      },
      rule: {
        kind: "parsed",
        parse: String,
        brief: "The rule of the finding, as a report shows it; without it, it is looked for",
        optional: true,
        placeholder: "RULE",
      },
      severity: {
        kind: "parsed",
        parse: String,
        brief: "The worst severity to accept; without it the one that is found",
        optional: true,
        placeholder: "SEVERITY",
      },
      in: {
        kind: "parsed",
        parse: String,
        brief: "Where to look for the finding, instead of this repository; may be repeated",
        variadic: true,
        optional: true,
        placeholder: "PATH",
      },
      operator: {
        kind: "boolean",
        brief: "Write to the operator's configuration instead",
        default: false,
        withNegated: false,
      },
      ...commonFlags,
    },
  },
  async func(flags, fingerprint) {
    await reporting(this, flags.verbose, async () => {
      const { runAllow } = await import("../run-allow.ts");
      await runAllow(this, flags, fingerprint);
    });
  },
});
