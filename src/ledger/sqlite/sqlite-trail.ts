import type { Trail, TrailEntry } from "../../model/trail.ts";
import type { Connection } from "./connection.ts";

export class SqliteTrail implements Trail {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  append(entry: Omit<TrailEntry, "number">): void {
    this.#connection.write(() => appendToTrail(this.#connection, entry));
  }

  *after(number: number, most = -1): Generator<TrailEntry> {
    const rows = this.#connection.each<TrailEntry & { readonly details: string }>(
      "SELECT number, at, who, what, details FROM trail WHERE number > ? ORDER BY number LIMIT ?",
      number,
      most,
    );
    for (const { details, ...row } of rows) yield { ...row, details: JSON.parse(details) as TrailEntry["details"] };
  }

  handedOn(sink: string): number {
    return this.#connection.read(
      () => this.#connection.get<{ number: number }>("SELECT number FROM trail_sink WHERE sink = ?", sink)?.number ?? 0,
    );
  }

  noteHandedOn(sink: string, number: number): void {
    this.#connection.write(() => {
      this.#connection.run(
        `INSERT INTO trail_sink (sink, number) VALUES (?, ?)
         ON CONFLICT (sink) DO UPDATE SET number = max(number, excluded.number)`,
        sink,
        number,
      );
    });
  }
}

/** Within a transaction, so that what was done and the record of it are one step. */
export function appendToTrail(connection: Connection, { at, who, what, details }: Omit<TrailEntry, "number">): void {
  connection.run(
    "INSERT INTO trail (at, who, what, details) VALUES (?, ?, ?, ?)",
    at,
    who,
    what,
    JSON.stringify(details),
  );
}
