import type { SkipReason } from "../../../../model/coverage.ts";
import { MOST_ROWS } from "../../../skip-limit.ts";
import type { Loss } from "./pack-walker.ts";

/** How many more objects of a reason there were than are told. */
export type UntoldLosses = readonly (readonly [reason: SkipReason, count: number])[];

/** Passes losses on, of each reason only so many: a pack that is cut off may have lost millions. */
export class LossLimit {
  readonly #counts = new Map<SkipReason, number>();
  readonly #tell: (loss: Loss) => void;

  constructor(tell: (loss: Loss) => void) {
    this.#tell = tell;
  }

  add(loss: Loss): void {
    const count = (this.#counts.get(loss.reason) ?? 0) + 1;
    this.#counts.set(loss.reason, count);
    if (count <= MOST_ROWS) this.#tell(loss);
  }

  get untold(): UntoldLosses {
    return [...this.#counts].flatMap(([reason, count]) => (count > MOST_ROWS ? [[reason, count - MOST_ROWS]] : []));
  }
}
