import type { AccountId } from "../../model/access-key-id.ts";
import type { AuditChanges } from "../../model/audit-changes.ts";
import type { AuditFinding } from "../../model/audit-report.ts";
import type { Fingerprint } from "../../model/finding.ts";
import type { AccessKey, IamUser } from "../../model/iam-user.ts";
import type { AccountRecord, AuditEnd, AuditRecorder } from "../audit-history.ts";
import type { Retention } from "../retention.ts";
import { changesBetween } from "./audit-comparison.ts";
import { thinAudits } from "./audit-retention.ts";
import type { Connection } from "./connection.ts";

interface OpenRow {
  readonly id: number;
  readonly fingerprint: Fingerprint;
  readonly seen: 0 | 1;
  readonly finding: string;
}

export class SqliteAuditRecorder implements AuditRecorder {
  readonly #connection: Connection;
  readonly #retention: Retention;
  readonly #run: number;

  constructor(connection: Connection, retention: Retention, run: number) {
    this.#connection = connection;
    this.#retention = retention;
    this.#run = run;
  }

  listed(organizationId: string, accounts: readonly AccountId[], at: string): void {
    this.#connection.write(() => {
      this.#connection.run(
        "INSERT INTO organization (id, listed_at) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET listed_at = excluded.listed_at",
        organizationId,
        at,
      );
      this.#connection.run("UPDATE account SET organization = NULL WHERE organization = ?", organizationId);
      for (const id of accounts) {
        this.#connection.run(
          `INSERT INTO account (id, organization) VALUES (?, ?)
           ON CONFLICT (id) DO UPDATE SET organization = excluded.organization`,
          id,
          organizationId,
        );
      }
    });
  }

  account({ account, users, findings }: AccountRecord, at: string): void {
    this.#connection.write(() => {
      this.#connection.run("INSERT INTO account (id) VALUES (?) ON CONFLICT (id) DO NOTHING", account.id);
      this.#connection.run(
        "INSERT INTO audit_account (run, account, row) VALUES (?, ?, ?)",
        this.#run,
        account.id,
        JSON.stringify(account),
      );
      const isWhole = account.status === "audited";
      this.#writeUsers(account.id, users, at, isWhole);
      this.#writeFindings(account.id, findings, isWhole);
    });
  }

  changes(): AuditChanges | null {
    return this.#connection.read(() => {
      const last = this.#connection.get<{ id: number; since: string }>(
        `SELECT id, finished_at AS since FROM audit_run
         WHERE finished_at IS NOT NULL ORDER BY finished_at DESC, id DESC LIMIT 1`,
      );
      return last === undefined ? null : { since: last.since, ...changesBetween(this.#connection, this.#run, last.id) };
    });
  }

  finish({ finishedAt, complete, summary }: AuditEnd): void {
    this.#connection.write(() => {
      this.#connection.run(
        "UPDATE audit_run SET finished_at = ?, complete = ?, summary = ? WHERE id = ?",
        finishedAt,
        complete ? 1 : 0,
        JSON.stringify(summary),
        this.#run,
      );
      thinAudits(this.#connection, this.#retention, finishedAt);
    });
  }

  /** What was read stands; only an account that was read wholly loses what it has no more. Most users stay as they were. */
  #writeUsers(account: AccountId, users: readonly IamUser[], at: string, isWhole: boolean): void {
    const known = new Map(
      this.#connection
        .all<{ name: string; user: string }>("SELECT name, user FROM iam_user WHERE account = ?", account)
        .map(({ name, user }) => [name, user]),
    );
    const names = new Set(users.map(({ userName }) => userName));
    const keys = new Set(users.flatMap((user) => user.keys.map(({ accessKeyId }) => accessKeyId)));
    for (const user of users) {
      const text = JSON.stringify(user);
      if (known.get(user.userName) !== text) this.#writeUser(account, user.userName, text);
      for (const key of user.keys) this.#writeKey(account, user.userName, key, at);
    }
    if (!isWhole) return;
    this.#connection.run("UPDATE account SET audited_run = ?, audited_at = ? WHERE id = ?", this.#run, at, account);
    for (const name of known.keys()) {
      if (!names.has(name)) {
        this.#connection.run("DELETE FROM iam_user WHERE account = ? AND name = ?", account, name);
      }
    }
    for (const { id } of this.#connection.all<{ id: string }>("SELECT id FROM access_key WHERE account = ?", account)) {
      if (!keys.has(id)) this.#connection.run("DELETE FROM access_key WHERE id = ?", id);
    }
  }

  #writeUser(account: AccountId, name: string, text: string): void {
    this.#connection.run(
      "INSERT INTO iam_user (account, name, user) VALUES (?, ?, ?) ON CONFLICT (account, name) DO UPDATE SET user = excluded.user",
      account,
      name,
      text,
    );
  }

  #writeKey(account: AccountId, user: string, key: AccessKey, at: string): void {
    this.#connection.run(
      `INSERT INTO access_key (id, account, user, status, created_at, last_used_at, as_of) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET account = excluded.account, user = excluded.user, status = excluded.status,
         created_at = excluded.created_at, last_used_at = excluded.last_used_at, as_of = excluded.as_of`,
      key.accessKeyId,
      account,
      user,
      key.status,
      key.createdAt,
      key.lastUsedAt,
      at,
    );
  }

  #writeFindings(account: AccountId, findings: readonly AuditFinding[], isWhole: boolean): void {
    const open = new Map(
      this.#connection
        .all<OpenRow>(
          "SELECT id, fingerprint, seen, finding FROM audit_finding WHERE account = ? AND until_run IS NULL",
          account,
        )
        .map((row) => [row.fingerprint, row]),
    );
    for (const found of findings) {
      const text = JSON.stringify(found);
      const row = open.get(found.fingerprint);
      open.delete(found.fingerprint);
      if (row?.seen === 1 && row.finding === text) continue;
      if (row !== undefined) this.#end(row.id);
      this.#begin(account, found.fingerprint, 1, text);
    }
    for (const row of open.values()) {
      if (!isWhole && row.seen === 0) continue;
      this.#end(row.id);
      if (!isWhole) this.#begin(account, row.fingerprint, 0, row.finding);
    }
  }

  #begin(account: AccountId, fingerprint: Fingerprint, seen: 0 | 1, text: string): void {
    this.#connection.run(
      "INSERT INTO audit_finding (account, fingerprint, from_run, seen, finding) VALUES (?, ?, ?, ?, ?)",
      account,
      fingerprint,
      this.#run,
      seen,
      text,
    );
  }

  /** Another audit may have begun it after this one began. */
  #end(id: number): void {
    this.#connection.run("UPDATE audit_finding SET until_run = max(?, from_run + 1) WHERE id = ?", this.#run, id);
  }
}
