import { CreateAccessKeyCommand, CreateUserCommand, type IAMClient } from "@aws-sdk/client-iam";
import type { Credentials, Gateway } from "./gateway.ts";
import { iamClient } from "./world.ts";

/** A user's key, and a client that uses it. */
export interface UserKey {
  readonly id: string;
  readonly credentials: Credentials;
  readonly client: IAMClient;
}

/** Makes a key for a user who is there. */
export async function keyFor(gateway: Gateway, iam: IAMClient, UserName: string): Promise<UserKey> {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const { AccessKeyId: id = "", SecretAccessKey: secretAccessKey = "" } = AccessKey ?? {};
  const credentials = { accessKeyId: id, secretAccessKey, sessionToken: "" };
  return { id, credentials, client: iamClient(gateway, credentials) };
}

/** Makes a user with a key. */
export async function userWithKey(gateway: Gateway, iam: IAMClient, UserName: string): Promise<UserKey> {
  await iam.send(new CreateUserCommand({ UserName }));
  return keyFor(gateway, iam, UserName);
}
