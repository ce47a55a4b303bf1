import { existsSync } from "node:fs";
import type { ConfiguredRotation, RotationConfiguration } from "../../config/rotations.ts";
import { KeysweepError } from "../../model/error.ts";
import type { IamUser } from "../../model/iam-user.ts";
import type { CommonFlags } from "../commands/common-flags.ts";
import type { Context } from "../context.ts";
import { ledgerLocation } from "../ledger-location.ts";
import { templatedRotations } from "../rotate/templated-rotations.ts";
import { type Finding, type Patient, said } from "./check.ts";

/** Of those who are rotated alike, so many are asked about: an organisation has thousands, and each takes calls. */
const MOST_ALIKE = 5;

/** The rotations that are asked about of those that templates make, and what is to be said of the others. */
export async function templatedUsers(
  { context, flags }: Patient,
  { templates, rotations }: RotationConfiguration,
): Promise<{ readonly asked: readonly ConfiguredRotation[]; readonly findings: readonly Finding[] }> {
  if (templates.length === 0) return { asked: [], findings: [] };
  const users = await knownUsers(context, flags);
  const { rotations: templated, warnings } = templatedRotations(templates, users, rotations);
  const findings = warnings.map((warning) => said("warning", warning));
  const names = templates.map(({ name }) => name).join(", ");
  if (templated.length === 0)
    return { asked: [], findings: [...findings, said("unused", `${names}: ${NO_USER}`, AUDIT_FIRST)] };
  const alike = [...Map.groupBy(templated, ({ at, settings }) => `${at} ${settings.accountId}`).values()];
  const left = alike.flatMap((some) => some.slice(MOST_ALIKE));
  if (left.length > 0) {
    const why = `${MOST_ALIKE} of each template and account were`;
    findings.push(said("ok", `${left.length} more users of ${names} were not asked about: ${why}`));
  }
  return { asked: alike.flatMap((some) => some.slice(0, MOST_ALIKE)), findings };
}

const NO_USER = "no user that the last audit saw is rotated by it";
const AUDIT_FIRST = "keysweep audit sees who names a template, by tag or path.";

/** Whom the last audits saw; nobody where there is no ledger, or none that can be read: a check of its own tells of that. */
async function knownUsers(context: Context, flags: CommonFlags): Promise<readonly IamUser[]> {
  try {
    const location = ledgerLocation(context, flags.ledger);
    if (location === null || !existsSync(location.path)) return [];
    const { usersIn } = await import("../../ledger/sqlite/inspect-ledger.ts");
    return usersIn(location.path, process.getuid?.() ?? null);
  } catch (error) {
    if (error instanceof KeysweepError) return [];
    throw error;
  }
}
