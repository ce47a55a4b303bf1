/** The right to do what only one may do at a time. */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  /** Higher than that of every lease of this name before: what is written under it can be told from what a former holder writes late. */
  readonly fence: number;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
}

export interface LeaseRequest {
  readonly name: string;
  /** Who asks, so that others can tell whether it is still there; see `thisHolder`. */
  readonly holder: string;
  readonly nowMs: number;
  readonly forMs: number;
  /** Whether a holder is certainly no more: its lease need not run out. */
  isGone(holder: string): boolean;
}

/** Why a lease was not given. */
export interface LeaseRefused {
  readonly heldBy: string;
  readonly untilMs: number;
}

/**
 * Leases with an expiry and a fencing number. The time is the caller's; a clock that jumps can at worst end a lease early, which its
 * holder finds out by {@link Leases.isCurrent}, or make others wait once more as long as it was given for.
 */
export interface Leases {
  /** Takes the lease if nobody has it, if it has run out, or if its holder is gone. */
  acquire(request: LeaseRequest): Lease | LeaseRefused;
  /** The same lease for `forMs` from now; null when it has run out or somebody else has it. */
  renew(lease: Lease, nowMs: number, forMs: number): Lease | null;
  /** Gives it back. One that is no longer current is left as it is. */
  release(lease: Lease): void;
  /** Whether nobody has taken it since, run out or not. */
  isCurrent(lease: Lease): boolean;
}

export function isGranted(answer: Lease | LeaseRefused): answer is Lease {
  return "fence" in answer;
}
