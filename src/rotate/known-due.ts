import type { AccessKey, IamUser } from "../model/iam-user.ts";
import type { RotationSettings } from "../model/rotation-settings.ts";
import { cronSchedule } from "./cron-schedule.ts";
import { dueAt } from "./due.ts";
import { hasEnded, type Rotation } from "./rotation.ts";

/**
 * When a user's key is due to be rotated, by what the last audit saw and what a rotation has done since, in milliseconds since 1970. Null: never,
 * or nobody knows which key is meant, or it is being replaced.
 * @param latest the user's last rotation.
 */
export function knownDue(
  { keys }: Pick<IamUser, "keys">,
  settings: RotationSettings,
  latest: Rotation | null,
): number | null {
  if (latest !== null && !hasEnded(latest) && latest.stage !== "reactivated") return null;
  const [key, ...others] = keysSince(keys, latest).filter(({ status }) => status === "Active");
  if (key === undefined || others.length > 0) return null;
  const { schedule, timezone } = settings;
  return dueAt(key.createdAtMs, settings, schedule === null ? null : cronSchedule(schedule, timezone));
}

interface Key {
  readonly id: string;
  readonly status: AccessKey["status"];
  readonly createdAtMs: number;
}

/** An audit that saw the key that a rotation has deleted did not see how it ended. */
function keysSince(keys: readonly AccessKey[], latest: Rotation | null): Key[] {
  const seen = keys.map(({ accessKeyId, status, createdAt }) => ({
    id: accessKeyId,
    status,
    createdAtMs: Date.parse(createdAt),
  }));
  if (latest?.stage !== "done" || latest.newKey === null) return seen;
  const { oldKey, newKey } = latest;
  if (!seen.some(({ id }) => id === oldKey.id)) return seen;
  const others = seen.filter(({ id }) => id !== oldKey.id && id !== newKey.id);
  return [...others, { id: newKey.id, status: "Active", createdAtMs: newKey.since }];
}
