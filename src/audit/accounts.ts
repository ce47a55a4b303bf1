import { type AccountId, accountId } from "../model/access-key-id.ts";
import { AwsFailure } from "../model/aws-failure.ts";
import { KeysweepError } from "../model/error.ts";
import type { Organization, OrganizationAccount, OrganizationReader } from "../model/organization.ts";
import type { AccountRequest } from "./audit.ts";

/** Which accounts of an organisation are meant. Accounts are named by id or name. */
export interface Selection {
  /** Roots and organisational units; empty: the whole organisation. */
  readonly units: readonly string[];
  /** Empty: all. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export interface AccountList {
  /** Null: the account belongs to none, and is audited alone. */
  readonly organization: Organization | null;
  readonly accounts: readonly AccountRequest[];
}

/**
 * The accounts of the organisation, those that are left out too, each with the reason.
 * @param caller whose credentials read the organisation.
 * @throws KeysweepError `aws` when the organisation may not be read, `usage` when an account is named that it does not have.
 */
export async function accountsOf(
  reader: OrganizationReader,
  caller: AccountId,
  selection: Selection,
): Promise<AccountList> {
  const organization = await described(reader);
  if (organization === null) {
    const [named] = [...selection.units, ...selection.include];
    if (named === undefined) return { organization: null, accounts: [singleAccount(caller)] };
    throw new KeysweepError(
      "usage",
      `${caller} belongs to no organisation, so there is no ${JSON.stringify(named)} in it`,
      {
        hint: "Use credentials of the management account or of a delegated administrator, or name no unit and no account, to audit this one alone.",
      },
    );
  }
  const found = await listed(reader, organization, caller, selection.units);
  for (const name of selection.include) {
    if (!found.some((account) => isCalled(account, name))) {
      throw new KeysweepError(
        "usage",
        `the organisation ${organization.id} has no account ${JSON.stringify(name)}${selection.units.length > 0 ? " in the units named" : ""}`,
        {
          hint: "Accounts are named by their id or their name, as `aws organizations list-accounts` shows them.",
        },
      );
    }
  }
  return {
    organization,
    accounts: found.map((account) => ({
      ...account,
      leftOut: reasonLeftOut(account, selection),
      membership: account.id === organization.managementAccountId ? "management" : "member",
    })),
  };
}

/** An account that is audited by itself. */
export function singleAccount(id: AccountId): AccountRequest {
  return { id, name: null, state: null, leftOut: null, membership: "alone" };
}

async function described(reader: OrganizationReader): Promise<Organization | null> {
  try {
    return await reader.describe();
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    throw new KeysweepError("aws", `the organisation cannot be read: ${error.message}`, {
      hint: "The audit needs organizations:DescribeOrganization and organizations:ListAccounts: see docs/audit.md.",
      cause: error,
    });
  }
}

async function listed(
  reader: OrganizationReader,
  { id, managementAccountId }: Organization,
  caller: AccountId,
  units: readonly string[],
): Promise<OrganizationAccount[]> {
  const accounts = new Map<AccountId, OrganizationAccount>();
  try {
    for (const unit of units.length === 0 ? [null] : units) {
      for await (const account of reader.accounts(unit)) accounts.set(account.id, account);
    }
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    if (error.kind !== "denied")
      throw new KeysweepError("aws", `the accounts cannot be listed: ${error.message}`, { cause: error });
    const member = caller !== managementAccountId;
    throw new KeysweepError(
      "aws",
      `${caller} may not list the accounts of the organisation ${id}${member ? `: it is a member, and ${managementAccountId} is the management account` : ""} (${error.permission ?? error.message})`,
      {
        hint: member
          ? `Use credentials of ${managementAccountId} or of a delegated administrator, or leave --organization out to audit this account alone.`
          : `Grant ${error.permission ?? "organizations:ListAccounts"}: see docs/audit.md.`,
        cause: error,
      },
    );
  }
  return [...accounts.values()];
}

function isCalled({ id, name }: OrganizationAccount, text: string): boolean {
  return accountId(text) === null ? name === text : id === text;
}

function reasonLeftOut(account: OrganizationAccount, { include, exclude }: Selection): string | null {
  if (account.state !== "ACTIVE") return `its state is ${account.state}`;
  if (exclude.some((name) => isCalled(account, name))) return "excluded";
  if (include.length > 0 && !include.some((name) => isCalled(account, name))) return "not among those to include";
  return null;
}
