import * as z from "zod/mini";
import { durationMs } from "../model/duration.ts";
import { isTimeZone, problemOfCron } from "../runtime/cron-times.ts";

/** `0s 90s 15m 24h 7d`. */
export const duration = z
  .string("must be a duration, e.g. 90s, 15m, 24h or 7d")
  .check(z.refine((value) => durationMs(value) !== null, "must be a duration, e.g. 90s, 15m, 24h or 7d"));

/** Five or six fields. */
export const cron = z.string().check((payload) => {
  const problem = problemOfCron(payload.value);
  if (problem !== null) payload.issues.push({ code: "custom", input: payload.value, message: problem });
});

/** Of the IANA time zone database. */
export const timezone = z
  .string()
  .check(z.refine(isTimeZone, "must be a time zone, e.g. Europe/Berlin (see the IANA time zone database)"));
