import { buildCommand } from "@stricli/core";
import { KeysweepError } from "../../model/error.ts";
import type { Context } from "../context.ts";
import { EXIT_STATUS_HELP } from "../exit.ts";
import { reporting } from "../reporting.ts";
import { type CommonFlags, commonFlags } from "./common-flags.ts";
import { baselineFlag, type ReportFlags, reportFlags } from "./report-flags.ts";

export interface ReportCommandFlags extends CommonFlags, ReportFlags {
  readonly list: boolean;
  readonly run?: string;
  readonly since?: string;
  readonly until?: string;
  readonly baseline?: string;
}

/** What the ledger remembers reports of. */
export const REPORT_KINDS = ["scan", "audit", "rotations"] as const;

export type ReportKind = (typeof REPORT_KINDS)[number];

export const reportCommand = buildCommand<ReportCommandFlags, [string?], Context>({
  docs: {
    brief: "Write what is remembered of scans, audits and rotations again, in any format",
    fullDescription: `Writes what the ledger remembers of a scan or an audit, by default of the last one, as it was told then. --list names the runs there are.
With --since or --until it is the last run of that time, compared with the last one before it: what came, what got worse, and what went.

Of rotations it is each user's latest, also of users whom the configuration does not have any more; with --since or --until all that were
under way in that time. No configuration is read and nobody is asked.

Formats: those of \`keysweep scan\`, \`keysweep audit\` and \`keysweep rotate status\`.

${EXIT_STATUS_HELP}
Of rotations it is 1 when one needs a person, unless --fail-on never.`,
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief: "What to report on: scan (the default), audit or rotations",
          parse: String,
          placeholder: "KIND",
          optional: true,
        },
      ],
    },
    flags: {
      list: {
        kind: "boolean",
        brief: "Only say which runs or rotations are remembered",
        default: false,
        withNegated: false,
      },
      run: {
        kind: "parsed",
        parse: String,
        brief: "The run of this number, or the rotation of this id, as --list shows it",
        optional: true,
        placeholder: "RUN",
      },
      since: {
        kind: "parsed",
        parse: String,
        brief: "Report on the time from this day or moment on, e.g. 2027-01-01",
        optional: true,
        placeholder: "DATE",
      },
      until: {
        kind: "parsed",
        parse: String,
        brief: "Report on the time up to this day (the whole of it) or moment",
        optional: true,
        placeholder: "DATE",
      },
      ...baselineFlag,
      ...reportFlags,
      ...commonFlags,
    },
  },
  async func(flags, kind = "scan") {
    await reporting(this, flags.verbose, async () => {
      const { runReport } = await import("../report/run-report.ts");
      await runReport(this, flags, reportKind(kind));
    });
  },
});

function reportKind(text: string): ReportKind {
  const kind = REPORT_KINDS.find((name) => name === text);
  if (kind !== undefined) return kind;
  throw new KeysweepError("usage", `there are no reports of ${JSON.stringify(text)}`, {
    hint: `There are reports of ${REPORT_KINDS.join(", ")}.`,
  });
}
