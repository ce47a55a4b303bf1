import type { RotationId } from "../../model/rotation.ts";
import type { RotationOutlook, RotationOutlooks } from "../../model/rotation-journal.ts";
import type { Connection } from "./connection.ts";

export class SqliteOutlooks implements RotationOutlooks {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  note(id: RotationId, { until, why }: RotationOutlook): void {
    this.#connection.write(() => {
      this.#connection.run(
        "INSERT OR REPLACE INTO rotation_outlook (rotation, until, why) VALUES (?, ?, ?)",
        id,
        until,
        why,
      );
    });
  }

  of(id: RotationId): RotationOutlook | null {
    return this.#connection.read(() => {
      const row = this.#connection.get<RotationOutlook>(
        "SELECT until, why FROM rotation_outlook WHERE rotation = ?",
        id,
      );
      return row === undefined ? null : { ...row };
    });
  }
}
