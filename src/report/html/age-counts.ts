import type { AccountId } from "../../model/access-key-id.ts";
import { type AccountAges, AGE_BANDS } from "./charts/key-age.ts";

const DAY_MS = 86_400_000;

/** Whole days between two moments, ISO 8601. */
export function daysBetween(from: string, to: string): number {
  return Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / DAY_MS));
}

/** Counts keys by account and age. */
export class AgeCounts {
  readonly #counts = new Map<AccountId, number[]>();

  add(account: AccountId, days: number): void {
    const counts = this.#counts.get(account) ?? AGE_BANDS.map(() => 0);
    const band = AGE_BANDS.findIndex(({ below }) => days < below);
    counts[band] = (counts[band] ?? 0) + 1;
    this.#counts.set(account, counts);
  }

  /** @param name what an account is called to a person. */
  accounts(name = (account: AccountId): string => account): AccountAges[] {
    return Array.from(this.#counts, ([account, counts]) => ({ account: name(account), counts }));
  }
}
