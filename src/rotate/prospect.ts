import type { AccessKeyId } from "../model/access-key-id.ts";
import { type AwsTime, after, awsTime, awsTimeText } from "../model/aws-answer.ts";
import type { RotationCommand } from "../model/rotation-event.ts";
import type { CommandProspect, StepAhead } from "../model/rotation-prospect.ts";
import { type CommandCell, commandCell, commandRow } from "./commands.ts";
import { quietMs } from "./gate.ts";
import { USE_GRAIN_MS, USE_LAG_MS } from "./pace.ts";
import { hours, someOf, untilQuarantineMs } from "./plan.ts";
import { isHalfWritten, isSettled, type Rotation } from "./rotation.ts";

/** What a command will do to a rotation, by its cell of the table: see commands.ts. */
export function commandProspect(
  rotation: Rotation,
  command: RotationCommand,
  cell: Extract<CommandCell, { accepted: true }>,
): CommandProspect {
  return {
    key: concerned(rotation, command, cell.newKey),
    keys:
      command === "confirm"
        ? [`The old key ${rotation.oldKey.id} counts as needed by nobody any more, without a proof.`]
        : [oldKeyText(rotation), newKeyText(rotation, cell.newKey)],
    targets: [...halvesText(rotation), targetsText(rotation, command, cell.targets)],
    outcome: OUTCOMES[command],
    ahead: command === "confirm" ? forwards(rotation) : [],
  };
}

const OUTCOMES: Readonly<Record<RotationCommand, string>> = {
  reactivate: "Then nothing goes on until a person confirms, and it goes on, or gives it up.",
  abandon: "The rotation ends, and the secrets that are sealed for it are destroyed.",
  confirm: "It goes on as far as it can.",
};

/** The sentences of a prospect, in order, but for what may come of it. */
export function prospectText({ keys, targets, outcome }: CommandProspect): readonly string[] {
  return [...keys, ...targets, outcome];
}

function concerned({ oldKey, newKey }: Rotation, command: RotationCommand, becomes: string): AccessKeyId {
  const isDeleted = command === "abandon" && becomes === "deleted" && newKey !== null && newKey.status !== "deleted";
  return isDeleted ? newKey.id : oldKey.id;
}

function oldKeyText({ oldKey: { id, status, intent } }: Rotation): string {
  const usable = "whoever has it can use it from then on";
  if (status === "deleted") return `The old key ${id} is deleted, and nothing brings it back.`;
  if (intent === "delete")
    return `The old key ${id} was about to be deleted. If it is still there, it is made active again: ${usable}. If not, nothing brings it back.`;
  if (status === "Inactive") return `The old key ${id} is made active again: ${usable}.`;
  if (intent !== null)
    return `The old key ${id} was about to be made ${intent.toLowerCase()}: it is active from then on.`;
  return `The old key ${id} is active, and stays so.`;
}

function newKeyText({ newKey }: Rotation, becomes: "Active" | "deleted" | "none"): string {
  if (newKey === null) {
    return becomes === "none"
      ? "No new key was made."
      : "It is not known whether a new key was made. One that is found to be this rotation's is made inactive and deleted; any other is left alone, and named.";
  }
  const { id, status } = newKey;
  if (status === "deleted") return `The new key ${id} is deleted already.`;
  if (becomes === "deleted")
    return `The new key ${id}, which no target was given, is made inactive and deleted. Should a target hold it after all, or somebody use it, both keys stay active.`;
  return status === "Active" ? `The new key ${id} stays active.` : `The new key ${id} is inactive, and stays so.`;
}

/** They come before anything else, whatever is asked. */
function halvesText({ targets }: Rotation): string[] {
  return targets
    .filter(isHalfWritten)
    .map(
      ({ planned }) =>
        `${planned.name} holds an id and a secret that do not belong together: it is given a pair first.`,
    );
}

function targetsText(
  { newKey, oldSecretSealed, targets }: Rotation,
  command: RotationCommand,
  get: Extract<CommandCell, { accepted: true }>["targets"],
): string {
  const given = targets.filter(({ attempted }) => attempted);
  switch (get) {
    case "untouched":
      return "No target is touched.";
    case "new":
      return `The new key ${newKey?.id ?? ""} is written again to ${named(targets)}.`;
    case "old where known":
      return oldSecretSealed && given.length > 0
        ? `The old key is put back into ${named(given)}.`
        : "Targets stay as they are, and keep the new key: the old secret is not known.";
    case "as they are":
      return command === "reactivate"
        ? "Targets stay as they are: the configuration does not have them any more."
        : `Targets stay as they are: ${given.length} of ${targets.length} were given the new key.`;
  }
}

function named(targets: Rotation["targets"]): string {
  return someOf(targets.map(({ planned }) => planned.name));
}

/** What a run will do to a rotation that is under way, as far as it may come. Empty: nothing, without a person's word. */
export function stepsAhead(rotation: Rotation): readonly StepAhead[] {
  const { goal, stage } = rotation;
  if (stage === "reactivated") return [];
  if (goal === "rotate") return forwards(rotation);
  // A command that was cut short.
  const cell = commandCell(rotation, goal);
  return cell.accepted ? prospectText(commandProspect(rotation, goal, cell)).map((what) => atOnce(what)) : [];
}

function atOnce(what: string): StepAhead {
  return { what, notBefore: null };
}

function forwards(rotation: Rotation): readonly StepAhead[] {
  const { oldKey, newKey, outline, targets } = rotation;
  const { gate, userName } = outline;
  // Nobody can hand it to anybody: a person gives it up.
  if (newKey?.secretLost === true) return [];
  switch (commandRow(rotation)) {
    case "planned":
    case "creating":
      return [
        atOnce(
          `A new key of ${userName} is made${rotation.creating === null ? "" : ", unless one was already"}, tried, and written to ${named(targets)}.`,
        ),
        ...afterHandOver(rotation),
      ];
    case "created":
    case "proving":
    case "writing": {
      const open = targets.filter((target) => !isSettled(target));
      const to = open.length === 0 ? "" : `, and written to ${named(open)}`;
      return [atOnce(`The new key ${newKey?.id ?? ""} is tried${to}.`), ...afterHandOver(rotation)];
    }
    case "reactivated":
      return [...afterHandOver(rotation)];
    case "soaking":
    case "deactivating":
      return [madeInactive(rotation, awsTimeText(inactiveAt(rotation))), ...afterInactive(rotation)];
    case "quarantined":
      return [
        {
          what: `The old key ${oldKey.id} is deleted, if it is still inactive and the targets hold the new one. That cannot be undone: nothing brings it back.`,
          notBefore: awsTimeText(after(oldKey.since, gate.quarantineMs)),
        },
      ];
    case "deleting":
      return [atOnce(`The old key ${oldKey.id} is deleted. That cannot be undone: nothing brings it back.`)];
    case "idle":
    case "done":
    case "abandoned":
      return [];
  }
}

function afterHandOver(rotation: Rotation): readonly StepAhead[] {
  const { gate } = rotation.outline;
  const waitMs = untilQuarantineMs(gate);
  if (waitMs === 0) return [madeInactive(rotation, null), ...afterInactive(rotation)];
  return [atOnce(`Both keys are active then: the old key ${rotation.oldKey.id} for ${hours(waitMs)} more at least.`)];
}

function madeInactive({ oldKey, outline }: Rotation, notBefore: string | null): StepAhead {
  const condition = outline.gate.acceptUnprovenUse
    ? "though nothing proves that nobody uses it"
    : "if it has been silent, and what has to be proved is proved";
  const what = `The old key ${oldKey.id} is made inactive, ${condition}: who still uses it fails from then on, until it is brought back.`;
  return { what, notBefore };
}

function afterInactive({ outline: { gate } }: Rotation): readonly StepAhead[] {
  return gate.quarantineMs === 0
    ? [atOnce("It is deleted at once after that. That cannot be undone: nothing brings it back.")]
    : [atOnce(`It is not deleted for ${hours(gate.quarantineMs)} after that.`)];
}

/** The earliest time at which the gate may open: see gate.ts. */
function inactiveAt({ oldKey, handedOverAt, at, outline: { gate } }: Rotation): AwsTime {
  const since = handedOverAt ?? at;
  if (gate.acceptUnprovenUse) return after(since, untilQuarantineMs(gate));
  return oldKey.status === "Active"
    ? after(awsTime(Math.max(since, oldKey.since)), quietMs(gate) + USE_GRAIN_MS + USE_LAG_MS)
    : after(since, quietMs(gate));
}
