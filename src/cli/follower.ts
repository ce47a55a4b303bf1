import { writeSync } from "node:fs";
import type { AccessKeyId } from "../model/access-key-id.ts";
import type { ErrorCode } from "../model/error.ts";
import type { Fingerprint } from "../model/finding.ts";
import type { Place } from "../model/place.ts";
import type { Severity } from "../model/severity.ts";

/** How far a run has come, for a program that follows it. */
export type Following =
  | {
      readonly type: "scan";
      readonly files: number;
      readonly bytes: number;
      readonly objects: number;
      readonly processes: number;
      readonly credentials: number;
    }
  | { readonly type: "audit"; readonly accounts: number; readonly of: number; readonly users: number }
  /** Why nothing came of it. */
  | { readonly type: "failed"; readonly code: ErrorCode }
  /** A credential at one place, as soon as it is seen; what becomes of it in the report is not known yet. */
  | {
      readonly type: "seen";
      readonly fingerprint: Fingerprint;
      readonly rule: string;
      readonly severity: Severity;
      readonly accessKeyId: AccessKeyId | null;
      readonly place: Place;
    };

/** Who follows a run while it goes on. */
export interface Follower {
  /** `text` is only made when it is told. */
  progress(of: () => Following): void;
  tell(what: Following): void;
}

/** The variable that names the file descriptor on which a run is followed, one JSON object a line. */
export const FOLLOW_VARIABLE = "KEYSWEEP_FOLLOW_FD";

const EVERY_MS = 100;

/** The follower that started this process; undefined: nobody follows. One that has gone away is no error. */
export function followerOf(
  environment: Readonly<Record<string, string | undefined>>,
  now: () => number,
): Follower | undefined {
  const fd = Number(environment[FOLLOW_VARIABLE]);
  if (!Number.isInteger(fd) || fd < 3) return undefined;
  let toldMs = Number.NEGATIVE_INFINITY;
  let listens = true;
  let latest: (() => Following) | null = null;
  const tell = (what: Following): void => {
    if (!listens) return;
    try {
      writeSync(fd, `${JSON.stringify(what)}\n`);
    } catch {
      listens = false;
    }
  };
  const tellLatest = (): void => {
    if (latest === null) return;
    toldMs = now();
    tell(latest());
    latest = null;
  };
  return {
    tell,
    progress(of) {
      const waitMs = Math.min(EVERY_MS, toldMs + EVERY_MS - now());
      const isWaiting = latest !== null;
      latest = of;
      if (waitMs <= 0) tellLatest();
      // What follows may be long in coming.
      else if (!isWaiting) setTimeout(tellLatest, waitMs).unref();
    },
  };
}
