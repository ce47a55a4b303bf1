import type { RotationSettings } from "../model/rotation-settings.ts";
import type { Schedule } from "./ports/schedule.ts";

/** How many of a schedule's gaps are looked at: five years of months, two months of days. */
const GAPS = 60;

/**
 * When a key is to be rotated: at the first scheduled time after it was made, or when it is as old as it may become, whichever is earlier. So
 * a time that passed while nothing ran is made up for. Null: never.
 */
export function dueAt(
  keyCreatedAt: number,
  { maximumAgeMs }: Pick<RotationSettings, "maximumAgeMs">,
  schedule: Schedule | null,
): number | null {
  const scheduled = schedule?.nextAfter(keyCreatedAt) ?? null;
  const aged = maximumAgeMs === null ? null : keyCreatedAt + maximumAgeMs;
  return scheduled === null || aged === null ? (scheduled ?? aged) : Math.min(scheduled, aged);
}

/** The shortest time between two scheduled times from `from` on, in milliseconds; null where there are not two. */
export function tightestGapMs(schedule: Schedule, from: number): number | null {
  let tightest: number | null = null;
  let before = schedule.nextAfter(from);
  for (let gap = 0; gap < GAPS && before !== null; gap += 1) {
    const next = schedule.nextAfter(before);
    if (next === null) break;
    tightest = Math.min(tightest ?? Number.POSITIVE_INFINITY, next - before);
    before = next;
  }
  return tightest;
}
