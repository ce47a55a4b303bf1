import * as z from "zod/mini";
import { AUDIT_FORMAT_NAMES, SCAN_FORMAT_NAMES } from "../model/report-format-names.ts";
import { cron, duration, timezone } from "./time-schema.ts";

const text = z.string().check(z.minLength(1, "must not be empty"));

/** When a job runs: one of `at` and `every`; and for how long at most. */
const timesShape = {
  at: z.optional(cron),
  every: z.optional(duration),
  timezone: z.optional(timezone),
  timeout: z.optional(duration),
};

/** Formats of reports, and the files that they are written to. */
function reportsIn(names: readonly string[]) {
  return z.strictObject(Object.fromEntries(names.map((name) => [name, z.optional(text)])));
}

const scan = z.strictObject({
  ...timesShape,
  paths: z.optional(z.array(text).check(z.minLength(1, "must name a path at least"))),
  history: z.optional(z.boolean()),
  environment: z.optional(z.boolean()),
  identify: z.optional(z.boolean()),
  reports: z.optional(reportsIn(SCAN_FORMAT_NAMES)),
});

const audit = z.strictObject({
  ...timesShape,
  organization: z.optional(z.boolean()),
  reports: z.optional(reportsIn(AUDIT_FORMAT_NAMES)),
});

const rotate = z.strictObject(timesShape);

const port = z.int("must be a port").check(z.minimum(1, "must be a port"), z.maximum(65_535, "must be a port"));

const schedule = z.strictObject({
  timezone: z.optional(timezone),
  jitter: z.optional(duration),
  metrics: z.optional(z.strictObject({ port })),
  scan: z.optional(scan),
  audit: z.optional(audit),
  rotate: z.optional(rotate),
});

/** What the operator's configuration says of the schedule; the rest of it is not looked at. */
export const scheduleSchema = z.looseObject({ schedule: z.optional(schedule) });

export type WrittenSchedule = z.infer<typeof schedule>;
export type WrittenTimes = z.infer<typeof rotate>;
