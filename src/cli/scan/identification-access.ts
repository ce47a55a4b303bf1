import type { IdentificationAccess, ListedOrganization } from "../../audit/identify/identify.ts";
import { Iam } from "../../aws/iam.ts";
import { Organizations } from "../../aws/organizations.ts";
import type { SessionSettings } from "../../aws/session.ts";
import type { AccountId } from "../../model/access-key-id.ts";
import type { OrganizationReader } from "../../model/organization.ts";
import { openSession, refuseDecoy, sessionIn } from "../audit/audit-access.ts";
import type { CredentialsPlan, RolePlan } from "../audit/audit-plan.ts";

/**
 * The way to ask AWS whose keys are, with the operator's own credentials.
 * @throws KeysweepError `aws` when there are none that AWS accepts, or they are a decoy.
 */
export async function identificationAccess(
  plan: CredentialsPlan & RolePlan,
  settings: Omit<SessionSettings, "profile" | "region">,
): Promise<IdentificationAccess & { close(): void }> {
  const { base, session } = await openSession(plan, settings);
  try {
    await refuseDecoy(base);
    const identity = await session.identity();
    let organization: Promise<ListedOrganization | null> | null = null;
    return {
      accountId: identity.accountId,
      asOf: new Date(settings.waiting.now() + session.clockAheadMs).toISOString(),
      accountOf: (id) => session.accountOfKey(id),
      organization() {
        organization ??= listed(new Organizations(session));
        return organization;
      },
      open: (account) => Iam.open(sessionIn(account, session, identity, plan)),
      close: () => base.close(),
    };
  } catch (error) {
    base.close();
    throw error;
  }
}

async function listed(reader: OrganizationReader): Promise<ListedOrganization | null> {
  const organization = await reader.describe();
  if (organization === null) return null;
  const accounts = new Set<AccountId>();
  for await (const { id } of reader.accounts(null)) accounts.add(id);
  return { id: organization.id, accounts };
}
