import type { AccountId } from "../../model/access-key-id.ts";
import type { AuditChanges } from "../../model/audit-changes.ts";
import type { AuditedAccount, AuditFinding, AuditHeading, AuditReport } from "../../model/audit-report.ts";
import type { IamUser } from "../../model/iam-user.ts";
import { SEVERITIES } from "../../model/severity.ts";
import type {
  AuditHistory,
  AuditRecorder,
  KnownAccount,
  RememberedAudit,
  RememberedAuditReport,
} from "../audit-history.ts";
import type { Retention } from "../retention.ts";
import { changesBetween } from "./audit-comparison.ts";
import type { Connection } from "./connection.ts";
import { SqliteAuditRecorder } from "./sqlite-audit-recorder.ts";

interface RunRow {
  readonly id: number;
  readonly heading: string;
  readonly finished_at: string;
  readonly complete: 0 | 1;
  readonly summary: string;
  readonly detailed: 0 | 1;
}

const FINISHED = "SELECT * FROM audit_run WHERE finished_at IS NOT NULL";

export class SqliteAudits implements AuditHistory {
  readonly #connection: Connection;
  readonly #retention: Retention;

  constructor(connection: Connection, retention: Retention) {
    this.#connection = connection;
    this.#retention = retention;
  }

  begin(heading: AuditHeading): AuditRecorder {
    const text = JSON.stringify(heading);
    const { id } = this.#connection.write(() =>
      this.#connection.run("INSERT INTO audit_run (heading) VALUES (?)", text),
    );
    return new SqliteAuditRecorder(this.#connection, this.#retention, id);
  }

  runs(): RememberedAudit[] {
    return this.#connection.read(() =>
      this.#connection.all<RunRow>(`${FINISHED} ORDER BY id DESC`).map((row) => {
        const { startedAt, organization } = JSON.parse(row.heading) as AuditHeading;
        return {
          id: row.id,
          startedAt,
          finishedAt: row.finished_at,
          organization,
          complete: row.complete === 1,
          summary: JSON.parse(row.summary) as AuditReport["summary"],
          detailed: row.detailed === 1,
        };
      }),
    );
  }

  report(run: number): RememberedAuditReport | null {
    const row = this.#connection.read(() => this.#connection.get<RunRow>(`${FINISHED} AND id = ?`, run));
    if (row === undefined || row.detailed === 0) return null;
    const accounts = this.#accountsOf(run);
    return {
      ...(JSON.parse(row.heading) as AuditHeading),
      finishedAt: row.finished_at,
      coverage: { complete: row.complete === 1, accounts },
      users: this.#usersOf(run, null),
      findings: this.#findingsOf(run, null),
      of: (index) => {
        const account = accounts[index]?.id ?? null;
        if (account === null) throw new RangeError(`an audit of ${accounts.length} accounts has none at ${index}`);
        return { users: this.#usersOf(run, account), findings: this.#findingsOf(run, account) };
      },
      summary: JSON.parse(row.summary) as AuditReport["summary"],
    };
  }

  changesIn(run: number, since?: number): AuditChanges | null | undefined {
    return this.#connection.read(() => {
      const row = this.#connection.get<RunRow>(`${FINISHED} AND id = ?`, run);
      if (row === undefined || row.detailed === 0) return undefined;
      const earlier =
        since === undefined
          ? this.#connection.get<RunRow>(`${FINISHED} AND id < ? ORDER BY finished_at DESC, id DESC LIMIT 1`, run)
          : this.#connection.get<RunRow>(`${FINISHED} AND id = ?`, since);
      if (earlier === undefined) return since === undefined ? null : undefined;
      if (earlier.detailed === 0) return undefined;
      return { since: earlier.finished_at, ...changesBetween(this.#connection, run, earlier.id) };
    });
  }

  accounts(): KnownAccount[] {
    return this.#connection.read(() =>
      this.#connection
        .all<KnownAccount>(
          "SELECT id, organization AS organizationId, audited_at AS auditedAt FROM account ORDER BY id",
        )
        .map((row) => ({ ...row })),
    );
  }

  users(account?: AccountId): Iterable<IamUser> {
    return account === undefined
      ? this.#again("SELECT user AS text FROM iam_user ORDER BY account, name")
      : this.#again("SELECT user AS text FROM iam_user WHERE account = ? ORDER BY name", account);
  }

  /** @param account null: of all. */
  #usersOf(run: number, account: AccountId | null): Iterable<IamUser> {
    return this.#again(
      `SELECT user AS text FROM iam_user JOIN account ON account.id = account
       WHERE audited_run = ? ${account === null ? "" : "AND account = ?"} ORDER BY account, name`,
      ...(account === null ? [run] : [run, account]),
    );
  }

  #findingsOf(run: number, account: AccountId | null): Iterable<AuditFinding> {
    return this.#again(
      `SELECT finding AS text FROM audit_finding AS found
       JOIN audit_account AS reached ON reached.run = ?1 AND reached.account = found.account
       WHERE from_run <= ?1 AND (until_run IS NULL OR until_run > ?1) AND seen = 1
         ${account === null ? "" : "AND found.account = ?2"} ORDER BY ${RANK}, found.account, ${WITHIN}`,
      ...(account === null ? [run] : [run, account]),
    );
  }

  #accountsOf(run: number): AuditedAccount[] {
    return this.#connection.read(() =>
      this.#connection
        .all<{ row: string }>("SELECT row FROM audit_account WHERE run = ? ORDER BY account", run)
        .map(({ row }) => JSON.parse(row) as AuditedAccount),
    );
  }

  /** Reads the rows anew whenever they are gone through: there may be too many to keep. */
  #again<T>(sql: string, ...values: (string | number)[]): Iterable<T> {
    const connection = this.#connection;
    return {
      *[Symbol.iterator]() {
        for (const { text } of connection.each<{ text: string }>(sql, ...values)) yield JSON.parse(text) as T;
      },
    };
  }
}

/** Of an account's findings that are equally bad: the same order whenever they were found first. */
const WITHIN = ["userName", "check", "accessKeyId", "fingerprint"].map((name) => `finding ->> '${name}'`).join(", ");

/** Worst first. */
const RANK = `CASE finding ->> 'severity' ${SEVERITIES.map((name, rank) => `WHEN '${name}' THEN ${rank}`).join(" ")} END`;
