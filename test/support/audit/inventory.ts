import type { AuditedUser, Inventory } from "../../../src/audit/inventory.ts";
import type { ScannedKeys } from "../../../src/audit/scanned-keys.ts";
import type { AccountId } from "../../../src/model/access-key-id.ts";
import type { UserDetails } from "../../../src/model/iam-reader.ts";
import type { AccessKey } from "../../../src/model/iam-user.ts";

/** When the inventories of tests are judged. */
export const NOW = Date.parse("2026-11-21T12:00:00Z");
export const ACCOUNT = "111122223333" as AccountId;

export function ago(days: number): string {
  return new Date(NOW - days * 86_400_000).toISOString();
}

/** An account with nothing wrong in it, but for what is given. */
export function inventory(given: Partial<Inventory> = {}): Inventory {
  return {
    accountId: ACCOUNT,
    root: { hasKey: false, hasPassword: true, mfa: "hardware", hasCertificate: false, lastUsedAt: null },
    users: [],
    groups: [],
    roles: [],
    policies: [],
    passwordPolicy: { minimumLength: 14, reusePrevention: 24 },
    serverCertificates: [],
    identityProviders: [`arn:aws:iam::${ACCOUNT}:saml-provider/idp`],
    organization: null,
    reportGeneratedAt: ago(0),
    gaps: new Map(),
    ...given,
  };
}

/** A user with nothing, but for what is given. */
export function user(userName: string, given: Partial<AuditedUser> = {}): AuditedUser {
  const arn = `arn:aws:iam::${ACCOUNT}:user/${userName}`;
  return {
    accountId: ACCOUNT,
    userName,
    arn,
    createdAt: ago(400),
    console: { enabled: false, lastUsedAt: null },
    mfa: [],
    keys: [],
    tags: {},
    heldSecrets: [],
    detailed: true,
    details: details(userName),
    serviceCredentials: [],
    sshKeys: [],
    signingCertificates: [],
    ...given,
  };
}

export function details(userName: string, given: Partial<UserDetails> = {}): UserDetails {
  return {
    userName,
    arn: `arn:aws:iam::${ACCOUNT}:user/${userName}`,
    createdAt: ago(400),
    groups: [],
    inline: [],
    attached: [],
    boundary: null,
    tags: {},
    ...given,
  };
}

/** A key that was made ten days ago and used today, but for what is given. Its id is none of AWS's. */
export function key(name: string, given: Partial<AccessKey> = {}): AccessKey {
  return {
    accessKeyId: `KEY-${name}`,
    status: "Active",
    createdAt: ago(10),
    lastUsedAt: ago(0.1),
    lastUsedService: "s3",
    lastUsedRegion: "us-east-1",
    ...given,
  };
}

/** A policy document with one statement. */
export function document(
  action: string | readonly string[],
  resource: string | readonly string[] = "*",
  more: object = {},
): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: action, Resource: resource, ...more }],
  });
}

/** Scans that have found the keys of these ids, and one of another organisation. */
export function scanned(...found: readonly string[]): ScannedKeys {
  const seen = { place: "/home/ada/.env:1:1", morePlaces: 0, seenAt: ago(1) };
  return {
    unknown: null,
    whereFound: (id) => (found.includes(id) ? seen : null),
    outside: [{ accessKeyId: "KEY-outside", accountId: "999900001111", ...seen }],
  };
}
