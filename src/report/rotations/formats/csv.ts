import type { RotationReport, TargetReport } from "../../../model/rotation.ts";
import { csvCell } from "../../escape.ts";
import type { RotationsFormat } from "../rotations-format.ts";

const COLUMNS = [
  "name",
  "id",
  "state",
  "accountId",
  "userName",
  "oldKeyId",
  "newKeyId",
  "startedAt",
  "nextStepAt",
  "reason",
  "target",
  "targetType",
  "targetState",
  "proof",
  "attempts",
  "error",
] as const;

/** A row for each target of each rotation; one for a rotation that has none yet. */
export const csv: RotationsFormat = {
  name: "csv",
  *write({ rotations }) {
    yield `${COLUMNS.join(",")}\r\n`;
    for (const rotation of rotations) {
      for (const target of rotation.targets.length === 0 ? [null] : rotation.targets) yield row(rotation, target);
    }
  },
};

function row(rotation: RotationReport, target: TargetReport | null): string {
  const { name, id, state, accountId, userName, oldKeyId, newKeyId, startedAt, nextStepAt, reason } = rotation;
  const ofRotation = [name, id, state, accountId, userName, oldKeyId, newKeyId, startedAt, nextStepAt, reason];
  const ofTarget = [
    target?.name,
    target?.type,
    target?.state,
    target?.proof,
    target?.attempts.toString(),
    target?.error,
  ];
  const cells = ofRotation.concat(ofTarget.map((cell) => cell ?? null));
  return `${cells.map((cell) => csvCell(cell ?? "")).join(",")}\r\n`;
}
