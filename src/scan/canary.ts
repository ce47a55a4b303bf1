import { CANARY_ACCOUNTS } from "../generated/canaries.ts";

/** Whether keys of this account are decoys (rules/canaries.yaml): using one alarms the person who laid it. */
export function isCanaryAccount(accountId: string | null): boolean {
  return accountId !== null && CANARY_ACCOUNTS.has(accountId);
}

/** Who lays the decoys of this account, or null when it is not known for any. */
export function canaryVendor(accountId: string | null): string | null {
  return accountId === null ? null : (CANARY_ACCOUNTS.get(accountId) ?? null);
}
