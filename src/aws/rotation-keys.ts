import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { type AccessKeyId, accessKeyId } from "../model/access-key-id.ts";
import { type AwsAnswer, awsTime } from "../model/aws-answer.ts";
import { AwsFailure } from "../model/aws-failure.ts";
import type { AccessKeyPair, KeySeen, KeyService, KeyStatus, KeyUse, UserSeen } from "../model/key-service.ts";
import { Secret } from "../model/secret.ts";
import { type AwsClock, answerOf, BEFORE_READING, hasExpired, readingAnswerOf, unsent } from "./answer.ts";
import { persist } from "./persist.ts";
import { OWN_USER_AGENT } from "./rotation-agent.ts";
import type { AwsSession } from "./session.ts";

/** The tag that names the ledger from which a user is rotated. */
export const CLAIM_TAG = "keysweep:ledger";

/** AWS attaches one of these to a user whose key was seen in public. */
const QUARANTINE = /^AWSCompromisedKeyQuarantine/;

export interface KeyServiceSettings {
  readonly actor: KeyService["actor"];
  readonly userName: string;
  /** In the user's account. A mark becomes the name of the role's session, where a role is assumed. */
  sessionFor(mark: string | null): AwsSession;
  readonly clock: AwsClock;
  /** Told when calls are to be signed with another key from now on. */
  readonly onSignedWith?: (pair: AccessKeyPair) => void;
}

/** The keys of one user, seen and changed through IAM. */
export class IamKeys implements KeyService {
  readonly actor: KeyService["actor"];
  readonly #settings: KeyServiceSettings;
  readonly #session: AwsSession;
  #client: IAMClient | null = null;

  constructor(settings: KeyServiceSettings) {
    this.actor = settings.actor;
    this.#settings = settings;
    this.#session = settings.sessionFor(null);
  }

  user(signal: AbortSignal): Promise<AwsAnswer<UserSeen | null>> {
    const { userName: UserName } = this.#settings;
    return this.#reading("iam:GetUser", async () => {
      const seen = await orNull(() =>
        this.#ask("iam:GetUser", signal, (iam) => iam.send(new GetUserCommand({ UserName }), { abortSignal: signal })),
      );
      if (seen === null) return null;
      const tags = Object.fromEntries((seen.User?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
      return {
        arn: seen.User?.Arn ?? "",
        path: seen.User?.Path ?? "/",
        tags,
        claimedBy: tags[CLAIM_TAG] ?? null,
        quarantinePolicies: await this.#quarantinePolicies(signal),
        keys: await this.#keys(signal),
      };
    });
  }

  lastUse(key: AccessKeyId, signal: AbortSignal): Promise<AwsAnswer<KeyUse | null>> {
    return this.#reading("iam:GetAccessKeyLastUsed", async () => {
      const { AccessKeyLastUsed: use } = await this.#ask("iam:GetAccessKeyLastUsed", signal, (iam) =>
        iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key }), { abortSignal: signal }),
      );
      if (use?.LastUsedDate === undefined) return null;
      return { at: awsTime(use.LastUsedDate.getTime()), service: use.ServiceName ?? "", region: use.Region ?? "" };
    });
  }

  async create(mark: string, signal: AbortSignal): ReturnType<KeyService["create"]> {
    const iam = this.#newClient(this.#settings.sessionFor(mark), mark);
    const { userName: UserName } = this.#settings;
    const answer = await this.#once("iam:CreateAccessKey", iam, signal, () =>
      iam.send(new CreateAccessKeyCommand({ UserName }), { abortSignal: signal }),
    );
    if (answer.kind !== "done") return answer;
    const { AccessKeyId = "", SecretAccessKey = "", CreateDate } = answer.value.AccessKey ?? {};
    const id = accessKeyId(AccessKeyId);
    if (id === null || SecretAccessKey === "")
      return { kind: "unknown", detail: "iam:CreateAccessKey: the answer holds no key" };
    const createdAt = CreateDate === undefined ? answer.at : awsTime(CreateDate.getTime());
    return { ...answer, value: { accessKeyId: id, secret: new Secret(SecretAccessKey), createdAt } };
  }

  setStatus(key: AccessKeyId, Status: KeyStatus, signal: AbortSignal): Promise<AwsAnswer<void>> {
    const { userName: UserName } = this.#settings;
    return this.#change("iam:UpdateAccessKey", signal, (iam) =>
      iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: key, Status }), { abortSignal: signal }),
    );
  }

  delete(key: AccessKeyId, signal: AbortSignal): Promise<AwsAnswer<void>> {
    const { userName: UserName } = this.#settings;
    return this.#change("iam:DeleteAccessKey", signal, (iam) =>
      iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: key }), { abortSignal: signal }),
    );
  }

  claim(ledger: string, signal: AbortSignal): Promise<AwsAnswer<void>> {
    const { userName: UserName } = this.#settings;
    const Tags = [{ Key: CLAIM_TAG, Value: ledger }];
    return this.#change("iam:TagUser", signal, (iam) =>
      iam.send(new TagUserCommand({ UserName, Tags }), { abortSignal: signal }),
    );
  }

  signedWith(pair: AccessKeyPair): KeyService {
    this.#settings.onSignedWith?.(pair);
    const session = this.#session.signedWith(pair);
    return new IamKeys({ ...this.#settings, sessionFor: () => session });
  }

  async #keys(signal: AbortSignal): Promise<KeySeen[]> {
    const { userName: UserName } = this.#settings;
    const keys: KeySeen[] = [];
    let Marker: string | undefined;
    do {
      const page = await this.#ask("iam:ListAccessKeys", signal, (iam) =>
        iam.send(new ListAccessKeysCommand({ UserName, Marker }), { abortSignal: signal }),
      );
      for (const { AccessKeyId = "", Status, CreateDate } of page.AccessKeyMetadata ?? []) {
        keys.push({
          accessKeyId: AccessKeyId as AccessKeyId,
          status: Status === "Active" ? "Active" : "Inactive",
          createdAt: awsTime(CreateDate?.getTime() ?? 0),
        });
      }
      Marker = page.IsTruncated === true ? page.Marker : undefined;
    } while (Marker !== undefined);
    return keys;
  }

  /** Who rotates its own key seldom may ask for its policies; such a user is told by what IAM then refuses. */
  async #quarantinePolicies(signal: AbortSignal): Promise<string[]> {
    const { userName: UserName } = this.#settings;
    const names: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await unlessDenied(() =>
        this.#ask("iam:ListAttachedUserPolicies", signal, (iam) =>
          iam.send(new ListAttachedUserPoliciesCommand({ UserName, Marker }), { abortSignal: signal }),
        ),
      );
      if (page === null) return [];
      names.push(...(page.AttachedPolicies ?? []).map(({ PolicyName = "" }) => PolicyName));
      Marker = page.IsTruncated === true ? page.Marker : undefined;
    } while (Marker !== undefined);
    return names.filter((name) => QUARANTINE.test(name));
  }

  /** What may be asked as often as it takes. */
  #ask<T>(name: string, signal: AbortSignal, send: (iam: IAMClient) => Promise<T>): Promise<T> {
    const call = {
      name,
      attempt: () => send(this.#reused()),
      renew: () => {
        this.#client = null;
      },
    };
    return persist(call, this.#session.pace(), this.#session.settings.waiting, signal);
  }

  async #reading<T>(name: string, read: () => Promise<T>): Promise<AwsAnswer<T>> {
    const { clock } = this.#settings;
    try {
      const value = await read();
      return clock.last === null ? noTime(name) : { kind: "done", value, at: clock.last };
    } catch (error) {
      return readingAnswerOf(error, name, clock.last);
    }
  }

  async #change(
    name: string,
    signal: AbortSignal,
    send: (iam: IAMClient) => Promise<unknown>,
  ): Promise<AwsAnswer<void>> {
    const iam = this.#reused();
    const answer = await this.#once(name, iam, signal, () => send(iam));
    return answer.kind === "done" ? { ...answer, value: undefined } : answer;
  }

  /** One attempt, whatever becomes of it. */
  async #once<T>(name: string, iam: IAMClient, signal: AbortSignal, send: () => Promise<T>): Promise<AwsAnswer<T>> {
    const { clock } = this.#settings;
    try {
      signal.throwIfAborted();
      await iam.config.credentials();
    } catch (error) {
      return unsent(error, "sts:AssumeRole");
    }
    // This machine's clock may have been set since the client was made.
    if (clock.last !== null) iam.config.systemClockOffset = clock.aheadMs;
    try {
      const value = await send();
      // Every call is preceded by a look at the user, which told the time.
      return { kind: "done", value, at: clock.last ?? awsTime(0) };
    } catch (error) {
      if (hasExpired(error)) this.#client = null;
      return answerOf(error, name, clock.last);
    }
  }

  #reused(): IAMClient {
    this.#client ??= this.#newClient(this.#session, "look");
    return this.#client;
  }

  #newClient(session: AwsSession, mark: string): IAMClient {
    const { clock } = this.#settings;
    const client = new IAMClient({ ...session.clientSettings(), customUserAgent: [[OWN_USER_AGENT, mark]] });
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        clock.note(result.response);
        return result;
      },
      BEFORE_READING,
    );
    return client;
  }
}

function noTime(name: string): AwsAnswer<never> {
  return { kind: "unknown", detail: `${name}: the answer carries no time; a proxy takes its Date header away` };
}

async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AwsFailure && error.kind === "not-found") return null;
    throw error;
  }
}

async function unlessDenied<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AwsFailure && error.kind === "denied" && error.permission !== "sts:AssumeRole") return null;
    throw error;
  }
}
