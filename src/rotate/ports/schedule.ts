/** Scheduled times, in a time zone of their own. Times in milliseconds since 1970. */
export interface Schedule {
  /** The first scheduled time after `ms`; null: there is none any more. */
  nextAfter(ms: number): number | null;
}
