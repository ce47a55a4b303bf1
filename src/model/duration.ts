const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `0s 90s 15m 24h 7d` in milliseconds; null: it is no duration. */
export function durationMs(text: string): number | null {
  const [, number = "", unit = ""] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  return unit === "" ? null : Number(number) * UNITS[unit as keyof typeof UNITS];
}
