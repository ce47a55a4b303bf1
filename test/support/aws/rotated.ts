import { AttachUserPolicyCommand, type IAMClient } from "@aws-sdk/client-iam";
import { vi } from "vitest";
import { RotationAccess, type UserAccess } from "../../../src/aws/rotation-access.ts";
import type { SmtpLogin } from "../../../src/aws/rotation-proof.ts";
import type { AccountId } from "../../../src/model/access-key-id.ts";
import type { AwsAnswer } from "../../../src/model/aws-answer.ts";
import { stubAwsEnvironment } from "./audited.ts";
import type { Credentials } from "./gateway.ts";
import { quickWaiting } from "./quick-waiting.ts";
import { type UserKey, userWithKey } from "./user-key.ts";
import { type AwsWorld, freshAccount, makeAwsWorld } from "./world.ts";

/** A user with a key, and the ways by which a rotation sees and changes it. */
export interface RotatedUser extends UserAccess {
  readonly world: AwsWorld;
  readonly account: AccountId;
  readonly iam: IAMClient;
  readonly name: string;
  readonly old: UserKey;
  /** The same user with other credentials, e.g. its own. */
  as(credentials: Credentials, role?: string): Promise<UserAccess>;
  stop(): Promise<void>;
}

const NO_SMTP: SmtpLogin = () => Promise.reject(new Error("there is no SMTP here"));

export async function makeRotatedUser(login = NO_SMTP): Promise<RotatedUser> {
  const world = await makeAwsWorld();
  const account = freshAccount() as AccountId;
  const iam = await world.iam(account);
  const name = "deploy";
  const old = await userWithKey(world.gateway, iam, name);
  const opened: RotationAccess[] = [];
  const as: RotatedUser["as"] = async (credentials, role) => {
    stubAwsEnvironment(world.gateway, credentials);
    if (credentials.sessionToken === "") vi.stubEnv("AWS_SESSION_TOKEN", undefined);
    const { signal } = new AbortController();
    const timeouts = { connectionMs: 2000, answerMs: 1000 };
    const settings = { profile: null, region: null, waiting: quickWaiting(), signal, timeouts };
    const access = await RotationAccess.open(settings, login);
    opened.push(access);
    return access.user({ accountId: account, userName: name, role: role ?? null, externalId: null });
  };
  const access = await as(await world.gateway.credentials(account, "operator"));
  return {
    ...access,
    world,
    account,
    iam,
    name,
    old,
    as,
    async stop() {
      vi.unstubAllEnvs();
      for (const one of opened) one.close();
      await world.stop();
    },
  };
}

/** Lets a user do everything. */
export async function makeAdministrator(iam: IAMClient, UserName: string): Promise<void> {
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }));
}

/** The value of an answer that must be there. */
export function done<Value>(answer: AwsAnswer<Value>): Value {
  if (answer.kind !== "done") throw new Error(`it was not done: ${JSON.stringify(answer)}`);
  return answer.value;
}

/** `done`, `unknown`, or why it was refused. */
export function outcome(answer: AwsAnswer<unknown>): string {
  return answer.kind === "refused" ? answer.refusal.code : answer.kind;
}
