import type { AccountId } from "./access-key-id.ts";
import type { GateSettings } from "./rotation-event.ts";

/** A rotation as the operator configured it, without its targets: these are opened by their adapters. Durations in milliseconds. */
export interface RotationSettings {
  readonly name: string;
  readonly accountId: AccountId;
  readonly userName: string;
  /** A cron expression of five or six fields; null: only `maximumAge` counts. */
  readonly schedule: string | null;
  /** An IANA name. */
  readonly timezone: string;
  /** Due when the key is older, whatever the schedule; null: only the schedule counts. */
  readonly maximumAgeMs: number | null;
  /** At least one. */
  readonly regions: readonly string[];
  readonly gate: GateSettings;
}
