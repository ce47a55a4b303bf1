import type { AccountId } from "../model/access-key-id.ts";
import { KeysweepError } from "../model/error.ts";
import type { KeyProof, KeyService, KeyTrail } from "../model/key-service.ts";
import { AwsClock } from "./answer.ts";
import { IamKeys } from "./rotation-keys.ts";
import { keyProof, type SmtpLogin } from "./rotation-proof.ts";
import { keyTrail } from "./rotation-trail.ts";
import { AwsSession, type Identity, type SessionSettings } from "./session.ts";

/** The role that is assumed in accounts that are not the operator's own, unless another is named. */
export const ROTATION_ROLE = "keysweep-rotate";
/** What CloudTrail shows of everything but the making of keys, whose session is named after its mark. */
const SESSION_NAME = "keysweep-rotation";

/** One user, as a rotation sees and changes it. */
export interface UserAccess {
  readonly keys: KeyService;
  readonly proof: KeyProof;
  readonly trail: KeyTrail;
}

export interface WhichUser {
  readonly accountId: AccountId;
  readonly userName: string;
  /** A role's ARN, or its name with its path; null: none in the operator's own account, {@link ROTATION_ROLE} in others. */
  readonly role: string | null;
  readonly externalId: string | null;
}

/** The way into the accounts of rotated users, and to what else of AWS a rotation needs. */
export class RotationAccess {
  readonly #session: AwsSession;
  readonly #login: SmtpLogin;
  #identity: Promise<Identity> | null = null;

  private constructor(session: AwsSession, login: SmtpLogin) {
    this.#session = session;
    this.#login = login;
  }

  /** Nothing is called yet. */
  static async open(settings: SessionSettings, login: SmtpLogin): Promise<RotationAccess> {
    return new RotationAccess(await AwsSession.open({ ...settings, keepAlive: false }), login);
  }

  /** The operator's own session, in a region if one is named. */
  session(region: string | null = null): AwsSession {
    return region === null ? this.#session : this.#session.in(region);
  }

  /** Who the operator is. @throws KeysweepError `aws`. */
  identity(): Promise<Identity> {
    // A key of one's own that is rotated is used by asking; so it is asked once, before anything begins.
    this.#identity ??= this.#session.identity();
    return this.#identity;
  }

  /** @throws KeysweepError `aws` when the operator has no credentials that AWS accepts. */
  async user({ accountId, userName, role, externalId }: WhichUser): Promise<UserAccess> {
    const identity = await this.identity();
    const isOwn = identity.accountId === accountId;
    const actor = isOwn && role === null && isUser(identity.arn, userName) ? "self" : "administrator";
    const sessionFor = (mark: string | null): AwsSession =>
      isOwn && role === null
        ? this.#session
        : this.#session.as({
            arn: roleArn(role ?? ROTATION_ROLE, accountId, identity.partition),
            externalId,
            sessionName: mark ?? SESSION_NAME,
          });
    const clock = new AwsClock(this.#session.settings.waiting);
    return {
      keys: new IamKeys({ actor, userName, sessionFor, clock }),
      proof: keyProof(this.#session, clock, this.#login),
      trail: keyTrail(sessionFor(null), identity.partition, userName, clock),
    };
  }

  close(): void {
    this.#session.close();
  }
}

function isUser(arn: string, userName: string): boolean {
  return /:user\//.test(arn) && arn.slice(arn.lastIndexOf("/") + 1) === userName;
}

function roleArn(role: string, account: AccountId, partition: string): string {
  if (!role.startsWith("arn:")) return `arn:${partition}:iam::${account}:role/${role.replace(/^\//, "")}`;
  if (role.includes(`::${account}:`)) return role;
  throw new KeysweepError("configuration", `the role ${role} is not in the account ${account} whose user is rotated`, {
    hint: "Name a role of that account.",
  });
}
