import { dirname, resolve } from "node:path";
import type { RotationConfiguration } from "../../config/rotations.ts";
import type { ScheduleConfiguration } from "../../config/schedule.ts";
import { pathFrom } from "../../runtime/secret-reference.ts";
import { type System, stateFolder } from "../../runtime/system.ts";

/** The files that what is scheduled writes beside its own: reports, the trail, and those that hold keys. */
export function writtenFiles(
  { home }: Pick<System, "home">,
  { jobs }: ScheduleConfiguration,
  { folder, rotations, seal, trail }: RotationConfiguration,
): string[] {
  const reports = jobs.flatMap((setting) => ("reports" in setting ? setting.reports.map(([, file]) => file) : []));
  const targets = rotations.flatMap(({ targets }) =>
    targets.map(({ settings }) => (settings as { readonly path?: unknown }).path),
  );
  const identity = seal !== null && "file" in seal ? seal.file : undefined;
  const files = [...targets, trail.file, identity]
    .filter((file) => typeof file === "string")
    .map((file) => resolve(pathFrom(file, home, folder)));
  return [...reports, ...files];
}

/** The folders that what is scheduled writes to: of its ledger, its memory of histories, and {@link writtenFiles}. */
export function writableFolders(
  system: System,
  schedule: ScheduleConfiguration,
  rotations: RotationConfiguration,
  ledger: string,
): string[] {
  return [
    // A service has none of the variables of whoever installs it.
    stateFolder({ ...system, environment: {} }),
    ...[ledger, ...writtenFiles(system, schedule, rotations)].map((file) => dirname(file)),
    // A template's files are named by its users: other folders are added by hand.
    ...(rotations.templates.length > 0 ? [system.home] : []),
  ];
}
