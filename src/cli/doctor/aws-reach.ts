import { Iam } from "../../aws/iam.ts";
import { Organizations } from "../../aws/organizations.ts";
import type { Identity, SessionSettings } from "../../aws/session.ts";
import { KeysweepError } from "../../model/error.ts";
import type { OrganizationReader } from "../../model/organization.ts";
import { openSession, refuseDecoy, sessionIn } from "../audit/audit-access.ts";
import type { CredentialsPlan, RolePlan } from "../audit/audit-plan.ts";
import type { AwsProblem } from "./check.ts";

/** How far the operator's credentials reach. It brings the SDK with it, so it is loaded when it is needed. */
export interface AwsReach {
  readonly identity: Identity;
  readonly region: string;
  readonly clockAheadMs: number;
  readonly organizations: OrganizationReader;
  /** The role by which other accounts are entered. */
  readonly role: string;
  /** @throws AwsFailure. */
  open(account: string): Promise<Iam>;
  close(): void;
}

/** Calls GetCallerIdentity, which needs no permission and changes nothing. */
export async function awsReach(
  plan: CredentialsPlan & RolePlan,
  settings: Omit<SessionSettings, "profile" | "region">,
): Promise<AwsReach | AwsProblem> {
  const { base, session } = await openSession(plan, settings);
  let isMissing = true;
  try {
    await base.credentialsId();
    isMissing = false;
    await refuseDecoy(base);
    const identity = await session.identity();
    return {
      identity,
      region: session.region,
      clockAheadMs: session.clockAheadMs,
      organizations: new Organizations(session),
      role: plan.role,
      open: (account) => Iam.open(sessionIn(account, session, identity, plan)),
      close: () => base.close(),
    };
  } catch (error) {
    base.close();
    if (!(error instanceof KeysweepError)) throw error;
    return { isMissing, detail: error.message, hint: error.hint };
  }
}
