import type { AccessKeyId, AccountId } from "./access-key-id.ts";
import type { OutsideOrganization, Owner } from "./finding.ts";

/** What an audit knows of keys: who owns a found one. Nobody is asked; what is told is as old as its `asOf`. */
export interface KeyInventory {
  /** The account that an id was issued in, where more is known than the id tells; else null. */
  accountOf(id: AccessKeyId): AccountId | null;
  /** Null when no audited account has such a key of a user. */
  ownerOf(id: AccessKeyId): Owner | null;
  /** Null when the account is one of the organisation's, or when no audit listed all of them. */
  outsideOrganization(account: AccountId): OutsideOrganization | null;
}

/** Where nothing was audited. */
export const NO_INVENTORY: KeyInventory = {
  accountOf: () => null,
  ownerOf: () => null,
  outsideOrganization: () => null,
};
