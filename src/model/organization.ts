import type { AccountId } from "./access-key-id.ts";

/** The port through which an audit learns which accounts there are. */
export interface OrganizationReader {
  /** Null: the account belongs to no organisation. */
  describe(): Promise<Organization | null>;
  /** All accounts, or with the id of a root or an organisational unit those below it, however deep. */
  accounts(below: string | null): AsyncIterable<OrganizationAccount>;
}

export interface Organization {
  readonly id: string;
  readonly managementAccountId: AccountId;
}

/** Accounts of any other state than ACTIVE are not audited. */
export type AccountState = "PENDING_ACTIVATION" | "ACTIVE" | "SUSPENDED" | "PENDING_CLOSURE" | "CLOSED";

export interface OrganizationAccount {
  readonly id: AccountId;
  readonly name: string;
  readonly state: AccountState;
}
