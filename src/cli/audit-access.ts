import { accountsOf, singleAccount } from "../audit/accounts.ts";
import type { AccountRequest, OpenAccount } from "../audit/audit.ts";
import { Iam } from "../aws/iam.ts";
import { Organizations } from "../aws/organizations.ts";
import { AwsSession, type SessionSettings } from "../aws/session.ts";
import type { Organization } from "../model/organization.ts";
import type { AuditPlan } from "./audit-plan.ts";

/*
 * The one place where an audit and AWS meet. It brings the SDK with it, so it is loaded when an audit begins.
 */

/** What CloudTrail shows of the audit, in each account. */
const SESSION_NAME = "keysweep-audit";

/** The way into the accounts that an audit is about. */
export interface AuditAccess {
  /** Null: no organisation, or none was asked for. */
  readonly organization: Organization | null;
  readonly accounts: readonly AccountRequest[];
  /** How far AWS's clock is ahead of this machine's, in milliseconds. */
  readonly clockAheadMs: number;
  open(account: AccountRequest): Promise<OpenAccount>;
  close(): void;
}

/** @throws KeysweepError `aws` when there are no credentials that AWS accepts, or the organisation may not be read. */
export async function auditAccess(
  plan: AuditPlan,
  settings: Omit<SessionSettings, "profile" | "region">,
): Promise<AuditAccess> {
  const base = await AwsSession.open({ ...settings, profile: plan.profile, region: plan.region });
  try {
    const session = plan.via.reduce(
      (outer, arn) => outer.as({ arn, externalId: null, sessionName: SESSION_NAME }),
      base,
    );
    const identity = await session.identity();
    const { organization, accounts } =
      plan.organization === null
        ? { organization: null, accounts: [singleAccount(identity.accountId)] }
        : await accountsOf(new Organizations(session), identity.accountId, plan.organization.selection);
    return {
      organization,
      accounts,
      clockAheadMs: session.clockAheadMs,
      async open({ id }) {
        // Where we are already there is no role to assume: StackSets do not put one into the management account.
        const inside = id === identity.accountId ? session : session.as(roleIn(id, identity.partition, plan));
        const reader = await Iam.open(inside);
        return {
          reader,
          get calls() {
            return reader.calls;
          },
        };
      },
      close: () => base.close(),
    };
  } catch (error) {
    base.close();
    throw error;
  }
}

function roleIn(account: string, partition: string, { organization }: AuditPlan) {
  return {
    arn: `arn:${partition}:iam::${account}:role/${organization?.role ?? ""}`,
    externalId: organization?.externalId ?? null,
    sessionName: SESSION_NAME,
  };
}
