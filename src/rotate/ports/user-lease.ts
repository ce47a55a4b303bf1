import type { AccountId } from "../../model/access-key-id.ts";

/** The right to rotate a user's keys, which one process at a time has. */
export interface UserLease {
  /** Higher than that of every lease of the user before. */
  readonly fence: number;
  /** Renews it. False: it has run out or somebody else has it; nothing may be changed any more. Asked before every mutation. */
  hold(): boolean | Promise<boolean>;
  release(): void;
}

export interface UserLeases {
  /** Takes it if nobody has it, if it has run out, or if its holder is gone. */
  acquire(account: AccountId, userName: string): UserLease | { readonly heldBy: string };
}
