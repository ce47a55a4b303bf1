import type { AccessKeyId, AccountId } from "../../model/access-key-id.ts";
import type { OutsideOrganization, Owner } from "../../model/finding.ts";
import type { KeyInventory } from "../../model/key-inventory.ts";
import type { Connection } from "./connection.ts";

/** The owners of keys, as audits saw them. */
export class SqliteKeys implements KeyInventory {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  accountOf(id: AccessKeyId): AccountId | null {
    return this.ownerOf(id)?.accountId ?? null;
  }

  ownerOf(id: AccessKeyId): Owner | null {
    const owner = this.#connection.read(() =>
      this.#connection.get<Owner>(
        `SELECT account AS accountId, user AS userName, status, created_at AS createdAt, last_used_at AS lastUsedAt, as_of AS asOf
         FROM access_key WHERE id = ?`,
        id,
      ),
    );
    return owner === undefined ? null : { ...owner };
  }

  outsideOrganization(account: AccountId): OutsideOrganization | null {
    return this.#connection.read(() => {
      // One that was audited by itself is the operator's too.
      const isOurs = this.#connection.get(
        "SELECT 1 FROM account WHERE id = ? AND (organization IS NOT NULL OR audited_at IS NOT NULL)",
        account,
      );
      if (isOurs !== undefined) return null;
      const listed = this.#connection.get<OutsideOrganization>(
        "SELECT id AS organizationId, listed_at AS asOf FROM organization ORDER BY listed_at DESC LIMIT 1",
      );
      return listed === undefined ? null : { ...listed };
    });
  }
}
