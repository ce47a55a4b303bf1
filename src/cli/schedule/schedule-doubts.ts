import { existsSync } from "node:fs";
import type { ScheduleConfiguration } from "../../config/schedule.ts";
import { reasonNotWritable } from "../../runtime/atomic-file.ts";
import { changeableByOthers } from "../../runtime/changeable-by-others.ts";

/** What of a schedule cannot be done as things are, a sentence each: whoever starts it at night makes no folder for it. */
export function scheduleDoubts({ jobs }: ScheduleConfiguration): string[] {
  return jobs.flatMap((setting) => {
    const paths = setting.job === "scan" ? setting.paths : [];
    const reports = setting.job === "rotate" ? [] : setting.reports;
    return [
      ...paths.filter((path) => !existsSync(path)).map((path) => `schedule.scan.paths: there is no ${path}`),
      ...reports.flatMap(([format, file]) => {
        const why = reasonNotWritable(file);
        return why === null ? [] : [`schedule.${setting.job}.reports.${format}: cannot write ${file}: ${why}`];
      }),
    ];
  });
}

/**
 * What root would run, or do what it says, though it is somebody else's to change; a sentence each.
 * @param configuration its path
 */
export function rootDoubts(configuration: string): string[] {
  if (process.getuid?.() !== 0) return [];
  return [process.execPath, process.argv[1] ?? "", configuration].flatMap((path) => {
    const why = changeableByOthers(path, 0);
    return why === null ? [] : [`root would rely on ${path}, which others may change: ${why}`];
  });
}
