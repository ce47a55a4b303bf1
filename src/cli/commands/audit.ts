import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { EXIT_STATUS_HELP } from "../exit.ts";
import { reporting } from "../reporting.ts";
import { type CommonFlags, commonFlags } from "./common-flags.ts";
import { baselineFlag, type ReportFlags, reportFlags } from "./report-flags.ts";

export interface AuditFlags extends CommonFlags, ReportFlags {
  readonly organization: boolean;
  readonly ou?: readonly string[];
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly profile?: string;
  readonly exact: boolean;
  readonly sinceLast: boolean;
  readonly baseline?: string;
}

export const auditCommand = buildCommand<AuditFlags, [], Context>({
  docs: {
    brief: "Say what is wrong with the IAM users of an account or an organisation",
    fullDescription: `Says of every IAM user which keys it has, how old they are, when and for what they were last used, with what MFA, and what is wrong.
Reads with your own AWS credentials, as every AWS tool finds them, and changes nothing. An account that could not be
audited is told of with the permission that is missing, and the exit status is then never 0.

Formats: pretty (the default), json, jsonl, csv, markdown, html, sarif, junit, ocsf, asff.

${EXIT_STATUS_HELP}`,
  },
  parameters: {
    flags: {
      organization: {
        kind: "boolean",
        brief: "Every account of the organisation, each by the audit role",
        default: false,
        withNegated: false,
      },
      ou: {
        kind: "parsed",
        parse: String,
        brief: "Only the accounts below this organisational unit or root; may be repeated",
        variadic: true,
        optional: true,
        placeholder: "ID",
      },
      include: {
        kind: "parsed",
        parse: String,
        brief: "Only this account, by id or name; may be repeated",
        variadic: true,
        optional: true,
        placeholder: "ACCOUNT",
      },
      exclude: {
        kind: "parsed",
        parse: String,
        brief: "Not this account; may be repeated",
        variadic: true,
        optional: true,
        placeholder: "ACCOUNT",
      },
      profile: {
        kind: "parsed",
        parse: String,
        brief: "The profile of your AWS configuration to use",
        optional: true,
        placeholder: "NAME",
      },
      exact: {
        kind: "boolean",
        brief: "Ask IAM about every user, not only those with a password or a key: many more calls",
        default: false,
        withNegated: false,
      },
      sinceLast: {
        kind: "boolean",
        brief: "Fail only on what is new or worse since the last audit",
        default: false,
        withNegated: false,
      },
      ...baselineFlag,
      ...reportFlags,
      ...commonFlags,
    },
  },
  async func(flags) {
    await reporting(this, flags.verbose, async () => {
      const { runAudit } = await import("../audit/run-audit.ts");
      await runAudit(this, flags);
    });
  },
});
