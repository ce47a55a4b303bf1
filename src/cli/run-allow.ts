import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { addAllow } from "../config/add-allow.ts";
import { checkedRepositorySettings, loadOperatorConfiguration, loadRepositoryConfiguration } from "../config/load.ts";
import { KeysweepError } from "../model/error.ts";
import { atLeast, SEVERITIES } from "../model/severity.ts";
import { visible } from "../report/escape.ts";
import { writeFileAtomically } from "../runtime/atomic-file.ts";
import { configurationPath } from "../runtime/system.ts";
import { ruleNamed } from "../scan/rules.ts";
import { shownName } from "../scan/shown-name.ts";
import type { AllowFlags } from "./commands/allow.ts";
import type { Context } from "./context.ts";
import { parseFingerprint } from "./fingerprint-argument.ts";
import { REPOSITORY_CONFIGURATION } from "./policy.ts";

/** The command `allow`: checks the entry as a configuration would be, and adds it, or brings the one of this fingerprint up to date. */
export async function runAllow(context: Context, flags: AllowFlags, fingerprint: string): Promise<void> {
  checkFlags(context, flags, fingerprint);
  const folder = repositoryFolder(process.cwd());
  const path = flags.operator
    ? (flags.config ?? configurationPath(context.system))
    : join(folder, REPOSITORY_CONFIGURATION);
  const exists = existsSync(path);
  // One that a scan would refuse is not written to.
  if (exists) (flags.operator ? loadOperatorConfiguration : loadRepositoryConfiguration)(path);
  const { reason, owner, expires } = flags;
  checkEntry({ fingerprint, reason, owner, expires });
  const { rule, severity } = await whatWasSeen(context, flags, fingerprint, flags.in ?? [folder]);
  const entry = { fingerprint, rule, severity, reason, owner, expires };
  const { text, replaced } = addAllow(path, exists ? readFileSync(path, "utf8") : "", entry);
  if (flags.operator) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // A repository's configuration is shared with everybody who works in it.
  writeFileAtomically(path, [text], flags.operator ? 0o600 : 0o666);
  if (!flags.quiet) {
    context.stderr.write(
      `keysweep: ${fingerprint} (${rule}, ${severity}) is allowed until ${expires} in ${visible(shownName(path))}${replaced ? ", in place of what was said of it there" : ""}\n`,
    );
  }
}

function checkFlags(context: Context, { rule, severity, expires }: AllowFlags, fingerprint: string): void {
  parseFingerprint(fingerprint);
  if (rule !== undefined) ruleNamed(rule);
  if (severity !== undefined && !SEVERITIES.some((known) => known === severity)) {
    throw new KeysweepError("usage", `--severity ${severity}: no such severity`, {
      hint: `It is one of ${SEVERITIES.join(", ")}.`,
    });
  }
  if (expires < new Date(context.clock.now()).toISOString().slice(0, 10)) {
    throw new KeysweepError("usage", `--expires ${expires}: that day has passed`, {
      hint: "Give the last day on which the finding is accepted, e.g. 2027-01-31.",
    });
  }
}

/** The entry is checked as a configuration is, and what is wrong with it told in the words of the command line. */
function checkEntry(entry: Readonly<Record<string, string>>): void {
  try {
    checkedRepositorySettings("", { allow: [entry] });
  } catch (error) {
    if (!(error instanceof KeysweepError)) throw error;
    throw new KeysweepError("usage", error.message.replace(/^.*?allow\[0\]\./, "--"), { cause: error });
  }
}

/** An allow covers what was seen and nothing worse, so rule and severity have to be known: from the user, or by looking again. */
async function whatWasSeen(
  context: Context,
  flags: AllowFlags,
  fingerprint: string,
  paths: readonly string[],
): Promise<{ rule: string; severity: string }> {
  const { rule, severity } = flags;
  if (rule !== undefined && severity !== undefined) return { rule, severity };
  const { findingBelow } = await import("./scan/finding-below.ts");
  const finding = await findingBelow(context, flags, fingerprint, paths);
  if (finding === null) {
    throw new KeysweepError("usage", `there is no finding ${fingerprint} in ${paths.join(", ")}`, {
      hint: "Say where it was found (--in PATH), or what it was (--rule RULE --severity SEVERITY), as a report shows it.",
    });
  }
  if (rule !== undefined && rule !== finding.rule) {
    throw new KeysweepError("usage", `--rule ${rule}: ${fingerprint} was found as ${finding.rule}`);
  }
  const worst = SEVERITIES.find((known) => known === severity) ?? finding.severity;
  if (!atLeast(worst, finding.severity)) {
    throw new KeysweepError(
      "usage",
      `--severity ${worst}: ${fingerprint} was found as ${finding.severity}, which that does not cover`,
    );
  }
  return { rule: finding.rule, severity: worst };
}

/** The top of the repository that the folder lies in, or the folder itself. */
function repositoryFolder(folder: string): string {
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, ".git"))) return current;
    if (current === dirname(current)) return folder;
  }
}
