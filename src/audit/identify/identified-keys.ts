import type { AccessKeyId, AccountId } from "../../model/access-key-id.ts";
import type { OutsideOrganization, Owner } from "../../model/finding.ts";
import type { KeyInventory } from "../../model/key-inventory.ts";
import type { IdentificationAccess, ListedOrganization } from "./identify.ts";

/** What AWS says of keys now, and what is remembered of audits where it says nothing. */
export class IdentifiedKeys implements KeyInventory {
  readonly #remembered: KeyInventory;
  readonly #own: AccountId;
  readonly #asOf: string;
  readonly #accounts = new Map<AccessKeyId, AccountId>();
  readonly #owners = new Map<AccessKeyId, Owner | null>();
  #organization: ListedOrganization | null = null;

  constructor(remembered: KeyInventory, { accountId, asOf }: Pick<IdentificationAccess, "accountId" | "asOf">) {
    this.#remembered = remembered;
    this.#own = accountId;
    this.#asOf = asOf;
  }

  issued(id: AccessKeyId, account: AccountId): void {
    this.#accounts.set(id, account);
  }

  owned(id: AccessKeyId, owner: Owner): void {
    this.#owners.set(id, owner);
  }

  /** Nobody owns it any more, whatever is remembered. */
  gone(id: AccessKeyId): void {
    this.#owners.set(id, null);
  }

  /** The organisation has listed its accounts. */
  listed(organization: ListedOrganization): void {
    this.#organization = organization;
  }

  accountOf(id: AccessKeyId): AccountId | null {
    return this.#accounts.get(id) ?? this.#remembered.accountOf(id);
  }

  ownerOf(id: AccessKeyId): Owner | null {
    const owner = this.#owners.get(id);
    return owner === undefined ? this.#remembered.ownerOf(id) : owner;
  }

  outsideOrganization(account: AccountId): OutsideOrganization | null {
    if (account === this.#own) return null;
    if (this.#organization === null) return this.#remembered.outsideOrganization(account);
    const { id, accounts } = this.#organization;
    return accounts.has(account) ? null : { organizationId: id, asOf: this.#asOf };
  }
}
