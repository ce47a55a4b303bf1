import { dirname, resolve } from "node:path";
import type { RotationConfiguration } from "../config/rotations.ts";
import type { ScheduleConfiguration } from "../config/schedule.ts";
import { pathFrom } from "../runtime/secret-reference.ts";
import { type System, stateFolder } from "../runtime/system.ts";

/** The folders that what is scheduled writes to: of its ledger, its memory of histories, its reports, the trail, and the files that hold keys. */
export function writableFolders(
  system: System,
  { jobs }: ScheduleConfiguration,
  { folder, rotations, templates, seal, trail }: RotationConfiguration,
  ledger: string,
): string[] {
  const reports = jobs.flatMap((setting) => ("reports" in setting ? setting.reports.map(([, file]) => file) : []));
  const targets = rotations.flatMap(({ targets }) =>
    targets.map(({ settings }) => (settings as { readonly path?: unknown }).path),
  );
  const identity = seal !== null && "file" in seal ? seal.file : undefined;
  const files = [...targets, trail.file, identity]
    .filter((file) => typeof file === "string")
    .map((file) => resolve(pathFrom(file, system.home, folder)));
  return [
    // A service has none of the variables of whoever installs it.
    stateFolder({ ...system, environment: {} }),
    ...[ledger, ...reports, ...files].map((file) => dirname(file)),
    // A template's files are named by its users: other folders are added by hand.
    ...(templates.length > 0 ? [system.home] : []),
  ];
}
