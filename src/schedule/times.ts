/** When a job is due. Times in milliseconds since 1970. */
export interface Times {
  /** The first time after this one; null: there is none. */
  next(afterMs: number): number | null;
}

/** Again and again, counted from 1970 on: so a restart changes nothing. */
export function everyTimes(ms: number): Times {
  return { next: (afterMs) => (Math.floor(afterMs / ms) + 1) * ms };
}

/** The same times, worked out once for each time that is asked from again and again. */
export function rememberedTimes(times: Times): Times {
  const known = new Map<number, number | null>();
  return {
    next(afterMs) {
      let next = known.get(afterMs);
      if (next === undefined) {
        if (known.size >= MOST_KNOWN) known.clear();
        next = times.next(afterMs);
        known.set(afterMs, next);
      }
      return next;
    },
  };
}

/** More than are asked from between two runs. */
const MOST_KNOWN = 8;
