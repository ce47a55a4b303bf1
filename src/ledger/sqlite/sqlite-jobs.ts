import type { JobHistory, JobName, JobRecord } from "../../model/scheduled-job.ts";
import type { Connection } from "./connection.ts";

interface JobRow {
  readonly since: number;
  readonly due: number | null;
  readonly started: number | null;
  readonly ended: number | null;
  readonly status: number | null;
  readonly attempts: number;
  readonly completed: number | null;
}

export class SqliteJobs implements JobRecord {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  known(job: JobName): JobHistory | null {
    const row = this.#connection.read(() => this.#row(job));
    return row === undefined ? null : historyOf(row);
  }

  of(job: JobName, nowMs: number): JobHistory {
    const known = this.known(job);
    if (known !== null) return known;
    return this.#connection.write(() => {
      this.#connection.run("INSERT OR IGNORE INTO scheduled_job (job, since) VALUES (?, ?)", job, nowMs);
      const row = this.#row(job);
      return row === undefined ? { sinceMs: nowMs, last: null, completedMs: null } : historyOf(row);
    });
  }

  begin(job: JobName, dueMs: number, nowMs: number): void {
    this.#connection.write(() => {
      this.#connection.run(
        `INSERT INTO scheduled_job (job, since, due, started, attempts) VALUES (?, ?, ?, ?, 1)
         ON CONFLICT (job) DO UPDATE SET attempts = iif(due IS excluded.due, attempts + 1, 1), due = excluded.due,
           started = excluded.started, ended = NULL, status = NULL`,
        job,
        nowMs,
        dueMs,
        nowMs,
      );
    });
  }

  end(job: JobName, nowMs: number, status: number, completed: boolean): void {
    this.#connection.write(() => {
      this.#connection.run(
        "UPDATE scheduled_job SET ended = ?, status = ?, completed = coalesce(?, completed) WHERE job = ?",
        nowMs,
        status,
        completed ? nowMs : null,
        job,
      );
    });
  }

  #row(job: JobName): JobRow | undefined {
    return this.#connection.get<JobRow>(
      "SELECT since, due, started, ended, status, attempts, completed FROM scheduled_job WHERE job = ?",
      job,
    );
  }
}

function historyOf({ since, due, started, ended, status, attempts, completed }: JobRow): JobHistory {
  const last =
    due === null || started === null ? null : { dueMs: due, startedMs: started, endedMs: ended, status, attempts };
  return { sinceMs: since, last, completedMs: completed };
}
