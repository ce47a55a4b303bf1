import type { AccessKeyId, AccountId } from "./access-key-id.ts";
import type { RotationReport } from "./rotation.ts";

/** Why a rotation does not begin: a closed list. */
export type ObstacleCode =
  | "user-missing"
  | "root"
  | "no-active-key"
  | "two-active-keys"
  | "second-slot-taken"
  | "user-quarantined"
  | "claimed-elsewhere"
  | "target-holds-unknown-key"
  | "target-unusable"
  | "schedule-too-tight"
  | "no-targets";

export interface Obstacle {
  readonly code: ObstacleCode;
  /** What was seen. */
  readonly evidence: string;
  /** What a person can do. */
  readonly remedy: string;
}

export interface PlannedKey {
  readonly accessKeyId: AccessKeyId;
  readonly status: "Active" | "Inactive";
  readonly createdAt: string;
  readonly ageDays: number;
  /** Null: never, as far as IAM knows. */
  readonly lastUsedAt: string | null;
  readonly lastUsedService: string | null;
  readonly lastUsedRegion: string | null;
}

/** What a target holds before a rotation. */
export interface PlanTarget {
  readonly name: string;
  readonly type: string;
  readonly place: string;
  readonly holds: "key" | "part" | "nothing" | "hidden" | "unreadable";
  readonly accessKeyId: AccessKeyId | null;
  /** Why it cannot be used; null: it can. */
  readonly error: string | null;
  /** What makes a static key here needless, as a sentence; null where nothing does. */
  readonly avoidableBy: string | null;
}

/** What a rotation would do, and what is in the way. Times are ISO 8601, UTC. */
export interface RotationPlan {
  readonly name: string;
  readonly accountId: AccountId;
  readonly userName: string;
  readonly generatedAt: string;
  readonly isDue: boolean;
  /** When it is due, or was; null: never by its settings. */
  readonly dueAt: string | null;
  readonly keys: readonly PlannedKey[];
  /** The key that would be replaced; null where it is not clear which. */
  readonly oldKeyId: AccessKeyId | null;
  readonly targets: readonly PlanTarget[];
  /** Empty: it can begin. */
  readonly obstacles: readonly Obstacle[];
  /** What is no obstacle, and worth knowing. */
  readonly warnings: readonly string[];
  /** What would happen when, at the earliest, if it began now. Empty where something is in the way. */
  readonly timetable: readonly { readonly at: string; readonly what: string }[];
}

/** `keysweep/rotation-plans@1`. */
export interface RotationPlansReport {
  readonly schema: "keysweep/rotation-plans@1";
  readonly tool: { readonly name: string; readonly version: string };
  readonly generatedAt: string;
  readonly plans: readonly RotationPlan[];
  /** Rotations that have begun already: there is nothing to plan. */
  readonly underWay: readonly Pick<RotationReport, "name" | "id" | "state">[];
}
