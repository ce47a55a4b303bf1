import { type AccessKeyId, type AccountId, accountOf } from "../../model/access-key-id.ts";
import { AwsFailure } from "../../model/aws-failure.ts";
import type { Owner } from "../../model/finding.ts";
import type { KeyOwnerReader } from "../../model/iam-reader.ts";
import type { KeyIdentification, UnidentifiedKey } from "../../model/key-identification.ts";
import type { KeyInventory } from "../../model/key-inventory.ts";
import { Places } from "../../runtime/places.ts";
import type { SecretScreen } from "../secret-screen.ts";
import { IdentifiedKeys } from "./identified-keys.ts";

/** The accounts of an organisation, all of them. */
export interface ListedOrganization {
  readonly id: string;
  readonly accounts: ReadonlySet<AccountId>;
}

/** How AWS is asked. What it does not answer is thrown as an AwsFailure. */
export interface IdentificationAccess {
  /** Of the operator's own credentials. */
  readonly accountId: AccountId;
  /** ISO 8601, UTC, by AWS's clock. */
  readonly asOf: string;
  /** The account that an id was issued in. The key is not used for it. */
  accountOf(id: AccessKeyId): Promise<AccountId>;
  /** Null: the operator's account belongs to none. */
  organization(): Promise<ListedOrganization | null>;
  /** The way into an account of the operator's organisation. */
  open(account: AccountId): Promise<KeyOwnerReader>;
}

export interface Identified {
  /** What AWS said, and what is remembered where it said nothing. */
  readonly inventory: KeyInventory;
  readonly identification: KeyIdentification;
}

/** How it is judged what AWS says. */
export interface IdentifyOptions {
  /** Whether keys of an account are decoys, which only AWS tells of old ids. */
  isDecoy(account: AccountId): boolean;
  readonly screen: SecretScreen;
}

/** At most so many keys are asked about: a hostile tree may name any number of ids. */
const ASKED_AT_MOST = 1000;
const AT_ONCE = 8;

/**
 * Asks AWS whose keys are.
 * Only accounts that the operator's organisation lists are entered: an id may lead to an account of whoever wrote it, who would learn of
 * the external id.
 * @param ids of long-term keys that are no decoys.
 */
export async function identify(
  ids: readonly AccessKeyId[],
  access: IdentificationAccess,
  remembered: KeyInventory,
  { isDecoy, screen }: IdentifyOptions,
): Promise<Identified> {
  const asked = ids.slice(0, ASKED_AT_MOST);
  const keys = new IdentifiedKeys(remembered, access);
  const unidentified: UnidentifiedKey[] = [];
  const note = (accessKeyId: AccessKeyId, accountId: AccountId | null, { reason, permission }: Unknown): void => {
    unidentified.push({ accessKeyId, accountId, reason: screen.text(reason), permission });
  };
  const tell = (id: AccessKeyId, owner: Owner | Unknown, account: AccountId): void => {
    if (!("reason" in owner)) keys.owned(id, { ...owner, userName: screen.name(owner.userName) });
    else {
      if (owner === GONE) keys.gone(id);
      note(id, account, owner);
    }
  };
  const accounts = await byAccount(asked, access, keys, note);
  const entering = new Places(AT_ONCE);
  await Promise.all(
    [...accounts].map(([account, found]) =>
      entering.within(async () => {
        if (isDecoy(account)) return;
        const way = await wayInto(account, access, keys);
        if ("reason" in way) for (const id of found) note(id, account, way);
        else
          await Promise.all(found.map(async (id) => tell(id, await ownerOf(id, account, way, access.asOf), account)));
      }),
    ),
  );
  return {
    inventory: keys,
    identification: {
      asOf: access.asOf,
      asked: asked.length,
      unidentified: unidentified.sort((a, b) => (a.accessKeyId < b.accessKeyId ? -1 : 1)),
      leftOut: ids.length - asked.length,
    },
  };
}

/** Why something is not known. */
interface Unknown {
  readonly reason: string;
  readonly permission: string | null;
}

/** The ids by the account that they were issued in, as AWS says or, where it does not, the id itself. */
async function byAccount(
  ids: readonly AccessKeyId[],
  access: IdentificationAccess,
  keys: IdentifiedKeys,
  note: (id: AccessKeyId, account: null, why: Unknown) => void,
): Promise<Map<AccountId, AccessKeyId[]>> {
  const accounts = new Map<AccountId, AccessKeyId[]>();
  const turns = new Places(AT_ONCE);
  await Promise.all(
    ids.map((id) =>
      turns.within(async () => {
        const account = await issuedIn(id, access);
        if (typeof account === "object") {
          note(id, null, account);
          return;
        }
        keys.issued(id, account);
        accounts.set(account, [...(accounts.get(account) ?? []), id]);
      }),
    ),
  );
  return accounts;
}

async function issuedIn(id: AccessKeyId, access: IdentificationAccess): Promise<AccountId | Unknown> {
  try {
    return await access.accountOf(id);
  } catch (error) {
    const why = unknownBy(error);
    return accountOf(id) ?? why;
  }
}

async function wayInto(
  account: AccountId,
  access: IdentificationAccess,
  keys: IdentifiedKeys,
): Promise<KeyOwnerReader | Unknown> {
  try {
    if (account !== access.accountId) {
      const organization = await access.organization();
      if (organization === null) {
        return { reason: `it belongs to account ${account}, and yours is in no organisation`, permission: null };
      }
      keys.listed(organization);
      if (!organization.accounts.has(account)) {
        return { reason: `it belongs to account ${account}, which is not in ${organization.id}`, permission: null };
      }
    }
    return await access.open(account);
  } catch (error) {
    const { reason, permission } = unknownBy(error);
    return { reason: `account ${account}: ${reason}`, permission };
  }
}

async function ownerOf(
  id: AccessKeyId,
  accountId: AccountId,
  reader: KeyOwnerReader,
  asOf: string,
): Promise<Owner | Unknown> {
  try {
    const { userName, lastUse } = await reader.accessKeyUser(id);
    if (userName === null) return { reason: "IAM names no user of it: it may be the root user's", permission: null };
    const key = (await reader.accessKeys(userName)).find(({ accessKeyId }) => accessKeyId === id);
    if (key === undefined) return GONE;
    const { status, createdAt } = key;
    return { accountId, userName, status, createdAt, lastUsedAt: lastUse?.at ?? null, asOf };
  } catch (error) {
    if (error instanceof AwsFailure && error.kind === "not-found") return GONE;
    const { reason, permission } = unknownBy(error);
    // IAM says of a key that is no more what it says to somebody who may not ask.
    const isDenied = permission === "iam:GetAccessKeyLastUsed";
    return { reason: isDenied ? `${reason}, or there is no such key any more` : reason, permission };
  }
}

const GONE: Unknown = { reason: "IAM knows no such key any more", permission: null };

function unknownBy(error: unknown): Unknown {
  if (!(error instanceof AwsFailure)) throw error;
  return { reason: error.message, permission: error.permission };
}
