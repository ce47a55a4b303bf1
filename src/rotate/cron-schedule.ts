import { cronTimes } from "../runtime/cron-times.ts";
import type { Schedule } from "./ports/schedule.ts";

/** A cron expression of five or six fields in a time zone. @throws Error where it is none. */
export function cronSchedule(expression: string, timezone: string): Schedule {
  const times = cronTimes(expression, timezone);
  return { nextAfter: (ms) => times.next(ms) };
}
