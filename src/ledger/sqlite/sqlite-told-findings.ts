import type { Fingerprint } from "../../model/finding.ts";
import type { JobName } from "../../model/scheduled-job.ts";
import type { Severity } from "../../model/severity.ts";
import type { ToldFindings, ToldRecord } from "../../model/told-findings.ts";
import type { Connection } from "./connection.ts";

interface ToldRow {
  readonly fingerprint: Fingerprint;
  readonly severity: Severity;
}

export class SqliteToldFindings implements ToldRecord {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  of(job: JobName): ToldFindings {
    return this.#connection.read(() => this.#known(job));
  }

  replace(job: JobName, findings: ToldFindings): void {
    this.#connection.write(() => {
      const known = this.#known(job);
      // Most stay as they are from run to run.
      for (const fingerprint of known.keys()) {
        if (!findings.has(fingerprint))
          this.#connection.run("DELETE FROM told_finding WHERE job = ? AND fingerprint = ?", job, fingerprint);
      }
      for (const [fingerprint, severity] of findings) {
        if (known.get(fingerprint) === severity) continue;
        this.#connection.run(
          "INSERT OR REPLACE INTO told_finding (job, fingerprint, severity) VALUES (?, ?, ?)",
          job,
          fingerprint,
          severity,
        );
      }
    });
  }

  #known(job: JobName): Map<Fingerprint, Severity> {
    const rows = this.#connection.all<ToldRow & Record<string, unknown>>(
      "SELECT fingerprint, severity FROM told_finding WHERE job = ?",
      job,
    );
    return new Map(rows.map(({ fingerprint, severity }) => [fingerprint, severity]));
  }
}
