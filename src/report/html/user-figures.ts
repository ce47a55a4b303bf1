import type { AccountId } from "../../model/access-key-id.ts";
import type { IamUser } from "../../model/iam-user.ts";
import { AgeCounts, daysBetween } from "./age-counts.ts";
import type { AccountAges } from "./charts/key-age.ts";
import { type AccountMfa, MFA_CLASSES, type MfaClass } from "./charts/mfa.ts";

/** What the drawings need to know of an organisation's users, counted in one reading. */
export class UserFigures {
  readonly #ages = new AgeCounts();
  readonly #mfa = new Map<AccountId, Record<MfaClass, number>>();
  #inactiveKeys = 0;
  #neverUsedKeys = 0;

  /** @param now ISO 8601: ages are counted until then. */
  constructor(users: Iterable<IamUser>, now: string) {
    for (const user of users) {
      this.#addKeys(user, now);
      if (user.console.enabled) this.#addMfa(user);
    }
  }

  get inactiveKeys(): number {
    return this.#inactiveKeys;
  }

  /** Active or not. */
  get neverUsedKeys(): number {
    return this.#neverUsedKeys;
  }

  ages(nameOf: (id: AccountId) => string): AccountAges[] {
    return this.#ages.accounts(nameOf);
  }

  mfa(nameOf: (id: AccountId) => string): AccountMfa[] {
    return Array.from(this.#mfa, ([id, counts]) => ({ account: nameOf(id), counts }));
  }

  #addKeys({ accountId, keys }: IamUser, now: string): void {
    for (const { status, createdAt, lastUsedAt } of keys) {
      if (status === "Active") this.#ages.add(accountId, daysBetween(createdAt, now));
      else this.#inactiveKeys++;
      if (lastUsedAt === null) this.#neverUsedKeys++;
    }
  }

  #addMfa({ accountId, mfa }: IamUser): void {
    const counts = this.#mfa.get(accountId) ?? { fido: 0, hardware: 0, virtual: 0, none: 0 };
    const best = MFA_CLASSES.find((name) => mfa.some(({ kind }) => kind === name)) ?? "none";
    counts[best]++;
    this.#mfa.set(accountId, counts);
  }
}
