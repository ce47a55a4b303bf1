import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { PLAIN_EXIT_STATUS_HELP } from "../exit.ts";
import { reporting } from "../reporting.ts";
import { type CommonFlags, commonFlags } from "./common-flags.ts";

export interface DashboardFlags extends CommonFlags {
  readonly noRefresh: boolean;
  readonly screenReader: boolean;
}

export const dashboardCommand = buildCommand<DashboardFlags, string[], Context>({
  docs: {
    brief: "Findings, users and rotations on one screen",
    fullDescription: `Shows what the ledger remembers at once, then scans (the PATHs, or what scan without PATH looks at) and audits beside it. Whatever it does, it
does by commands that its log shows. Needs a terminal. The key ? shows all keys.

${PLAIN_EXIT_STATUS_HELP}`,
  },
  parameters: {
    positional: {
      kind: "array",
      parameter: { brief: "Files and folders to scan", parse: String, placeholder: "PATH" },
    },
    flags: {
      noRefresh: {
        kind: "boolean",
        brief: "Neither scan nor audit before it is asked for",
        default: false,
        withNegated: false,
      },
      screenReader: {
        kind: "boolean",
        brief: "For what is read aloud (so does INK_SCREEN_READER=true)",
        default: false,
        withNegated: false,
      },
      ...commonFlags,
    },
  },
  async func(flags, ...paths) {
    await reporting(this, flags.verbose, async () => {
      const { runDashboard } = await import("../dashboard/run-dashboard.ts");
      await runDashboard(this, flags, paths);
    });
  },
});
