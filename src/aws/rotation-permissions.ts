import {
  type ContextEntry,
  type EvaluationResult,
  GetRoleCommand,
  IAMClient,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from "@aws-sdk/client-iam";
import { AwsFailure } from "../model/aws-failure.ts";
import { persist } from "./persist.ts";
import { CLAIM_TAG } from "./rotation-keys.ts";
import type { AwsSession } from "./session.ts";

/** What a rotation does to a user and its keys. */
const CHANGES = ["iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:TagUser", "iam:UpdateAccessKey"];
/** What it asks of the account beside the user: these know no resources. */
const READS = ["cloudtrail:LookupEvents", "iam:GetAccessKeyLastUsed"];

/** What whoever rotates a user's key may do, as IAM's own simulator tells. */
export interface RotationPermissions {
  /** The actions that are refused. */
  readonly missing: readonly string[];
  /** Those of which it depends on what only a real call has. */
  readonly unclear: readonly string[];
}

/**
 * Asks IAM what would be allowed; nothing is done. What resources themselves allow or refuse, and sessions' own policies, are not looked at.
 * @param principal the ARN of whoever calls, as the session says: a user's, or a session's of a role.
 * @param user the ARN of the user whose key is to be rotated.
 * @throws AwsFailure, `denied` where the simulator may not be asked.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export async function rotationPermissions(
  session: AwsSession,
  principal: string,
  user: string,
): Promise<RotationPermissions> {
  const { waiting, signal } = session.settings;
  const iam = new IAMClient(session.clientSettings());
  const pace = session.pace();
  const ask = <T>(name: string, attempt: () => Promise<T>): Promise<T> =>
    persist({ name, attempt }, pace, waiting, signal);
  const simulate = async (asked: Omit<SimulatePrincipalPolicyCommandInput, "PolicySourceArn">, source: string) => {
    const command = new SimulatePrincipalPolicyCommand({ ...asked, PolicySourceArn: source });
    return (await ask("iam:SimulatePrincipalPolicy", () => iam.send(command))).EvaluationResults ?? [];
  };
  // Who is all may do all.
  if (principal.endsWith(":root")) return { missing: [], unclear: [] };
  const source = await sourceOf(principal, async (RoleName) => {
    return (await ask("iam:GetRole", () => iam.send(new GetRoleCommand({ RoleName })))).Role?.Arn;
  });
  const tag: ContextEntry = {
    ContextKeyName: "aws:TagKeys",
    ContextKeyType: "stringList",
    ContextKeyValues: [CLAIM_TAG],
  };
  const results = [
    ...(await simulate({ ActionNames: CHANGES, ResourceArns: [user], ContextEntries: [tag] }, source)),
    ...(await simulate({ ActionNames: READS }, source)),
  ];
  const refused = results.filter(({ EvalDecision }) => EvalDecision !== "allowed");
  return { missing: named(refused.filter(isClear)), unclear: named(refused.filter((result) => !isClear(result))) };
}

/** A condition of a policy may ask for what only a real call tells. */
function isClear({ EvalDecision, MissingContextValues }: EvaluationResult): boolean {
  return EvalDecision === "explicitDeny" || (MissingContextValues ?? []).length === 0;
}

function named(results: readonly EvaluationResult[]): string[] {
  return results.map(({ EvalActionName = "" }) => EvalActionName).toSorted();
}

/** The simulator wants the role's ARN; that of a session leaves the role's path out. */
async function sourceOf(principal: string, arnOfRole: (name: string) => Promise<string | undefined>): Promise<string> {
  const [, partition, account, name] = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(principal) ?? [];
  if (name === undefined) return principal;
  const withoutPath = `arn:${partition}:iam::${account}:role/${name}`;
  try {
    return (await arnOfRole(name)) ?? withoutPath;
  } catch (error) {
    // Most roles have none.
    if (error instanceof AwsFailure && error.kind === "denied") return withoutPath;
    throw error;
  }
}
