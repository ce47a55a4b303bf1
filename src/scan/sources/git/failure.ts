import type { SkipReason } from "../../../model/coverage.ts";
import { skipReason } from "../disk/skip-reason.ts";
import { GitDataError } from "./objects/object-error.ts";

/** How what was thrown while a repository was read counts in the coverage, and a sentence about it. */
export function failureOf(error: unknown): readonly [reason: SkipReason, detail: string] {
  return error instanceof GitDataError ? [error.reason, error.message] : skipReason(error);
}
