import { type Call, isoTime, type Reply, refusal, result } from "./call.ts";
import type { AccountState, Identity, State } from "./state.ts";

/** The longest session of root, in seconds. */
const LONGEST_S = 900;
const AUDIT = [
  "GetAccessKeyLastUsed",
  "GetAccountSummary",
  "GetLoginProfile",
  "ListAccessKeys",
  "ListMFADevices",
  "ListSigningCertificates",
];

/**
 * What sessions of root may do, by their task policy; `GetCallerIdentity` needs no permission.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/security-iam-awsmanpol.html
 */
const TASKS: Readonly<Record<string, readonly string[]>> = {
  IAMAuditRootUserCredentials: AUDIT,
  IAMDeleteRootUserCredentials: [
    ...AUDIT,
    "DeleteAccessKey",
    "DeleteSigningCertificate",
    "DeleteLoginProfile",
    "DeactivateMFADevice",
  ],
  IAMCreateRootUserPassword: ["CreateLoginProfile", "GetLoginProfile"],
};

/** Why `AssumeRoot` is refused, or null. */
export function rootRefused(call: Call, caller: Identity, state: State): Reply | null {
  const { organization } = state;
  const features = organization === null ? null : state.account(organization.managementAccount).organizationFeatures;
  if (organization?.readers.has(caller.account) !== true || features?.includes("RootSessions") !== true) {
    return refusal(call, 403, "AccessDenied", `User: ${caller.arn} is not authorized to perform: sts:AssumeRoot`);
  }
  if (!Object.hasOwn(TASKS, taskOf(call))) return refusal(call, 400, "ValidationError", "Not a task policy.");
  if (Number(call.parameters.DurationSeconds ?? LONGEST_S) > LONGEST_S) {
    return refusal(call, 400, "ValidationError", "A session of root lasts 900 seconds at most.");
  }
  return null;
}

/** The account whose root is asked for: by its number, or the ARN of its root. */
export function rootAsked({ parameters }: Call): string {
  return /\d{12}/.exec(parameters.TargetPrincipal ?? "")?.[0] ?? "";
}

/** `IAMAuditRootUserCredentials` of `arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials`. */
export function taskOf({ parameters }: Call): string {
  const arn = parameters["TaskPolicyArn.arn"] ?? "";
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** Why the call of a session of root is refused, or null. */
export function taskRefused(call: Call, { taskPolicy, arn }: Identity): Reply | null {
  if (taskPolicy === null || call.action === "GetCallerIdentity") return null;
  if (TASKS[taskPolicy]?.includes(call.action) === true) return null;
  return refusal(
    call,
    403,
    "AccessDenied",
    `User: ${arn} is not authorized to perform: ${call.service}:${call.action} because no session policy allows it`,
  );
}

/** What IAM tells a session of root of root itself; null: what it tells everybody. */
export function rootAnswer(call: Call, account: AccountState, caller: Identity): Reply | null {
  if (caller.kind !== "root-session" || call.parameters.UserName !== undefined) return null;
  const ids = rootKeyIds(account);
  switch (call.action) {
    case "GetCallerIdentity":
      return result(call, `<Arn>${caller.arn}</Arn><UserId>${account.id}</UserId><Account>${account.id}</Account>`);
    case "ListAccessKeys": {
      const keys = ids.map(
        (id) =>
          `<member><AccessKeyId>${id}</AccessKeyId><Status>Active</Status><CreateDate>${isoTime(Date.UTC(2016, 0))}</CreateDate></member>`,
      );
      return result(call, `<AccessKeyMetadata>${keys.join("")}</AccessKeyMetadata>`);
    }
    case "DeleteAccessKey": {
      const { keys } = account.root;
      if (keys === 0 || !ids.includes(call.parameters.AccessKeyId ?? "")) {
        return refusal(call, 404, "NoSuchEntity", "Root has no such access key.");
      }
      account.root = { ...account.root, keys: keys === 2 ? 1 : 0 };
      return result(call, "");
    }
    default:
      return null;
  }
}

/** Of the keys that an account's root has: made up from the account. */
export function rootKeyIds({ id, root }: AccountState): string[] {
  const letters = id.replace(/\d/g, (digit) => "ABCDEFGHIJ".charAt(Number(digit)));
  return ["2", "3"].slice(0, root.keys).map((last) => ["AK", "IA", "Q7Q", letters, last].join(""));
}
