import type { AccessKeyId, AccountId } from "../model/access-key-id.ts";
import type { OutsideOrganization, Owner } from "../model/finding.ts";
import type { KeyInventory } from "../model/key-inventory.ts";
import type { Severity } from "../model/severity.ts";

/** Whose a found key is, as far as an audit knows. */
export interface Ownership {
  readonly owner: Owner | null;
  readonly outsideOrganization: OutsideOrganization | null;
}

export function ownershipOf(
  id: AccessKeyId | null,
  account: AccountId | null,
  canary: boolean,
  inventory: KeyInventory,
): Ownership {
  return {
    owner: id === null ? null : inventory.ownerOf(id),
    // A decoy's account is never the organisation's: there is nothing to tell.
    outsideOrganization: account === null || canary ? null : inventory.outsideOrganization(account),
  };
}

/**
 * A key whose secret was found and which IAM says is active is critical, whatever its place made of it. An id alone opens nothing, so it
 * stays what it is; and nothing that an audit knows makes a finding less severe: it may be out of date.
 */
export function raised(severity: Severity, hasSecret: boolean, owner: Owner | null): Severity {
  return hasSecret && owner?.status === "Active" ? "critical" : severity;
}
