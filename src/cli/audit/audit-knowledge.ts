import type { JudgeOptions } from "../../audit/judge.ts";
import { nothingScanned, type OutsideKey, type ScannedKeys, type SeenWhere } from "../../audit/scanned-keys.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { type AccountId, accountOf } from "../../model/access-key-id.ts";
import type { FoundKey } from "../../model/found-keys.ts";
import { placeText } from "../../report/place-text.ts";
import { fold } from "../../rotate/apply.ts";
import { hasEnded, stateOf } from "../../rotate/rotation.ts";

/** What the ledger knows that an audit judges by, beside what IAM says. */
export type AuditKnowledge = Pick<JudgeOptions, "isRotating" | "scans">;

export const NOTHING_KNOWN: AuditKnowledge = {
  isRotating: () => false,
  scans: nothingScanned("no ledger is at hand that remembers scans"),
};

/** @param all the accounts of the organisation, when all were listed; else null. */
export function knowledgeOf(ledger: Ledger, all: readonly AccountId[] | null): AuditKnowledge {
  const rotating = rotatingUsers(ledger);
  return {
    isRotating: ({ accountId, userName }) => rotating.has(userKey(accountId, userName)),
    scans: scannedKeys(ledger, all),
  };
}

/** The users whose keys are being replaced. One that is stuck is not: nothing will take its second key away. */
function rotatingUsers({ rotations }: Ledger): ReadonlySet<string> {
  const users = new Set<string>();
  for (const { id, events } of rotations.all()) {
    const rotation = fold(id, events);
    const { accountId, userName } = rotation.outline;
    if (!hasEnded(rotation) && stateOf(rotation) !== "stuck") users.add(userKey(accountId, userName));
  }
  return users;
}

/** Neither part holds a slash. */
function userKey(account: string, userName: string): string {
  return `${account}/${userName}`;
}

function scannedKeys({ scans }: Ledger, all: readonly AccountId[] | null): ScannedKeys {
  if (scans.scopes().length === 0) return nothingScanned("no scan is remembered: keysweep scan comes first");
  const found = new Map<string, FoundKey>(scans.foundKeys().map((key) => [key.accessKeyId, key]));
  return {
    unknown: null,
    whereFound(id) {
      const key = found.get(id);
      return key === undefined ? null : seenWhere(key);
    },
    outside: all === null ? null : outsideKeys(found.values(), new Set(all)),
  };
}

/** Old ids do not tell their account: of them nobody knows. */
function outsideKeys(keys: Iterable<FoundKey>, accounts: ReadonlySet<AccountId>): OutsideKey[] {
  return Array.from(keys).flatMap((key) => {
    const accountId = accountOf(key.accessKeyId);
    if (accountId === null || accounts.has(accountId)) return [];
    return [{ accessKeyId: key.accessKeyId, accountId, ...seenWhere(key) }];
  });
}

function seenWhere({ place, morePlaces, seenAt }: FoundKey): SeenWhere {
  return { place: placeText(place), morePlaces, seenAt };
}
