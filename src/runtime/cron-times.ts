import { CronTime } from "cron";

/**
 * The times of a schedule, in its time zone. A time that a change of clocks leaves out comes once, right after the change; one that comes twice
 * counts once, unless the schedule names no hour: then it is meant to come every hour, and so it does.
 */
export interface CronTimes {
  /** The first time after this one, in milliseconds since 1970; null: there is none in the next years. */
  next(afterMs: number): number | null;
}

/** Why it is no schedule, as a sentence; null if it is one. */
export function problemOfCron(expression: string): string | null {
  const fields = fieldsOf(expression).length;
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
  const walls = new WallTimes(expression);
  const zone = new Zone(timezone);
  return { next: (afterMs) => nextTime(walls, zone, afterMs) };
}

/*
 * The package `cron` knows which times of the wall an expression names, but where clocks change it gives wrong ones and some twice: in New York
 * `30 2 * * *` came at 1:30 and at 2:30 in the night in which clocks go back (cron 4.4). So it is asked about a wall whose clock never changes,
 * and when the wall shows what is worked out here. A time of the wall is written as milliseconds since 1970, as if the wall hung in UTC.
 */

/** The times of the wall that an expression names. */
class WallTimes {
  /** Whether it names no hour. */
  readonly everyHour: boolean;
  readonly #time: CronTime;

  constructor(expression: string) {
    this.#time = new CronTime(expression.trim(), "UTC");
    this.everyHour = fieldsOf(expression).at(-4)?.startsWith("*") === true;
  }

  next(afterWallMs: number): number | null {
    try {
      return this.#time.getNextDateFrom(new Date(afterWallMs), "UTC").toMillis();
    } catch {
      // It looks eight years ahead of today, so a 31 February ends here too.
      return null;
    }
  }
}

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** What a time zone's clocks show. */
class Zone {
  readonly #format: Intl.DateTimeFormat;

  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      calendar: "iso8601",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /** By how much its clocks are ahead of UTC, in milliseconds. */
  offsetAt(ms: number): number {
    const parts = Object.fromEntries(this.#format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
  }

  /** The first moment after `after`, up to and with `until`, at which clocks are not as they were; null: they stay. */
  changeWithin(after: number, until: number): number | null {
    const offset = this.offsetAt(after);
    for (let from = after; from < until; from += WEEK_MS) {
      const to = Math.min(from + WEEK_MS, until);
      if (this.offsetAt(to) !== offset) return this.#changeBetween(from, to, offset);
    }
    return null;
  }

  /** Whether clocks have shown the same shortly before, since they were set back. */
  isShownAgain(ms: number): boolean {
    const back = this.offsetAt(ms - 25 * HOUR_MS) - this.offsetAt(ms);
    return back > 0 && this.offsetAt(ms - back) === this.offsetAt(ms) + back;
  }

  #changeBetween(from: number, to: number, offset: number): number {
    let [before, after] = [Math.floor(from / 1000), Math.ceil(to / 1000)];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.offsetAt(middle * 1000) === offset) before = middle;
      else after = middle;
    }
    return after * 1000;
  }
}

function nextTime(walls: WallTimes, zone: Zone, afterMs: number): number | null {
  // From when on clocks are looked at, and what of the wall has been shown until then.
  let since = afterMs;
  let offset = zone.offsetAt(since);
  let shown = since + offset;
  for (;;) {
    const wall = walls.next(shown);
    if (wall === null) return null;
    const time = wall - offset;
    const change = zone.changeWithin(since, time);
    if (change === null) {
      if (walls.everyHour || !zone.isShownAgain(time)) return time;
      since = time;
      shown = wall;
      continue;
    }
    const changed = zone.offsetAt(change);
    // No clock shows it: they go forward past it.
    if (wall < change + changed) return change;
    since = change;
    offset = changed;
    shown = change + changed - 1;
  }
}

function fieldsOf(expression: string): string[] {
  return expression.trim().split(/\s+/);
}
