import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { addAllow } from "../config/add-allow.ts";
import { KeysweepError } from "../model/error.ts";
import { SEVERITIES } from "../model/severity.ts";
import { visible } from "../report/escape.ts";
import { writeFileAtomically } from "../runtime/atomic-file.ts";
import { configurationPath } from "../runtime/system.ts";
import { ruleNamed } from "../scan/rules.ts";
import type { AllowFlags } from "./commands/allow.ts";
import type { Context } from "./context.ts";
import { REPOSITORY_CONFIGURATION } from "./policy.ts";

/** The command `allow`: checks the entry as a configuration would be, and adds it. */
export async function runAllow(context: Context, flags: AllowFlags, fingerprint: string): Promise<void> {
  if (flags.rule !== undefined) ruleNamed(flags.rule);
  if (flags.severity !== undefined && !SEVERITIES.some((severity) => severity === flags.severity)) {
    throw new KeysweepError("usage", `--severity ${flags.severity}: no such severity`, {
      hint: `It is one of ${SEVERITIES.join(", ")}.`,
    });
  }
  if (flags.expires < new Date(context.clock.now()).toISOString().slice(0, 10)) {
    throw new KeysweepError("usage", `--expires ${flags.expires}: that day has passed`, {
      hint: "Give the last day on which the finding is accepted, e.g. 2027-01-31.",
    });
  }
  const path = flags.operator
    ? (flags.config ?? configurationPath(context.system))
    : repositoryConfigurationPath(process.cwd());
  const { reason, owner, expires, rule, severity } = flags;
  const entry = {
    fingerprint,
    ...(rule === undefined ? {} : { rule }),
    ...(severity === undefined ? {} : { severity }),
    reason,
    owner,
    expires,
  };
  const text = addAllow(path, existsSync(path) ? readFileSync(path, "utf8") : "", entry);
  if (flags.operator) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileAtomically(path, [text]);
  if (!flags.quiet) context.stderr.write(`keysweep: ${fingerprint} is allowed until ${expires} in ${visible(path)}\n`);
}

/** At the top of the repository that the folder lies in, or in the folder itself. */
function repositoryConfigurationPath(folder: string): string {
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, ".git"))) return join(current, REPOSITORY_CONFIGURATION);
    if (current === dirname(current)) return join(folder, REPOSITORY_CONFIGURATION);
  }
}
