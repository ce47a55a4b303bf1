import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isGranted, type Lease, type LeaseRequest } from "../../src/ledger/leases.ts";
import { temporaryLedger } from "../support/ledger/folder.ts";

const NAME = "user/123456789012/deploy";

function request(fields: Partial<LeaseRequest> = {}): LeaseRequest {
  return { name: NAME, holder: "ada", nowMs: 0, forMs: 100, isGone: () => false, ...fields };
}

describe("a lease", () => {
  it("is one holder's until it has run out", () => {
    const { leases } = temporaryLedger();
    expect(leases.acquire(request())).toEqual({ name: NAME, holder: "ada", fence: 1, expiresAtMs: 100 });
    expect(leases.acquire(request({ holder: "bob", nowMs: 99 }))).toEqual({ heldBy: "ada", untilMs: 100 });
    expect(leases.acquire(request({ holder: "bob", nowMs: 100 }))).toMatchObject({ holder: "bob", fence: 2 });
  });

  it("is not given twice to the same holder either", () => {
    const { leases } = temporaryLedger();
    leases.acquire(request());
    expect(isGranted(leases.acquire(request({ nowMs: 1 })))).toBe(false);
  });

  it("passes at once from a holder that is gone", () => {
    const { leases } = temporaryLedger();
    leases.acquire(request());
    const isGone = (holder: string) => holder === "ada";
    expect(leases.acquire(request({ holder: "bob", nowMs: 1, isGone }))).toMatchObject({ holder: "bob", fence: 2 });
  });

  it("leaves other names alone", () => {
    const { leases } = temporaryLedger();
    leases.acquire(request());
    expect(leases.acquire(request({ name: "other", holder: "bob" }))).toMatchObject({ fence: 1 });
  });

  it("is renewed while it holds, and by nobody else", () => {
    const { leases } = temporaryLedger();
    const lease = leases.acquire(request()) as Lease;
    expect(leases.renew({ ...lease, holder: "bob" }, 50, 100)).toBeNull();
    expect(leases.renew(lease, 50, 100)).toEqual({ ...lease, expiresAtMs: 150 });
    expect(isGranted(leases.acquire(request({ holder: "bob", nowMs: 149 })))).toBe(false);
    expect(leases.renew(lease, 150, 100)).toBeNull();
  });

  it("can be had again once it was given back, but not by an old holder's word", () => {
    const { leases } = temporaryLedger();
    const first = leases.acquire(request()) as Lease;
    leases.release(first);
    expect(leases.isCurrent(first)).toBe(false);
    const second = leases.acquire(request({ holder: "bob", nowMs: 1 })) as Lease;
    leases.release(first);
    expect(leases.isCurrent(second)).toBe(true);
  });

  it("is no obstacle for longer than it was given for when the clock is set back", () => {
    const { leases } = temporaryLedger();
    leases.acquire(request({ nowMs: 1_000_000 }));
    expect(leases.acquire(request({ holder: "bob", nowMs: 0 }))).toEqual({ heldBy: "ada", untilMs: 100 });
    expect(leases.acquire(request({ holder: "bob", nowMs: 100 }))).toMatchObject({ holder: "bob" });
  });
});

type Step =
  | {
      readonly does: "acquire" | "renew" | "release";
      readonly who: number;
      readonly forMs: number;
      readonly afterMs: number;
    }
  | { readonly does: "die"; readonly who: number; readonly afterMs: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    does: fc.constantFrom("acquire", "renew", "release"),
    who: fc.nat(3),
    forMs: fc.integer({ min: 1, max: 100 }),
    afterMs: fc.integer({ min: 0, max: 60 }),
  }),
  fc.record({ does: fc.constant("die" as const), who: fc.nat(3), afterMs: fc.integer({ min: 0, max: 60 }) }),
);

/** Leases told plainly: who has it, until when. */
class PlainLease {
  #owner: { readonly holder: string; readonly untilMs: number; readonly fence: number } | null = null;
  #fence = 0;

  isFree(nowMs: number, gone: ReadonlySet<string>): boolean {
    return this.#owner === null || this.#owner.untilMs <= nowMs || gone.has(this.#owner.holder);
  }

  acquire(holder: string, untilMs: number): void {
    this.#fence++;
    this.#owner = { holder, untilMs, fence: this.#fence };
  }

  renew({ fence }: Lease, nowMs: number, untilMs: number): boolean {
    if (this.#owner?.fence !== fence || this.#owner.untilMs <= nowMs) return false;
    this.#owner = { ...this.#owner, untilMs };
    return true;
  }

  release({ fence }: Lease): void {
    if (this.#owner?.fence === fence) this.#owner = null;
  }

  get current(): number | null {
    return this.#owner?.fence ?? null;
  }
}

describe("any course of holders", () => {
  it("gives the lease to one at a time, with a higher number each time, and to those who ask when it is free", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { leases } = temporaryLedger();
        const plain = new PlainLease();
        const held = new Map<number, Lease>();
        const gone = new Set<string>();
        const names = ["a", "b", "c", "d"];
        const told: unknown[] = [];
        const expected: unknown[] = [];
        let nowMs = 0;
        for (const one of steps) {
          nowMs += one.afterMs;
          const holder = String(names[one.who]);
          const mine = held.get(one.who);
          if (one.does === "die") {
            gone.add(holder);
            held.delete(one.who);
            // The next process of that number is another one.
            names[one.who] = `${holder}'`;
          } else if (one.does === "acquire") {
            const isFree = plain.isFree(nowMs, gone);
            const isGone = (who: string) => gone.has(who);
            const answer = leases.acquire({ name: NAME, holder, nowMs, forMs: one.forMs, isGone });
            told.push(isGranted(answer));
            expected.push(isFree);
            if (isGranted(answer)) held.set(one.who, answer);
            if (isFree) plain.acquire(holder, nowMs + one.forMs);
          } else if (mine !== undefined && one.does === "renew") {
            told.push(leases.renew(mine, nowMs, one.forMs) !== null);
            expected.push(plain.renew(mine, nowMs, nowMs + one.forMs));
          } else if (mine !== undefined) {
            leases.release(mine);
            plain.release(mine);
          }
          told.push([...held.values()].filter((lease) => leases.isCurrent(lease)).map(({ fence }) => fence));
          // One whose holder died is nobody's any more, though it is not free before somebody asks.
          const alive = [...held.values()].some(({ fence }) => fence === plain.current);
          expected.push(alive ? [plain.current] : []);
        }
        expect(told).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});
