import { accountsOf, singleAccount } from "../../audit/accounts.ts";
import type { AccountRequest, OpenAccount } from "../../audit/audit.ts";
import { Iam } from "../../aws/iam.ts";
import { Organizations } from "../../aws/organizations.ts";
import { AwsSession, type Identity, type SessionSettings } from "../../aws/session.ts";
import { accessKeyId, accountOf } from "../../model/access-key-id.ts";
import { KeysweepError } from "../../model/error.ts";
import type { Organization } from "../../model/organization.ts";
import { isCanaryAccount } from "../../scan/canary.ts";
import type { AuditPlan, CredentialsPlan, RolePlan } from "./audit-plan.ts";

/*
 * The one place where an audit and AWS meet. It brings the SDK with it, so it is loaded when AWS is to be asked.
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
  const { base, session } = await openSession(plan, settings);
  try {
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
        const reader = await Iam.open(sessionIn(id, session, identity, plan.organization));
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

/**
 * The session of the operator's own credentials, and the one that the plan's roles lead to. Nothing is called yet.
 */
export async function openSession(
  { profile, region, via }: CredentialsPlan,
  settings: Omit<SessionSettings, "profile" | "region">,
): Promise<{ readonly base: AwsSession; readonly session: AwsSession }> {
  const base = await AwsSession.open({ ...settings, profile, region });
  const session = via.reduce((outer, arn) => outer.as({ arn, externalId: null, sessionName: SESSION_NAME }), base);
  return { base, session };
}

/** The session for an account: where we are already there is no role to assume, and StackSets put none into the management account. */
export function sessionIn(account: string, session: AwsSession, identity: Identity, plan: RolePlan | null): AwsSession {
  if (account === identity.accountId) return session;
  return session.as({
    arn: `arn:${identity.partition}:iam::${account}:role/${plan?.role ?? ""}`,
    externalId: plan?.externalId ?? null,
    sessionName: SESSION_NAME,
  });
}

/**
 * What lies where credentials usually lie may be there to be tried: it is not, unless an audit is asked for with it.
 * @throws KeysweepError `credentials` when they are a decoy, or there are none.
 */
export async function refuseDecoy(session: AwsSession): Promise<void> {
  const key = accessKeyId(await session.credentialsId());
  if (key === null || !isCanaryAccount(accountOf(key))) return;
  throw new KeysweepError(
    "credentials",
    `the AWS credentials (${key}) are a decoy: using them would alarm whoever laid them`,
    {
      hint: "Name the profile of your own credentials: aws: { profile: … } in the configuration, or AWS_PROFILE.",
    },
  );
}
