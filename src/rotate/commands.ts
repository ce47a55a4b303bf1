import type { RotationState } from "../model/rotation.ts";
import type { RotationCommand } from "../model/rotation-event.ts";
import type { Rotation } from "./rotation.ts";

/**
 * Where a command finds a rotation: its state, but that one which is stuck is where it got stuck. From `writing` on a write was at least
 * attempted, so that a target may hold the new key.
 */
export type CommandRow = Exclude<RotationState, "stuck">;

/** What a command does there. */
export type CommandCell =
  | { readonly accepted: false; readonly why: string }
  | {
      readonly accepted: true;
      /** How it leaves the keys; `deleted` is of a key that this rotation made and no target was given. */
      readonly oldKey: "Active";
      readonly newKey: "Active" | "deleted" | "none";
      /** What targets hold then; `old where known`: the old key where its secret was read before the rotation, else as they are. */
      readonly targets: "untouched" | "as they are" | "old where known" | "new";
      /** The state that it leads to. */
      readonly ends: RotationState;
    };

const NOTHING_UNDER_WAY = { accepted: false, why: "no rotation is under way" } as const;
const NOTHING_TO_BRING_BACK = {
  accepted: false,
  why: "the old key is active and in its targets; `abandon` gives the rotation up",
} as const;
const NOT_WAITED_FOR = { accepted: false, why: "nothing waits for a person's word" } as const;
const BROUGHT_BACK = {
  accepted: true,
  oldKey: "Active",
  newKey: "Active",
  targets: "old where known",
  ends: "reactivated",
} as const;
const WITHDRAWN = {
  accepted: true,
  oldKey: "Active",
  newKey: "deleted",
  targets: "untouched",
  ends: "abandoned",
} as const;
const GIVEN_UP = {
  accepted: true,
  oldKey: "Active",
  newKey: "Active",
  targets: "as they are",
  ends: "abandoned",
} as const;
const CONFIRMED = {
  accepted: true,
  oldKey: "Active",
  newKey: "Active",
  targets: "as they are",
  ends: "soaking",
} as const;
const NOBODY_GOES_ON = {
  accepted: false,
  why: "the configuration does not have it any more, so that nobody would go on with it: put it back, or `abandon`",
} as const;
const GOES_ON = { accepted: true, oldKey: "Active", newKey: "Active", targets: "new", ends: "soaking" } as const;

/** State × command. docs/rotation.md shows it, and test/unit/rotation-commands.test.ts tries each cell. */
export const COMMAND_TABLE: Readonly<Record<CommandRow, Readonly<Record<RotationCommand, CommandCell>>>> = {
  idle: { reactivate: NOTHING_UNDER_WAY, abandon: NOTHING_UNDER_WAY, confirm: NOTHING_UNDER_WAY },
  planned: {
    reactivate: NOTHING_TO_BRING_BACK,
    abandon: { ...WITHDRAWN, newKey: "none" },
    confirm: NOT_WAITED_FOR,
  },
  creating: { reactivate: NOTHING_TO_BRING_BACK, abandon: WITHDRAWN, confirm: NOT_WAITED_FOR },
  created: { reactivate: NOTHING_TO_BRING_BACK, abandon: WITHDRAWN, confirm: NOT_WAITED_FOR },
  proving: { reactivate: NOTHING_TO_BRING_BACK, abandon: WITHDRAWN, confirm: NOT_WAITED_FOR },
  writing: { reactivate: BROUGHT_BACK, abandon: GIVEN_UP, confirm: NOT_WAITED_FOR },
  soaking: { reactivate: BROUGHT_BACK, abandon: GIVEN_UP, confirm: CONFIRMED },
  deactivating: { reactivate: BROUGHT_BACK, abandon: GIVEN_UP, confirm: CONFIRMED },
  quarantined: { reactivate: BROUGHT_BACK, abandon: GIVEN_UP, confirm: NOT_WAITED_FOR },
  deleting: { reactivate: BROUGHT_BACK, abandon: GIVEN_UP, confirm: NOT_WAITED_FOR },
  done: {
    reactivate: { accepted: false, why: "the old key is deleted, and nothing brings it back" },
    abandon: NOTHING_UNDER_WAY,
    confirm: NOTHING_UNDER_WAY,
  },
  reactivated: {
    reactivate: { accepted: false, why: "the old key is active already" },
    abandon: GIVEN_UP,
    confirm: GOES_ON,
  },
  abandoned: { reactivate: NOTHING_UNDER_WAY, abandon: NOTHING_UNDER_WAY, confirm: NOTHING_UNDER_WAY },
};

/** @param rotation null: none was ever begun. */
export function commandRow(rotation: Rotation | null): CommandRow {
  if (rotation === null) return "idle";
  const { stage, handedOut, secrets, goal } = rotation;
  // It is about to end, and without the secrets nothing can be undone.
  if (secrets !== "kept") return goal === "abandon" ? "abandoned" : "done";
  const isBefore = stage === "created" || stage === "proving";
  return isBefore && handedOut ? "writing" : stage;
}

/**
 * What a command would do to a rotation, or why it is refused.
 * @param isConfigured without its configuration nobody knows how its targets are written, and nobody goes on with it.
 */
export function commandCell(rotation: Rotation | null, command: RotationCommand, isConfigured = true): CommandCell {
  const cell = COMMAND_TABLE[commandRow(rotation)][command];
  if (isConfigured || !cell.accepted || command === "abandon") return cell;
  return command === "confirm" ? NOBODY_GOES_ON : { ...cell, targets: "as they are" };
}
