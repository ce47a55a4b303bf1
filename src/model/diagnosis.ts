/**
 * `ok`: it works; `warning`: it works, and something should be done; `problem`: it does not work though it is wanted; `unused`: it is not
 * set up, and nothing asks for it.
 */
export type DiagnosisStatus = "ok" | "warning" | "problem" | "unused";

/** What one check of `keysweep doctor` came to. */
export interface Diagnosis {
  readonly check: string;
  readonly status: DiagnosisStatus;
  /** A sentence, with neither secrets nor tokens in it. */
  readonly detail: string;
  /** What to do about it; null where there is nothing to do. */
  readonly hint: string | null;
}

/** `keysweep/doctor@1`. */
export interface DoctorReport {
  readonly schema: "keysweep/doctor@1";
  readonly tool: { readonly name: "keysweep"; readonly version: string };
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly checks: readonly Diagnosis[];
}
