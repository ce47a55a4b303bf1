import type { RotationReport } from "../../model/rotation.ts";

/** Something that people asked to be told of. */
export interface RotationNotice {
  readonly on: "begun" | "stuck" | "done" | "abandoned" | "reactivated";
  readonly rotation: RotationReport;
}

/** Never rejects: a notification that fails stops no rotation. */
export interface RotationNotices {
  tell(notice: RotationNotice): Promise<void>;
}
