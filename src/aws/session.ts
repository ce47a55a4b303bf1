import { AssumeRoleCommand, GetAccessKeyInfoCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { type AccountId, accountId } from "../model/access-key-id.ts";
import { AwsFailure } from "../model/aws-failure.ts";
import { KeysweepError } from "../model/error.ts";
import type { Secret } from "../model/secret.ts";
import type { Waiting } from "../runtime/waiting.ts";
import { Connections, type Timeouts, USUAL_TIMEOUTS } from "./connection.ts";
import { Pace } from "./pace.ts";
import { persist } from "./persist.ts";

export interface SessionSettings {
  /** Of the shared configuration files; null: as the SDK finds its credentials. */
  readonly profile: string | null;
  /** Null: as the SDK finds it, and us-east-1 where it finds none. */
  readonly region: string | null;
  readonly waiting: Waiting;
  readonly signal: AbortSignal;
  readonly timeouts?: Timeouts;
  /** Whether connections are used again; they are where it is not said. */
  readonly keepAlive?: boolean;
}

/** A role to act in, e.g. in another account. */
export interface Role {
  readonly arn: string;
  /** What the role wants to hear, so that nobody can be talked into using it; null: nothing. */
  readonly externalId: string | null;
  /** What the account's CloudTrail will show. */
  readonly sessionName: string;
}

/** Who the credentials belong to, as STS said. */
export interface Identity {
  readonly accountId: AccountId;
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
}

/** Credentials as the SDK takes them. */
export type CredentialsProvider = () => Promise<{
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}>;

const FALLBACK_REGION = "us-east-1";
/** The longest that a role assumed by a role may last, in seconds. */
const SESSION_SECONDS = 3600;
/** Clocks that are less apart than this, in milliseconds, pass for one. */
const SAME_TIME_MS = 5000;

/** For the SDK, which warns of keys in the environment beside a profile: whoever named the profile has said which it is to be. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** A way to call AWS as somebody: the operator, or a role. */
export class AwsSession {
  readonly region: string;
  readonly settings: SessionSettings;
  readonly #connections: Connections;
  readonly #provider: () => CredentialsProvider;
  #sts: STSClient | null = null;
  /** How far AWS's clock is ahead of this machine's, in milliseconds; shared by all sessions of a run. */
  readonly #clock: { aheadMs: number };

  private constructor(
    region: string,
    settings: SessionSettings,
    connections: Connections,
    clock: { aheadMs: number },
    provider: () => CredentialsProvider,
  ) {
    this.region = region;
    this.settings = settings;
    this.#connections = connections;
    this.#clock = clock;
    this.#provider = provider;
  }

  /**
   * The operator's own session, by the SDK's ordinary chain: environment, profiles, SSO, process, container, instance.
   * Nothing is called yet.
   */
  static async open(settings: SessionSettings): Promise<AwsSession> {
    const connections = new Connections(settings.timeouts ?? USUAL_TIMEOUTS, settings.keepAlive);
    const chain = settings.profile === null ? {} : { profile: settings.profile, logger: SILENT };
    const region = settings.region ?? (await regionOf(settings.profile));
    return new AwsSession(region, settings, connections, { aheadMs: 0 }, () => {
      const provide = fromNodeProviderChain(chain);
      return async () => provide();
    });
  }

  /** How far AWS's clock is ahead of this machine's, in milliseconds, as far as is known. */
  get clockAheadMs(): number {
    return this.#clock.aheadMs;
  }

  /** What AWS's answers told of its clock: from now on clients are made with it. */
  set clockAheadMs(aheadMs: number) {
    this.#clock.aheadMs = aheadMs;
  }

  /** What a client of the SDK is made with. Each client gets credentials of its own, which it keeps until they are about to end. */
  clientSettings(): {
    region: string;
    credentials: CredentialsProvider;
    requestHandler: object;
    maxAttempts: number;
    systemClockOffset: number;
    profile?: string;
  } {
    const { profile } = this.settings;
    return {
      region: this.region,
      credentials: this.#provider(),
      requestHandler: this.#connections.handler,
      // Attempts are made by persist.ts, which knows of the others in the same account.
      maxAttempts: 1,
      systemClockOffset: this.#clock.aheadMs,
      ...(profile === null ? {} : { profile }),
    };
  }

  /** A new pace, for the calls to one account. */
  pace(): Pace {
    return new Pace(this.settings.waiting, this.settings.signal);
  }

  /**
   * Whose credentials these are. No permission is needed.
   * @throws KeysweepError `credentials` when there are none, or none that AWS accepts; `aws` when it does not answer.
   */
  async identity(): Promise<Identity> {
    try {
      const { Account, Arn = "" } = await this.#ask("sts:GetCallerIdentity", (sts) =>
        sts.send(new GetCallerIdentityCommand({})),
      );
      this.#clock.aheadMs = apart(this.#client().config.systemClockOffset);
      const account = accountId(Account ?? "");
      const partition = /^arn:([\w-]+):/.exec(Arn)?.[1];
      if (account === null || partition === undefined)
        throw new KeysweepError("aws", "AWS did not say whose credentials these are");
      return { accountId: account, arn: Arn, partition };
    } catch (error) {
      throw error instanceof KeysweepError ? error : noCredentials(error, this.settings.profile);
    }
  }

  /**
   * The id of the credentials, before anything is called with them.
   * @throws KeysweepError `aws` when there are none.
   */
  async credentialsId(): Promise<string> {
    try {
      return (await this.#provider()()).accessKeyId;
    } catch (error) {
      throw noCredentials(error, this.settings.profile);
    }
  }

  /**
   * The account that an access key id was issued in, whoever's it is. The key is not used for it.
   * @throws AwsFailure.
   */
  async accountOfKey(accessKeyId: string): Promise<AccountId> {
    const call = "sts:GetAccessKeyInfo";
    const { Account = "" } = await this.#ask(call, (sts) =>
      sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: accessKeyId })),
    );
    const account = accountId(Account);
    if (account !== null) return account;
    throw new AwsFailure(`${call}: no account was named`, { kind: "refused", code: "NoAccount", permission: null });
  }

  /** A session as a role, assumed when it is first used and again before it ends. */
  as(role: Role): AwsSession {
    const { region, settings } = this;
    return new AwsSession(region, settings, this.#connections, this.#clock, () => () => this.#assume(role));
  }

  /** The same in another region. */
  in(region: string): AwsSession {
    return new AwsSession(region, this.settings, this.#connections, this.#clock, this.#provider);
  }

  /** A session that signs with a key. */
  signedWith({ accessKeyId, secret }: { readonly accessKeyId: string; readonly secret: Secret }): AwsSession {
    return new AwsSession(this.region, this.settings, this.#connections, this.#clock, () => async () => ({
      accessKeyId,
      secretAccessKey: secret.reveal(),
    }));
  }

  /** Closes the connections of this session and of all that were made from it. */
  close(): void {
    this.#connections[Symbol.dispose]();
  }

  async #assume({ arn, externalId, sessionName }: Role): ReturnType<CredentialsProvider> {
    const command = new AssumeRoleCommand({
      RoleArn: arn,
      RoleSessionName: sessionName,
      DurationSeconds: SESSION_SECONDS,
      ...(externalId === null ? {} : { ExternalId: externalId }),
    });
    const { Credentials } = await this.#ask("sts:AssumeRole", (sts) => sts.send(command)).catch((error: unknown) => {
      throw notAssumed(error, arn);
    });
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "", Expiration } = Credentials ?? {};
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      // The SDK compares it with this machine's clock.
      ...(Expiration === undefined ? {} : { expiration: new Date(Expiration.getTime() - this.#clock.aheadMs) }),
    };
  }

  #ask<T>(name: string, send: (sts: STSClient) => Promise<T>): Promise<T> {
    const call = {
      name,
      attempt: () => send(this.#client()),
      renew: () => {
        this.#sts = null;
      },
    };
    return persist(call, this.pace(), this.settings.waiting, this.settings.signal);
  }

  /** One for all roles that are assumed by this session: a client takes a while to be made, and keeps its credentials. */
  #client(): STSClient {
    this.#sts ??= new STSClient(this.clientSettings());
    return this.#sts;
  }
}

/**
 * How far two clocks are apart, as far as that can be told: AWS says its time in whole seconds, and the answer took its way. What is less
 * than that is none; else the same moment would have another time in each run, and runs could not be put in order.
 */
export function apart(offsetMs: number): number {
  return Math.abs(offsetMs) < SAME_TIME_MS ? 0 : offsetMs;
}

/** AWS does not say which it is. */
function notAssumed(error: unknown, arn: string): unknown {
  if (!(error instanceof AwsFailure) || error.kind !== "denied" || error.permission !== "sts:AssumeRole") return error;
  return new AwsFailure(
    `the role ${arn} cannot be assumed: it is not there, does not trust the caller or wants another external id, or sts:AssumeRole is denied`,
    { kind: "denied", code: error.code, permission: `sts:AssumeRole on ${arn}` },
    error,
  );
}

async function regionOf(profile: string | null): Promise<string> {
  try {
    return await new STSClient(profile === null ? {} : { profile }).config.region();
  } catch {
    return FALLBACK_REGION;
  }
}

function noCredentials(cause: unknown, profile: string | null): KeysweepError {
  if (cause instanceof AwsFailure && cause.kind === "unavailable")
    return new KeysweepError("aws", cause.message, { hint: UNREACHED, cause });
  const of = profile === null ? "" : ` of the profile ${profile}`;
  const option = profile === null ? "" : ` --profile ${profile}`;
  return new KeysweepError("credentials", `the AWS credentials${of} could not be used: ${reason(cause, profile)}`, {
    hint: `Check them with: aws sts get-caller-identity${option}. An SSO session that has ended is renewed by: aws sso login${option}`,
    cause,
  });
}

const UNREACHED =
  "See whether this machine reaches AWS: its network, the region, and AWS_ENDPOINT_URL where that is set.";

/**
 * The SDK's sentences on credentials name files and profiles, and not their values; but what a credential_process was called with, and what
 * it said, may be secret.
 */
function reason(cause: unknown, profile: string | null): string {
  const told = cause instanceof AwsFailure && /Provider/.test(cause.code) ? cause.cause : cause;
  const message = told instanceof Error ? told.message : "for an unknown reason";
  if (message.startsWith("Command failed")) return "the credential_process of the profile failed";
  if (message.startsWith("Could not load credentials from any providers"))
    return profile === null ? "there are none where AWS's tools look" : "there is no such profile, or it names none";
  return message.split("\n")[0]?.slice(0, 200) ?? "";
}
