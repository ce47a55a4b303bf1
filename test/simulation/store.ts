import type { AccessKeyId, AccountId } from "../../src/model/access-key-id.ts";
import type { RotationId } from "../../src/model/rotation.ts";
import type { RotationEvent } from "../../src/model/rotation-event.ts";
import type { JournalledRotation, JournalWriter, RotationJournal } from "../../src/model/rotation-journal.ts";
import type { SealedSecrets } from "../../src/model/sealed-secrets.ts";
import { Secret } from "../../src/model/secret.ts";
import { apply, fold } from "../../src/rotate/apply.ts";
import type { UserLease, UserLeases } from "../../src/rotate/ports/user-lease.ts";
import { hasEnded, type Rotation } from "../../src/rotate/rotation.ts";
import type { Laws } from "./laws.ts";
import type { Process } from "./process.ts";

const LEASE_MS = 5 * 60_000;

/** A ledger: what outlives the processes that write it. */
export class Store {
  readonly ledger: string;
  readonly rotations: { readonly id: RotationId; readonly events: RotationEvent[] }[] = [];
  readonly sealed = new Map<RotationId, Map<AccessKeyId, string>>();
  /** The fold of the latest one's events. */
  rotation: Rotation | null = null;
  fence = 0;
  highestFence = 0;
  holder: { readonly process: Process; readonly fence: number; until: number } | null = null;
  lastWriter: Process | null = null;
  laws: Laws | null = null;

  constructor(ledger: string) {
    this.ledger = ledger;
  }

  get latest(): { readonly id: RotationId; readonly events: RotationEvent[] } | undefined {
    return this.rotations.at(-1);
  }
}

/** What a removed guard of the driver would let through; see guards.ts. */
export interface Leaks {
  /** Nothing is on the disk before its effect. */
  readonly intentsAreLost?: boolean;
  readonly sealIsLate?: boolean;
  readonly everybodyHoldsTheLease?: boolean;
  readonly journalTakesAnything?: boolean;
  /** A process that was held up does not notice. */
  readonly clockStandsStill?: boolean;
}

/** The journal as one process reaches it. */
export function journalOf(store: Store, process: Process, leaks: Leaks): RotationJournal {
  return {
    ledger: store.ledger,
    latest: (): JournalledRotation | null => {
      process.check();
      const writer = store.lastWriter;
      const isLost = writer !== null && writer !== process && !writer.isAlive;
      if (leaks.intentsAreLost === true && isLost && store.latest?.events.at(-1)?.kind.endsWith("-intended") === true)
        forgetLast(store);
      const { latest } = store;
      return latest === undefined ? null : { id: latest.id, events: [...latest.events] };
    },
    all: () => [],
    append: (id, expected, event, { fence }: JournalWriter) => {
      process.check();
      if (leaks.journalTakesAnything !== true && fence < store.highestFence) return false;
      const known = store.rotations.find((rotation) => rotation.id === id);
      if (leaks.journalTakesAnything !== true && (known?.events.length ?? 0) !== expected) return false;
      if (known === undefined) {
        if (store.rotation !== null && !hasEnded(store.rotation)) return false;
        store.rotations.push({ id, events: [event] });
        store.rotation = fold(id, [event]);
      } else {
        known.events.push(event);
        if (store.rotation !== null) store.rotation = apply(store.rotation, event);
      }
      store.highestFence = Math.max(store.highestFence, fence);
      store.lastWriter = process;
      process.trace(() => `journal: ${JSON.stringify(event)}`);
      store.laws?.afterEvent(store, process, event);
      process.check();
      return true;
    },
  };
}

export function sealedOf(store: Store, process: Process, leaks: Leaks): SealedSecrets {
  const of = (id: RotationId): Map<AccessKeyId, string> => {
    const sealed = store.sealed.get(id) ?? new Map<AccessKeyId, string>();
    store.sealed.set(id, sealed);
    return sealed;
  };
  return {
    check: () => process.step(20),
    put: async (id, key, secret) => {
      if (leaks.sealIsLate === true)
        process.time.at(process.time.now + 60_000, () => process.isAlive && of(id).set(key, secret.reveal()));
      else {
        await process.step(10);
        of(id).set(key, secret.reveal());
      }
      await process.step(10);
    },
    get: async (id, key) => {
      await process.step(5);
      const value = of(id).get(key);
      return value === undefined ? null : new Secret(value);
    },
    keys: async (id) => {
      await process.step(5);
      return [...of(id).keys()];
    },
    destroy: async (id) => {
      await process.step(20);
      store.sealed.delete(id);
      process.check();
    },
  };
}

/** A holder that died is replaced at once, as on one host; one that is held up, when its lease has run out. */
export function leasesOf(store: Store, process: Process, leaks: Leaks): UserLeases {
  return {
    acquire: (_account: AccountId, _userName: string): UserLease | { readonly heldBy: string } => {
      process.check();
      const { holder } = store;
      const isHeld = holder !== null && holder.process.isAlive && holder.until > process.time.now;
      if (isHeld && leaks.everybodyHoldsTheLease !== true) return { heldBy: holder.process.name };
      store.fence += 1;
      const mine = { process, fence: store.fence, until: process.time.now + LEASE_MS };
      store.holder = mine;
      return {
        fence: mine.fence,
        hold: async () => {
          await process.step(1, true);
          mine.until = process.time.now + LEASE_MS;
          return store.holder === mine || leaks.everybodyHoldsTheLease === true;
        },
        release: () => {
          if (process.isAlive && store.holder === mine) store.holder = null;
        },
      };
    },
  };
}

function forgetLast(store: Store): void {
  const { latest } = store;
  latest?.events.pop();
  store.rotation = latest === undefined ? null : fold(latest.id, latest.events);
}
