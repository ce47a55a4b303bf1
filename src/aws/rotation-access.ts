import type { AccountId } from "../model/access-key-id.ts";
import { KeysweepError } from "../model/error.ts";
import type { AccessKeyPair, KeyProof, KeyService, KeyTrail } from "../model/key-service.ts";
import { AwsClock } from "./answer.ts";
import { IamKeys } from "./rotation-keys.ts";
import { type RotationPermissions, rotationPermissions } from "./rotation-permissions.ts";
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

/** A place in AWS that something is done in; null where the operator's own will do. */
export interface Place {
  readonly account: AccountId | null;
  readonly role: string | null;
  readonly region: string | null;
}

/** The way into the accounts of rotated users, and to what else of AWS a rotation needs. */
export class RotationAccess {
  readonly #base: AwsSession;
  readonly #login: SmtpLogin;
  /** Another one than the operator's own once a user that rotates its own key has gone over to the new one. */
  #session: AwsSession;
  #identity: Promise<Identity> | null = null;

  private constructor(session: AwsSession, login: SmtpLogin) {
    this.#base = session;
    this.#session = session;
    this.#login = login;
  }

  /** Nothing is called yet. */
  static async open(settings: SessionSettings, login: SmtpLogin): Promise<RotationAccess> {
    return new RotationAccess(await AwsSession.open({ ...settings, keepAlive: false }), login);
  }

  /**
   * The id of the key that the operator signs with; null where there are no credentials. A user's own key is not asked whose it is while
   * it is rotated, for that would be a use of it.
   */
  async ownKeyId(): Promise<string | null> {
    try {
      return (await this.#base.clientSettings().credentials()).accessKeyId;
    } catch {
      return null;
    }
  }

  /** Takes it as known who the operator is. */
  know(identity: Identity): void {
    this.#identity = Promise.resolve(identity);
  }

  /** Signs with this key from now on, instead of the operator's own. */
  goOver(pair: AccessKeyPair): void {
    this.#session = this.#base.signedWith(pair);
  }

  /** Who the operator is. @throws KeysweepError `aws`. */
  identity(): Promise<Identity> {
    this.#identity ??= this.#session.identity();
    return this.#identity;
  }

  /** How far AWS's clock is ahead of this machine's, in milliseconds, as far as is known. */
  get clockAheadMs(): number {
    return this.#base.clockAheadMs;
  }

  /** The operator's session somewhere. @throws KeysweepError `aws`, `configuration`. */
  async session({ account, role, region }: Place): Promise<AwsSession> {
    const here = region === null ? this.#session : this.#session.in(region);
    if (account === null && role === null) return here;
    const own = await this.identity();
    const arn = roleArn(role ?? ROTATION_ROLE, account ?? own.accountId, own.partition);
    return here.as({ arn, externalId: null, sessionName: SESSION_NAME });
  }

  /** @throws KeysweepError `aws` when the operator has no credentials that AWS accepts. */
  async user(which: WhichUser): Promise<UserAccess> {
    const { userName } = which;
    const identity = await this.identity();
    const { isDirect, sessionFor } = this.#way(which, identity);
    const actor = isDirect && isUser(identity.arn, userName) ? "self" : "administrator";
    const clock = new AwsClock(this.#base.settings.waiting, (aheadMs) => {
      this.#base.clockAheadMs = aheadMs;
    });
    const onSignedWith = (pair: AccessKeyPair): void => {
      if (actor === "self") this.goOver(pair);
    };
    return {
      keys: new IamKeys({ actor, userName, sessionFor, clock, onSignedWith }),
      proof: keyProof(this.#base, clock, this.#login),
      trail: keyTrail(() => sessionFor(null), identity.partition, userName, clock),
    };
  }

  /**
   * What whoever acts on the user may do, as IAM tells; nothing is done.
   * @param userArn the user's.
   * @throws KeysweepError `aws`; AwsFailure where IAM does not say.
   */
  async permissions(which: WhichUser, userArn: string): Promise<RotationPermissions> {
    const session = this.#way(which, await this.identity()).sessionFor(null);
    return rotationPermissions(session, (await session.identity()).arn, userArn);
  }

  close(): void {
    this.#base.close();
  }

  /** As the operator where the user is of its own account and no role is named, else by the role. A mark becomes the session's name. */
  #way({ accountId, role, externalId }: WhichUser, identity: Identity) {
    const isDirect = identity.accountId === accountId && role === null;
    const sessionFor = (mark: string | null): AwsSession =>
      isDirect
        ? this.#session
        : this.#session.as({
            arn: roleArn(role ?? ROTATION_ROLE, accountId, identity.partition),
            externalId,
            sessionName: mark ?? SESSION_NAME,
          });
    return { isDirect, sessionFor };
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
