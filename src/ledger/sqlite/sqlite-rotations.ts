import type { AccountId } from "../../model/access-key-id.ts";
import type { RotationId } from "../../model/rotation.ts";
import { eventTimeText, type RotationEvent } from "../../model/rotation-event.ts";
import type {
  JournalledRotation,
  JournalWriter,
  RotationHistory,
  RotationJournal,
} from "../../model/rotation-journal.ts";
import type { Connection } from "./connection.ts";
import { appendToTrail } from "./sqlite-trail.ts";

interface RotationRow {
  readonly number: number;
  readonly id: RotationId;
}

/** After these nothing happens any more to a rotation. */
const LAST: readonly RotationEvent["kind"][] = ["done", "abandoned"];

export class SqliteRotations implements RotationJournal, RotationHistory {
  readonly ledger: string;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.ledger = connection.read(
      () => connection.get<{ name: string }>("SELECT name FROM ledger_name")?.name ?? "unnamed",
    );
  }

  latest(account: AccountId, userName: string): JournalledRotation | null {
    return this.#connection.read(() => {
      const row = this.#latestRow(account, userName);
      return row === undefined ? null : { id: row.id, events: this.#events(row) };
    });
  }

  all(): JournalledRotation[] {
    return this.#connection.read(() =>
      this.#connection
        .all<RotationRow>(
          `SELECT number, id FROM rotation r
           WHERE number = (SELECT max(number) FROM rotation WHERE account = r.account AND user = r.user) ORDER BY number`,
        )
        .map((row) => ({ id: row.id, events: this.#events(row) })),
    );
  }

  every(): JournalledRotation[] {
    return this.#connection.read(() =>
      this.#connection
        .all<RotationRow>("SELECT number, id FROM rotation ORDER BY number")
        .map((row) => ({ id: row.id, events: this.#events(row) })),
    );
  }

  append(id: RotationId, expected: number, event: RotationEvent, { fence, who }: JournalWriter): boolean {
    return this.#connection.write(() => {
      const row = this.#row(id) ?? this.#begun(id, event);
      if (row === null) return false;
      const { events, highest } = this.#state(row);
      if (events !== expected || highest > fence) return false;
      this.#connection.run(
        "INSERT INTO rotation_event (rotation, number, fence, event) VALUES (?, ?, ?, ?)",
        row.number,
        expected,
        fence,
        JSON.stringify(event),
      );
      const { kind, at: _, notedAt: __, ...details } = event;
      appendToTrail(this.#connection, {
        at: eventTimeText(event),
        who,
        what: `rotation.${kind}`,
        details: { rotation: id, ...details },
      });
      return true;
    });
  }

  #row(id: RotationId): RotationRow | null {
    return this.#connection.get<RotationRow>("SELECT number, id FROM rotation WHERE id = ?", id) ?? null;
  }

  /** A new rotation; null where the user's last one goes on. */
  #begun(id: RotationId, event: RotationEvent): RotationRow | null {
    if (event.kind !== "begun") return null;
    const { accountId, userName } = event.outline;
    const before = this.#latestRow(accountId, userName);
    if (before !== undefined && !LAST.some((kind) => kind === this.#events(before).at(-1)?.kind)) return null;
    const { id: number } = this.#connection.run(
      "INSERT INTO rotation (id, account, user) VALUES (?, ?, ?)",
      id,
      accountId,
      userName,
    );
    return { number, id };
  }

  #latestRow(account: AccountId, userName: string): RotationRow | undefined {
    return this.#connection.get<RotationRow>(
      "SELECT number, id FROM rotation WHERE account = ? AND user = ? ORDER BY number DESC LIMIT 1",
      account,
      userName,
    );
  }

  #events({ number }: RotationRow): RotationEvent[] {
    return this.#connection
      .all<{ event: string }>("SELECT event FROM rotation_event WHERE rotation = ? ORDER BY number", number)
      .map(({ event }) => JSON.parse(event) as RotationEvent);
  }

  #state({ number }: RotationRow): { events: number; highest: number } {
    return (
      this.#connection.get<{ events: number; highest: number }>(
        "SELECT count(*) AS events, coalesce(max(fence), 0) AS highest FROM rotation_event WHERE rotation = ?",
        number,
      ) ?? { events: 0, highest: 0 }
    );
  }
}
