/*
 * What the gateway knows beside moto: whose each key id is, when keys were used, what moto has no notion of.
 */
import { Keys } from "./keys.ts";

/** Whose credentials an id belongs to. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
  readonly kind: "user" | "session" | "root-session";
  /** Null for a session. */
  readonly userName: string | null;
  readonly secretAccessKey: string;
  /** Null for a user. */
  readonly sessionToken: string | null;
  /** In milliseconds since 1970; null: never. */
  readonly expiresAt: number | null;
  /** The name of the policy that bounds a session of root; null for all others. */
  readonly taskPolicy: string | null;
  /** `refused`: as if it did not exist; `expired`: a session past its end. */
  state: "valid" | "refused" | "expired";
}

export interface RootUser {
  readonly keys: 0 | 1 | 2;
  readonly mfa: "none" | "virtual" | "hardware";
  readonly certificate: boolean;
  readonly passwordLastUsedAt: number | null;
  /** Of key 1 and key 2. */
  readonly keysLastUsedAt: readonly [number | null, number | null];
}

export interface ServiceCredential {
  readonly id: string;
  readonly userName: string;
  readonly serviceName: string;
  readonly status: "Active" | "Inactive" | "Expired";
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

/** A role that may be assumed, and what it asks for. */
export interface Trust {
  readonly role: string;
  readonly externalId: string | null;
  /** Accounts whose principals it trusts; null: any. */
  readonly from: readonly string[] | null;
}

export interface CredentialReport {
  readonly content: string;
  readonly generatedAt: number;
  /** How many more times it is asked for before it is there. */
  pollsLeft: number;
}

/** One account. */
export class AccountState {
  readonly id: string;
  root: RootUser = {
    keys: 0,
    mfa: "hardware",
    certificate: false,
    passwordLastUsedAt: null,
    keysLastUsedAt: [null, null],
  };
  readonly trusts: Trust[] = [];
  readonly serviceCredentials: ServiceCredential[] = [];
  /** By user: in milliseconds since 1970. */
  readonly passwordLastUsedAt = new Map<string, number>();
  /** Names of the policies managed by AWS that were attached to something. */
  readonly managedPolicies = new Set<string>();
  report: CredentialReport | null = null;
  /** How many times a report is asked for before it is there. */
  reportPolls = 1;
  /** Of the organisation whose management account this is; null: trusted access is off. */
  organizationFeatures: readonly string[] | null = null;

  constructor(id: string) {
    this.id = id;
  }
}

export interface OrganizationState {
  /** An id of credentials of the management account. */
  readonly managementKeyId: string;
  readonly managementAccount: string;
  /** The management account and delegated administrators. */
  readonly readers: Set<string>;
  /** The states of accounts, where they are not what moto says. */
  readonly states: Map<string, string>;
  /** Whether the first page of the accounts holds none, as it may. */
  firstPageEmpty: boolean;
}

/** Everything that the gateway of one test knows. */
export class State {
  readonly #accounts = new Map<string, AccountState>();
  readonly identities = new Map<string, Identity>();
  readonly keys = new Keys();
  organization: OrganizationState | null = null;

  account(id: string): AccountState {
    const known = this.#accounts.get(id) ?? new AccountState(id);
    this.#accounts.set(id, known);
    return known;
  }
}
