import type { AccessKeyId } from "../../model/access-key-id.ts";
import type { RotationId } from "../../model/rotation.ts";
import type { SealedBytes } from "../../model/sealed-secrets.ts";
import type { Connection } from "./connection.ts";

/** Belongs to no rotation. */
const TRIAL = ["trial", "trial"] as const;

/** Room for a sealed secret and the entries of the journal round it, in bytes. */
const ROOM = 128 * 1024;

export class SqliteSealedBytes implements SealedBytes {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  put(rotation: RotationId, key: AccessKeyId, sealed: Uint8Array): void {
    this.#connection.write(() => {
      this.#connection.run(
        "INSERT INTO sealed_secret (rotation, access_key, sealed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        rotation,
        key,
        sealed,
      );
    });
  }

  get(rotation: RotationId, key: AccessKeyId): Uint8Array | null {
    return this.#connection.read(
      () =>
        this.#connection.get<{ sealed: Uint8Array }>(
          "SELECT sealed FROM sealed_secret WHERE rotation = ? AND access_key = ?",
          rotation,
          key,
        )?.sealed ?? null,
    );
  }

  keys(rotation: RotationId): AccessKeyId[] {
    return this.#connection.read(() =>
      this.#connection
        .all<{ key: AccessKeyId }>(
          "SELECT access_key AS key FROM sealed_secret WHERE rotation = ? ORDER BY access_key",
          rotation,
        )
        .map(({ key }) => key),
    );
  }

  destroy(rotation: RotationId): void {
    this.#connection.destroy(() => this.#connection.run("DELETE FROM sealed_secret WHERE rotation = ?", rotation));
  }

  check(length: number): void {
    this.#connection.write(() => {
      this.#connection.run(
        "INSERT OR REPLACE INTO sealed_secret VALUES (?, ?, zeroblob(?))",
        ...TRIAL,
        Math.max(length, ROOM),
      );
    });
    this.#connection.write(() => {
      this.#connection.run("DELETE FROM sealed_secret WHERE rotation = ? AND access_key = ?", ...TRIAL);
    });
    // The file has that many free pages now, and its journal is as long: a disk that fills up from here on does no harm.
    this.#connection.restartJournal();
  }
}
