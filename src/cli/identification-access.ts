import type { IdentificationAccess, ListedOrganization } from "../audit/identify/identify.ts";
import { Iam } from "../aws/iam.ts";
import { Organizations } from "../aws/organizations.ts";
import type { SessionSettings } from "../aws/session.ts";
import { type AccountId, accessKeyId, accountOf } from "../model/access-key-id.ts";
import { KeysweepError } from "../model/error.ts";
import type { OrganizationReader } from "../model/organization.ts";
import { isCanaryAccount } from "../scan/canary.ts";
import { openSession, sessionIn } from "./audit-access.ts";
import type { CredentialsPlan, RolePlan } from "./audit-plan.ts";

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
    refuseDecoy(await base.credentialsId());
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

/** What lies where credentials usually lie may be there to be tried. */
function refuseDecoy(id: string): void {
  const key = accessKeyId(id);
  if (key === null || !isCanaryAccount(accountOf(key))) return;
  throw new KeysweepError("aws", `the AWS credentials (${key}) are a decoy: using them would alarm whoever laid them`, {
    hint: "Name the profile of your own credentials: aws: { profile: … } in the configuration, or AWS_PROFILE.",
  });
}

async function listed(reader: OrganizationReader): Promise<ListedOrganization | null> {
  const organization = await reader.describe();
  if (organization === null) return null;
  const accounts = new Set<AccountId>();
  for await (const { id } of reader.accounts(null)) accounts.add(id);
  return { id: organization.id, accounts };
}
