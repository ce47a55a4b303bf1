import type { AccessKeyId } from "./access-key-id.ts";
import type { Place } from "./place.ts";

/** A key that a scan found with its secret, and that was still there when it was last looked. */
export interface FoundKey {
  readonly accessKeyId: AccessKeyId;
  /** The first of its places. */
  readonly place: Place;
  /** How many places there are besides. */
  readonly morePlaces: number;
  /** When the scan ended that last found it: ISO 8601, UTC. */
  readonly seenAt: string;
}
