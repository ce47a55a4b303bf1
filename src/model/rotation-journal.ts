import type { AccountId } from "./access-key-id.ts";
import type { RotationId } from "./rotation.ts";
import type { RotationEvent } from "./rotation-event.ts";

/** A rotation as its journal has it: at least one event, the first `begun`. */
export interface JournalledRotation {
  readonly id: RotationId;
  readonly events: readonly RotationEvent[];
}

/** Who appends. */
export interface JournalWriter {
  /** The fence of the lease that it is written under. */
  readonly fence: number;
  /** For the audit trail: a person's name, or which program. */
  readonly who: string;
}

/**
 * The journals of rotations: append-only. An event that was appended is on the disk. All throw a KeysweepError `ledger` when they cannot,
 * and then nothing was appended. What is appended goes to the audit trail in the same step.
 */
export interface RotationJournal {
  /** The ledger, as the claim tag names it: made once at random with the ledger. */
  readonly ledger: string;
  /** The user's latest rotation, whatever became of it. */
  latest(account: AccountId, userName: string): JournalledRotation | null;
  /** All users' latest. */
  all(): Iterable<JournalledRotation>;
  /**
   * Appends an event, if the journal has exactly `expected` events so far (0: it is begun) and no event of it was written under a higher
   * fence. Begun only while the user's latest rotation has ended. False: somebody else was faster, and nothing was appended.
   */
  append(id: RotationId, expected: number, event: RotationEvent, writer: JournalWriter): boolean;
}

/** What journals remember of rotations that are long over, too: of use to readers, and nothing that a rotation depends on. */
export interface RotationHistory {
  /** Every rotation that was ever begun, the first first. */
  every(): Iterable<JournalledRotation>;
}

/** What a rotation waits for, as of when it was looked at last. */
export interface RotationOutlook {
  /** ISO 8601, UTC; null: not known. */
  readonly until: string | null;
  readonly why: string | null;
}

/** What rotations wait for: of use to readers, and nothing that a rotation depends on. */
export interface RotationOutlooks {
  note(id: RotationId, outlook: RotationOutlook): void;
  /** Null: nobody has looked. */
  of(id: RotationId): RotationOutlook | null;
}
