import type { RotationReport, RotationsReport } from "../../model/rotation.ts";
import type { Format, LiveFormat } from "../format.ts";

/** A format of reports of rotations. */
export type RotationsFormat = Format<RotationsReport, LiveRotationsFormat>;

/** A format whose records are written as rotations have gone as far as they go. */
export interface LiveRotationsFormat extends LiveFormat<RotationsReport> {
  start(heading: Omit<RotationsReport, "rotations">): string;
  rotation(rotation: RotationReport): string;
}
