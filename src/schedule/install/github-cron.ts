import { KeysweepError } from "../../model/error.ts";

/** The times of a job, as the configuration has them. */
type JobTimes =
  | { readonly kind: "every"; readonly ms: number }
  | { readonly kind: "cron"; readonly expression: string };

/**
 * The times of a job in the five fields that GitHub takes, in UTC.
 * @throws KeysweepError `usage` where GitHub cannot say that.
 */
export function githubCron(job: string, times: JobTimes): string {
  return times.kind === "every" ? everyCron(job, times.ms) : atCron(job, times.expression);
}

function everyCron(job: string, ms: number): string {
  const minutes = ms / 60_000;
  if (Number.isInteger(minutes) && minutes >= 5 && 60 % minutes === 0)
    return minutes === 60 ? "0 * * * *" : `*/${minutes} * * * *`;
  const hours = minutes / 60;
  if (Number.isInteger(hours) && 24 % hours === 0) return hours === 24 ? "0 0 * * *" : `0 */${hours} * * *`;
  throw cannot(job, "every", "cannot say that", 'Write at: "0 2 * * *" instead.');
}

function atCron(job: string, expression: string): string {
  const fields = expression.trim().split(/\s+/);
  if (fields.length === 6 && fields[0] !== "0") throw cannot(job, "at", "knows no seconds", "Write five fields.");
  const weekday = fields.at(-1) ?? "*";
  return [...fields.slice(-5, -1), sundayIsZero(job, weekday)].join(" ");
}

/** To cron Sunday is 0 and 7, to GitHub 0 alone. */
function sundayIsZero(job: string, weekday: string): string {
  return weekday
    .split(",")
    .map((part) => {
      if (part === "7") return "0";
      const [, from] = /^([0-6])-7$/.exec(part) ?? [];
      if (from !== undefined) return from === "0" ? "*" : from === "6" ? "6,0" : `${from}-6,0`;
      if (/7/.test(part.replace(/\/.*$/, ""))) throw cannot(job, "at", "calls no day 7", "Call Sunday 0.");
      return part;
    })
    .join(",");
}

function cannot(job: string, key: string, why: string, hint: string): KeysweepError {
  return new KeysweepError("usage", `schedule.${job}.${key}: GitHub ${why}`, { hint });
}
