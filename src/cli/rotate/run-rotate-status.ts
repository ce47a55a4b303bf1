import type { ConfiguredRotation } from "../../config/rotations.ts";
import type { RotationReport } from "../../model/rotation.ts";
import { rotationsFormats } from "../../report/rotations/rotations-formats.ts";
import { needsPerson } from "../../report/rotations/summary-text.ts";
import { knownDue } from "../../rotate/known-due.ts";
import { idleReport } from "../../rotate/report.ts";
import { systemWaiting } from "../../runtime/waiting.ts";
import type { RotateFlags } from "../commands/rotate.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import { outputsIn } from "../outputs.ts";
import { openDesk } from "./open-desk.ts";
import type { RotationDesk } from "./rotation-desk.ts";
import { heading, writeRotations } from "./rotations-report.ts";
import { toldOf, toldRotations } from "./told-rotations.ts";

/** The command `rotate status`: what the journal says, with nobody asked. */
export async function runRotateStatus(context: Context, flags: RotateFlags, names: readonly string[]): Promise<void> {
  const outputs = await outputsIn(flags, rotationsFormats);
  const desk = await openDesk(context, flags, systemWaiting, false);
  try {
    const rotations = [...(await configuredReports(desk, names)), ...(names.length === 0 ? leftReports(desk) : [])];
    await writeRotations(context, flags, outputs, { ...heading(context, { clockAheadMs: 0 }), rotations }, desk.ledger);
    context.exitWith(rotations.some(needsPerson) ? EXIT.findings : EXIT.clean);
  } finally {
    await desk.close();
  }
}

async function configuredReports(desk: RotationDesk, names: readonly string[]): Promise<RotationReport[]> {
  const asked = names.map((name) => desk.left(name)).filter((left) => left !== null);
  const known = names.filter((name) => !asked.some(({ settings }) => settings.name === name));
  const rotations = [...asked, ...(asked.length > 0 && known.length === 0 ? [] : desk.named(known))];
  return Promise.all(
    rotations.map(async (rotation) => {
      const latest = desk.latest(rotation);
      if (latest !== null) return toldOf(desk.ledger, latest);
      return idleReport(await desk.idle(rotation), due(desk, rotation), null);
    }),
  );
}

/** Rotations that the configuration does not have any more. */
function leftReports(desk: RotationDesk): RotationReport[] {
  const configured = new Set(desk.rotations.map(({ settings }) => `${settings.accountId}/${settings.userName}`));
  return toldRotations(desk.ledger)
    .filter(({ accountId, userName }) => !configured.has(`${accountId}/${userName}`))
    .map((report) => ({ ...report, configured: false }));
}

/** When what was never rotated is due, by what the last audit saw; null: nobody knows. */
function due(desk: RotationDesk, { settings }: ConfiguredRotation): number | null {
  const { accountId, userName } = settings;
  for (const user of desk.ledger.audits.users(accountId))
    if (user.userName === userName) return knownDue(user, settings, null);
  return null;
}
