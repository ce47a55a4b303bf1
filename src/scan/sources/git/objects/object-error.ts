import type { SkipReason } from "../../../../model/coverage.ts";

/** Why a part of a repository cannot be read. Its message is one sentence about form, and quotes nothing of what was read. */
export class GitDataError extends Error {
  /** How it counts in the coverage. */
  readonly reason: SkipReason;

  constructor(message: string, reason: SkipReason = "object-damaged") {
    super(message);
    this.name = "GitDataError";
    this.reason = reason;
  }
}
