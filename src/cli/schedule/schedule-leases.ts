import { isGranted, type Lease, type LeaseRefused, type Leases } from "../../ledger/leases.ts";
import type { Clock } from "../../runtime/clock.ts";
import { holderText, isHolderGone, thisHolder } from "../../runtime/holder.ts";
import type { HeldLease, ScheduleLeases } from "../../schedule/ports.ts";

/** How long another service waits for one whose end it cannot see, such as one in another container, in milliseconds. */
const FOR_MS = 5 * 60_000;

/** Rights to run what is scheduled, by leases of the ledger. */
export function scheduleLeases(leases: Leases, clock: Clock): ScheduleLeases {
  const holder = thisHolder();
  const asked = (name: string): Lease | LeaseRefused =>
    leases.acquire({ name, holder, nowMs: clock.now(), forMs: FOR_MS, isGone: isHolderGone });
  /** One that has run out because a machine slept or its clock was set is as good as before, as long as nobody else has had it since. */
  const regained = (lease: Lease): Lease | null => {
    const again = asked(lease.name);
    if (!isGranted(again)) return null;
    if (again.fence === lease.fence + 1) return again;
    leases.release(again);
    return null;
  };
  return {
    acquire(name) {
      const granted = asked(name);
      if (!isGranted(granted)) return { heldBy: holderText(granted.heldBy) };
      let lease = granted;
      return {
        hold() {
          const now = clock.now();
          // Not written over and over: a disk is to sleep, too.
          const left = lease.expiresAtMs - now;
          if (left > FOR_MS / 2 && left <= FOR_MS) return leases.isCurrent(lease);
          const renewed = leases.renew(lease, now, FOR_MS) ?? regained(lease);
          if (renewed === null) return false;
          lease = renewed;
          return true;
        },
        release: () => leases.release(lease),
      } satisfies HeldLease;
    },
  };
}
