import type { SkipReason } from "../../../model/coverage.ts";

/** Why the rest of a container cannot be read. What catches it turns it into a skipped row; it never leaves `readArchive`. */
export class Stop extends Error {
  readonly reason: SkipReason;
  /** The reader whose bytes end here because of it; null: the container that is being read is itself at fault. */
  origin: object | null = null;

  constructor(reason: SkipReason, detail: string) {
    super(detail);
    this.name = "Stop";
    this.reason = reason;
  }
}

/** A bound of the whole file was met: nothing more of it is read. */
export class FileBoundMet extends Stop {
  constructor(reason: "archive-bound" | "archive-suspicious", detail: string) {
    super(reason, detail);
    this.name = "FileBoundMet";
  }
}

export function damaged(detail: string): Stop {
  return new Stop("archive-damaged", detail);
}

export function unsupported(detail: string): Stop {
  return new Stop("archive-unsupported", detail);
}
