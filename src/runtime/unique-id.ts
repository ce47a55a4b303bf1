import { randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import type { Clock } from "./clock.ts";

/** An id of `[a-z0-9]`, at most 26 characters, that is never given twice; a later one comes later in the alphabet. */
export function uniqueId(clock: Clock): string {
  const time = Math.max(0, Math.floor(clock.now())).toString(36).padStart(9, "0");
  const random = BigInt(`0x${randomBytes(10).toString("hex")}`).toString(36);
  return time + random.padStart(16, "0");
}

/** Who runs this, e.g. `ada@build-7`, for a record of who did what. */
export function whoRunsThis(): string {
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the number may have no name.
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
