import type { ErrorCode } from "../model/error.ts";
import type { Allowed } from "../model/finding.ts";
import type { FindingRow, RotationRow, UserRow } from "./rows.ts";
import type { Dialog } from "./state.ts";

/** A key as the terminal tells it: `name` for those that have one, else the characters typed (several: they were pasted). */
export interface KeyPress {
  readonly name:
    | "text"
    | "up"
    | "down"
    | "left"
    | "right"
    | "page-up"
    | "page-down"
    | "home"
    | "end"
    | "enter"
    | "escape"
    | "tab"
    | "back-tab"
    | "backspace";
  readonly text: string;
  readonly ctrl: boolean;
}

/** What a part of keysweep that runs beside the dashboard is for. */
export type Purpose = "scan" | "audit" | "identify" | "status" | "plan" | "rotate" | "command" | "allow" | "export";

/** Whether it changes keys: it is not to be cut off in the middle of a step. */
export function changesKeys({ purpose }: JobRequest): boolean {
  return purpose === "rotate" || purpose === "command";
}

/** keysweep itself with these words, as a person could type them: the dashboard can do nothing that the command line cannot. */
export interface JobRequest {
  readonly purpose: Purpose;
  readonly words: readonly string[];
  /** What it reads; nothing secret. */
  readonly stdin?: string;
  /** What becomes of the finding when it has succeeded. */
  readonly accepts?: { readonly id: string; readonly allowed: Allowed };
  /** The key, rotation or file that it is about. */
  readonly about?: string;
  /** The form that was filled in: when the job fails it is open again, with the reason. */
  readonly asked?: Dialog;
}

/** How far a job has come. */
export type JobProgress =
  | {
      readonly kind: "scan";
      readonly files: number;
      readonly bytes: number;
      readonly objects: number;
      readonly processes: number;
      readonly credentials: number;
    }
  | { readonly kind: "audit"; readonly accounts: number; readonly of: number; readonly users: number };

export interface JobEnd {
  /** Its exit status; null: it was killed. */
  readonly status: number | null;
  readonly stdout: string;
  /** What it had to tell, for people. */
  readonly stderr: string;
  readonly cancelled: boolean;
  /** Why it failed, where it told. */
  readonly code?: ErrorCode | null;
}

/** Counts of one earlier run. */
export interface TrendPoint {
  readonly at: string;
  /** Critical and high ones. */
  readonly severe: number;
  readonly total: number;
}

/** What a ledger remembers of scans. */
export interface KnownScan {
  /** Where was looked, for people. */
  readonly scope: string;
  readonly finishedAt: string;
  readonly complete: boolean;
  /** What was not read though it should have been. */
  readonly failures: number;
  readonly files: number;
  readonly bytes: number;
  /** How long it took, in milliseconds. */
  readonly tookMs: number;
}

export interface KnownAudit {
  readonly finishedAt: string;
  readonly complete: boolean;
  readonly accounts: number;
  readonly accountsWithErrors: number;
}

/** What is read of a ledger in one go. */
export type Part = "scan" | "audit" | "rotations";

/** What is remembered; a part that is absent was not read anew. */
export interface Remembered {
  readonly scan?: KnownScan | null;
  readonly audit?: KnownAudit | null;
  readonly trend?: readonly TrendPoint[];
  readonly diskFindings?: readonly FindingRow[];
  readonly accountFindings?: readonly FindingRow[];
  readonly users?: readonly UserRow[];
  readonly rotations?: readonly RotationRow[];
}

/** What happened. */
export type Message =
  | { readonly kind: "key"; readonly key: KeyPress }
  | { readonly kind: "resized"; readonly columns: number; readonly rows: number }
  | { readonly kind: "remembered"; readonly remembered: Remembered }
  /** The ledger cannot be read. */
  | { readonly kind: "recall-failed"; readonly part: Part; readonly why: string; readonly now: number }
  | { readonly kind: "job-began"; readonly job: number; readonly request: JobRequest; readonly now: number }
  | { readonly kind: "job-progress"; readonly job: number; readonly progress: JobProgress; readonly now: number }
  | { readonly kind: "just-seen"; readonly rows: readonly FindingRow[] }
  /** It was not even begun. */
  | { readonly kind: "job-refused"; readonly request: JobRequest; readonly why: string; readonly now: number }
  | { readonly kind: "job-ended"; readonly job: number; readonly end: JobEnd; readonly now: number }
  | { readonly kind: "ticked"; readonly now: number }
  | { readonly kind: "told"; readonly text: string; readonly tone: "plain" | "good" | "bad"; readonly now: number };

/** What is to be done outside. */
export type Effect =
  | { readonly kind: "run"; readonly request: JobRequest }
  | { readonly kind: "cancel"; readonly job: number }
  /** Read the ledger again. */
  | { readonly kind: "recall"; readonly what: "all" | Part }
  | { readonly kind: "copy"; readonly text: string }
  | { readonly kind: "edit"; readonly path: string; readonly line: number }
  | { readonly kind: "suspend" }
  | { readonly kind: "redraw" }
  | { readonly kind: "quit" };

/** What the dashboard has of the world. */
export interface Effects {
  /** Does it, now or soon; what comes of it is told by `tell`. */
  perform(effect: Effect, tell: (message: Message) => void): void;
  /** Ends what still runs. */
  close(): void;
}
