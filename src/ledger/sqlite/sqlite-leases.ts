import type { Lease, LeaseRefused, LeaseRequest, Leases } from "../leases.ts";
import type { Connection } from "./connection.ts";

interface LeaseRow {
  readonly holder: string | null;
  readonly fence: number;
  readonly expires_at: number;
  readonly duration: number;
}

export class SqliteLeases implements Leases {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  acquire(request: LeaseRequest): Lease | LeaseRefused {
    const { name, holder, nowMs, forMs } = request;
    return this.#connection.write(() => {
      const row = this.#row(name);
      const refused = row === undefined ? null : this.#refusal(row, request);
      if (refused !== null) return refused;
      const lease = { name, holder, fence: (row?.fence ?? 0) + 1, expiresAtMs: nowMs + forMs };
      this.#connection.run(
        `INSERT INTO lease (name, holder, fence, expires_at, duration) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = excluded.fence,
           expires_at = excluded.expires_at, duration = excluded.duration`,
        name,
        holder,
        lease.fence,
        lease.expiresAtMs,
        forMs,
      );
      return lease;
    });
  }

  renew(lease: Lease, nowMs: number, forMs: number): Lease | null {
    return this.#connection.write(() => {
      const row = this.#row(lease.name);
      if (!holds(row, lease) || row.expires_at <= nowMs) return null;
      const expiresAtMs = nowMs + forMs;
      this.#connection.run(
        "UPDATE lease SET expires_at = ?, duration = ? WHERE name = ?",
        expiresAtMs,
        forMs,
        lease.name,
      );
      return { ...lease, expiresAtMs };
    });
  }

  release(lease: Lease): void {
    this.#connection.write(() => {
      this.#connection.run("UPDATE lease SET holder = NULL WHERE name = ? AND fence = ?", lease.name, lease.fence);
    });
  }

  isCurrent(lease: Lease): boolean {
    return this.#connection.read(() => holds(this.#row(lease.name), lease));
  }

  #row(name: string): LeaseRow | undefined {
    return this.#connection.get<LeaseRow>("SELECT holder, fence, expires_at, duration FROM lease WHERE name = ?", name);
  }

  #refusal({ holder, expires_at, duration }: LeaseRow, { name, nowMs, isGone }: LeaseRequest): LeaseRefused | null {
    if (holder === null || expires_at <= nowMs || isGone(holder)) return null;
    const latest = nowMs + duration;
    // It was given on a clock that has been set back since: no lease lasts longer than it was given for.
    if (expires_at > latest) this.#connection.run("UPDATE lease SET expires_at = ? WHERE name = ?", latest, name);
    return { heldBy: holder, untilMs: Math.min(expires_at, latest) };
  }
}

function holds(row: LeaseRow | undefined, lease: Lease): row is LeaseRow {
  return row !== undefined && row.holder === lease.holder && row.fence === lease.fence;
}
