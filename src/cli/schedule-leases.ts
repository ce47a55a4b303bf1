import { isGranted, type Leases } from "../ledger/leases.ts";
import type { Clock } from "../runtime/clock.ts";
import { isHolderGone, thisHolder } from "../runtime/holder.ts";
import type { HeldLease, ScheduleLeases } from "../schedule/ports.ts";
import { holderText } from "./rotation-leases.ts";

/** How long another service waits for one whose end it cannot see, such as one in another container, in milliseconds. */
const FOR_MS = 5 * 60_000;

/** Rights to run what is scheduled, by leases of the ledger. */
export function scheduleLeases(leases: Leases, clock: Clock): ScheduleLeases {
  return {
    acquire(name) {
      const nowMs = clock.now();
      const granted = leases.acquire({ name, holder: thisHolder(), nowMs, forMs: FOR_MS, isGone: isHolderGone });
      if (!isGranted(granted)) return { heldBy: holderText(granted.heldBy) };
      let lease = granted;
      return {
        hold() {
          const now = clock.now();
          // Not written over and over: a disk is to sleep, too.
          const left = lease.expiresAtMs - now;
          if (left > FOR_MS / 2 && left <= FOR_MS) return leases.isCurrent(lease);
          const renewed = leases.renew(lease, now, FOR_MS);
          if (renewed === null) return false;
          lease = renewed;
          return true;
        },
        release: () => leases.release(lease),
      } satisfies HeldLease;
    },
  };
}
