import { CronTime } from "cron";
import type { Schedule } from "./ports/schedule.ts";

/** A cron expression of five or six fields in a time zone. @throws Error with a sentence where it is none. */
export function cronSchedule(expression: string, timezone: string): Schedule {
  const time = new CronTime(expression, timezone);
  return {
    nextAfter: (ms) => {
      try {
        return time.getNextDateFrom(new Date(ms), timezone).toMillis();
      } catch {
        // There is no such date any more, or ever: 31 February.
        return null;
      }
    },
  };
}
