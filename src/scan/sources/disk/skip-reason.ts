import { SKIP_REASONS, type Skipped, type SkipReason, skipped } from "../../../model/coverage.ts";

/** Codes that mean that a thing went away, or became another, between the reading of its name and its opening; a process may end even later. */
const VANISHED = new Set(["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "ESTALE", "ESRCH"]);
const DENIED = new Set(["EACCES", "EPERM"]);
/** What a socket, or a device without a driver, answers to open(2), and a FIFO to read(2). */
const SPECIAL = new Set(["ENXIO", "ENODEV", "EAGAIN", "EOPNOTSUPP"]);

/** What an error means for the coverage, and the sentence that goes with it: never the error's own words, which may hold what was read. */
export function skipReason(error: unknown): readonly [SkipReason, string] {
  if (!isSystemError(error)) return ["internal-error", error instanceof Error ? error.name : "an unknown error"];
  const { code } = error;
  if (VANISHED.has(code)) return ["vanished", code];
  if (DENIED.has(code)) return ["permission-denied", code];
  if (SPECIAL.has(code)) return ["special-file", code];
  return ["read-error", code];
}

/** An error that the operating system gave, with its code. */
export function isSystemError(error: unknown): error is Error & { readonly code: string; readonly syscall: string } {
  return error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string";
}

/** The row for a path that somebody named and that is not read: a failure, be the reason one that is by design elsewhere. */
export function skippedThoughNamed(path: string, reason: SkipReason, detail: string): Skipped {
  return SKIP_REASONS[reason] ? skipped(path, reason, detail) : skipped(path, "read-error", `${reason}: ${detail}`);
}
