import { type Application, buildApplication, buildRouteMap, type StricliIntegration, version } from "@stricli/core";
import { version as currentVersion } from "../generated/version.ts";
import { allowCommand } from "./commands/allow.ts";
import { auditCommand } from "./commands/audit.ts";
import { dashboardCommand } from "./commands/dashboard.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { explainCommand } from "./commands/explain.ts";
import { hookRoutes } from "./commands/hook.ts";
import { reportCommand } from "./commands/report.ts";
import { rotateRoutes } from "./commands/rotate.ts";
import { scanCommand } from "./commands/scan.ts";
import { scheduleRoutes } from "./commands/schedule.ts";
import { targetsCommand } from "./commands/targets.ts";
import type { Context } from "./context.ts";
import { EXIT_STATUS_HELP } from "./exit.ts";
import { parserText } from "./parser-text.ts";

/** All commands. */
export const routes = buildRouteMap({
  routes: {
    scan: scanCommand,
    audit: auditCommand,
    rotate: rotateRoutes,
    schedule: scheduleRoutes,
    allow: allowCommand,
    explain: explainCommand,
    doctor: doctorCommand,
    hook: hookRoutes,
    report: reportCommand,
    dashboard: dashboardCommand,
    targets: targetsCommand,
  },
  docs: {
    brief: "Find static AWS access keys, and the way off each",
    fullDescription: `Find static AWS access keys, and the way off each.\n\n${EXIT_STATUS_HELP}`,
  },
});

/** The command line. @param helpColumns how wide help may be; asked only when it is wanted */
export function applicationOf(helpColumns: () => number): Application<Context> {
  const help: StricliIntegration<Context> = {
    flag: {
      brief: "Print this help",
      aliases: ["h"],
      global: true,
      defaultForRouteMap: true,
      async run(_, { result: { target, prefix } }) {
        const { helpText } = await import("./help-text.ts");
        this.process.stdout.write(helpText(target, prefix, helpColumns()));
      },
    },
  };
  return buildApplication(
    routes,
    {
      name: "keysweep",
      scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
      documentation: { caseStyle: "convert-camel-to-kebab", disableAnsiColor: true },
      localization: { text: parserText },
    },
    { help, version: version({ brief: "Print the version", info: { currentVersion } }) },
  );
}
