import { CronTime } from "cron";

/** The times of a schedule, in its time zone: a time that a change of clocks leaves out comes once, right after; one that comes twice counts once. */
export interface CronTimes {
  /** The first time after this one, in milliseconds since 1970; null: there is none in the next years. */
  next(afterMs: number): number | null;
}

/** Why it is no schedule, as a sentence; null if it is one. */
export function problemOfCron(expression: string): string | null {
  const fields = expression.trim().split(/\s+/).length;
  if (fields !== 5 && fields !== 6) return "must have five fields, or six with seconds first, e.g. 0 3 1 * *";
  const { valid, error } = CronTime.validateCronExpression(expression.trim());
  return valid ? null : `is no schedule: ${error?.message ?? "a field is not right"}`;
}

/** Whether there is such a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** @throws Error when it is no schedule. */
export function cronTimes(expression: string, timezone: string): CronTimes {
  const time = new CronTime(expression.trim(), timezone);
  return {
    next(afterMs) {
      try {
        return time.getNextDateFrom(new Date(afterMs), timezone).toMillis();
      } catch {
        // It looks eight years ahead of today, so a 31 February ends here too.
        return null;
      }
    },
  };
}
