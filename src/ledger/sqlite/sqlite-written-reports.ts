import type { WrittenReport, WrittenReports } from "../../model/written-report.ts";
import type { Connection } from "./connection.ts";

/** Past so many, those that were written first are forgotten, and scanned as any other file. */
const MOST_REPORTS = 10_000;

export class SqliteWrittenReports implements WrittenReports {
  readonly #connection: Connection;
  readonly #most: number;

  constructor(connection: Connection, most = MOST_REPORTS) {
    this.#connection = connection;
    this.#most = most;
  }

  note({ path, bytes, sha256 }: WrittenReport): void {
    this.#connection.write(() => {
      this.#connection.run(
        "INSERT OR REPLACE INTO written_report (path, bytes, sha256) VALUES (?, ?, ?)",
        path,
        bytes,
        sha256,
      );
      this.#connection.run(
        "DELETE FROM written_report WHERE number <= (SELECT number FROM written_report ORDER BY number DESC LIMIT 1 OFFSET ?)",
        this.#most,
      );
    });
  }

  all(): WrittenReport[] {
    return this.#connection.read(() =>
      this.#connection.all<WrittenReport & Record<string, unknown>>(
        "SELECT path, bytes, sha256 FROM written_report ORDER BY number",
      ),
    );
  }
}
