import type { Call } from "./call.ts";

/** Something that goes wrong on purpose. */
export interface Fault {
  /** Only calls of this name; without it all. */
  readonly action?: string;
  /** Only calls that act in this account (for AssumeRole: the one that is asked for). */
  readonly account?: string;
  readonly region?: string;
  /** Only calls with these credentials. */
  readonly accessKeyId?: string;
  /** How many such calls go well first. */
  readonly after?: number;
  /** For how many calls; without it for ever. */
  readonly times?: number;
  readonly kind: FaultKind;
}

export type FaultKind =
  | { readonly is: "throttled" }
  /** An error of the service itself; with `done` the call takes effect all the same. */
  | { readonly is: "error"; readonly status: number; readonly code: string; readonly done?: true }
  /** The answer comes late. */
  | { readonly is: "delayed"; readonly ms: number }
  /** No answer until the client gives up; with `done` the call takes effect all the same. */
  | { readonly is: "silent"; readonly done?: true }
  /** The connection ends with no answer, before the call has any effect. */
  | { readonly is: "cut" }
  /** The call takes effect, and the connection ends with no answer. */
  | { readonly is: "reply-lost" }
  /** For example `with an explicit deny in a service control policy`. */
  | { readonly is: "denied"; readonly by: string };

/** Whether a call that meets it takes effect all the same. */
export function takesEffect(kind: FaultKind | null): boolean {
  switch (kind?.is) {
    case "throttled":
    case "denied":
    case "cut":
      return false;
    case "error":
    case "silent":
      return kind.done === true;
    default:
      return true;
  }
}

/** The faults that are still to happen. */
export class Faults {
  readonly #pending: { fault: Fault; wait: number; left: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, wait: fault.after ?? 0, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#pending.length = 0;
  }

  /** Whether an action is denied in an account from now on, whoever calls it. */
  denies(action: string, account: string): boolean {
    return this.#pending.some(
      ({ fault, left }) =>
        left > 0 &&
        fault.kind.is === "denied" &&
        fault.action === action &&
        (fault.account === undefined || fault.account === account),
    );
  }

  /** What is to go wrong with this call, or null. */
  next(call: Call, account: string): FaultKind | null {
    for (const pending of this.#pending) {
      if (pending.left <= 0 || !concerns(pending.fault, call, account)) continue;
      if (pending.wait-- > 0) continue;
      pending.left--;
      return pending.fault.kind;
    }
    return null;
  }
}

function concerns(fault: Fault, call: Call, account: string): boolean {
  const wanted = [
    [fault.action, call.action],
    [fault.account, account],
    [fault.region, call.region],
    [fault.accessKeyId, call.accessKeyId],
  ];
  return wanted.every(([wish, fact]) => wish === undefined || wish === fact);
}
