import type { Leases } from "../../ledger/leases.ts";
import { isGranted } from "../../ledger/leases.ts";
import type { AccountId } from "../../model/access-key-id.ts";
import type { UserLease, UserLeases } from "../../rotate/ports/user-lease.ts";
import type { Clock } from "../../runtime/clock.ts";
import { holderText, isHolderGone, thisHolder } from "../../runtime/holder.ts";

/** Longer than any one step of a rotation takes: it is renewed before each that changes something. */
const FOR_MS = 15 * 60_000;

/** One process at a time rotates a user, by leases of the ledger. */
export function rotationLeases(leases: Leases, clock: Clock): UserLeases {
  return {
    acquire(account: AccountId, userName: string): UserLease | { readonly heldBy: string } {
      const granted = leases.acquire({
        name: `rotate/${account}/${userName}`,
        holder: thisHolder(),
        nowMs: clock.now(),
        forMs: FOR_MS,
        isGone: isHolderGone,
      });
      if (!isGranted(granted)) return { heldBy: holderText(granted.heldBy) };
      let lease = granted;
      return {
        fence: lease.fence,
        hold() {
          const renewed = leases.renew(lease, clock.now(), FOR_MS);
          if (renewed === null) return false;
          lease = renewed;
          return true;
        },
        release: () => leases.release(lease),
      };
    },
  };
}
