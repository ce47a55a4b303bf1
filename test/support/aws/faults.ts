import type { Call } from "./call.ts";

/** Something that goes wrong on purpose. */
export interface Fault {
  /** Only calls of this name; without it all. */
  readonly action?: string;
  /** Only calls that act in this account (for AssumeRole: the one that is asked for). */
  readonly account?: string;
  /** For how many calls; without it for ever. */
  readonly times?: number;
  readonly kind:
    | { readonly is: "throttled" }
    /** An error of the service itself. */
    | { readonly is: "error"; readonly status: number; readonly code: string }
    /** The answer comes late. */
    | { readonly is: "delayed"; readonly ms: number }
    /** No answer until the client gives up. */
    | { readonly is: "silent" }
    /** The connection ends with no answer, before the call has any effect. */
    | { readonly is: "cut" }
    /** The call takes effect, and the connection ends with no answer. */
    | { readonly is: "reply-lost" }
    /** For example `with an explicit deny in a service control policy`. */
    | { readonly is: "denied"; readonly by: string };
}

/** The faults that are still to happen. */
export class Faults {
  readonly #pending: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#pending.length = 0;
  }

  /** What is to go wrong with this call, or null. */
  next(call: Call, account: string): Fault["kind"] | null {
    const found = this.#pending.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.action === undefined || fault.action === call.action) &&
        (fault.account === undefined || fault.account === account),
    );
    if (found === undefined) return null;
    found.left--;
    return found.fault.kind;
  }
}
