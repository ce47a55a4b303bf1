import { type SkipReason, skipped } from "../../../model/coverage.ts";
import type { Sink } from "../sink.ts";
import { type DiskPath, isWithin, shownPath } from "./disk-path.ts";
import { skippedThoughNamed, skipReason } from "./skip-reason.ts";

/** What of a disk is read, as far as that decides what it means when something is not. */
export interface TreeBounds {
  /** Nothing outside of these is read: a link that leads there is reported. */
  readonly roots: readonly string[];
  /** What may not be read below these is no failure: it belongs to somebody else. */
  readonly foreignRoots: readonly string[];
}

/** Tells what was not read of some folders and files. */
export class TreeSkips {
  readonly #sink: Sink;
  readonly #bounds: TreeBounds;

  constructor(sink: Sink, bounds: TreeBounds) {
    this.#sink = sink;
    this.#bounds = bounds;
  }

  /** Where the path itself was named to be scanned it is a failure, whatever the reason. */
  add(path: DiskPath, reason: SkipReason, detail: string): void {
    const place = shownPath(path);
    const { roots, foreignRoots } = this.#bounds;
    const isNamed = roots.includes(place) && !foreignRoots.includes(place);
    const row = isNamed ? skippedThoughNamed(place, reason, detail) : skipped(place, reason, detail);
    this.#sink.onSkipped(row);
  }

  /** Tells of an error, which may have come of the place's being somebody else's. */
  addFor(path: DiskPath, error: unknown): void {
    const [reason, detail] = skipReason(error);
    const isForeign = reason === "permission-denied" && this.#isForeign(shownPath(path));
    this.add(path, isForeign ? "other-user" : reason, detail);
  }

  #isForeign(path: string): boolean {
    const { roots, foreignRoots } = this.#bounds;
    return (
      isWithin(path, foreignRoots) &&
      !isWithin(
        path,
        roots.filter((root) => !foreignRoots.includes(root)),
      )
    );
  }
}
