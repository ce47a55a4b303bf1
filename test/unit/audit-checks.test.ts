import { describe, expect, test } from "vitest";
import { AuditAllowList } from "../../src/audit/allow.ts";
import { CHECKS } from "../../src/audit/checks/all.ts";
import type { Inventory } from "../../src/audit/inventory.ts";
import { type JudgeOptions, judge } from "../../src/audit/judge.ts";
import { nothingScanned } from "../../src/audit/scanned-keys.ts";
import type { HeldSecret } from "../../src/audit/secret-screen.ts";
import { USUAL_SETTINGS } from "../../src/audit/settings.ts";
import { detectorScreen } from "../../src/cli/audit/secret-screen.ts";
import { ACCOUNT, ago, details, document, inventory, key, NOW, scanned, user } from "../support/audit/inventory.ts";

const OPTIONS: JudgeOptions = {
  settings: USUAL_SETTINGS,
  now: NOW,
  allowList: new AuditAllowList([], "2026-11-21"),
  isRotating: () => false,
  scans: scanned("KEY-lost"),
  screen: detectorScreen,
};

/** What a check says of an inventory, as `severity user key`. */
function said(check: string, subject: Inventory, options = OPTIONS): string[] {
  return judge(subject, options)
    .findings.filter((finding) => finding.check === check)
    .map(({ severity, userName, accessKeyId }) => [severity, userName, accessKeyId].filter(Boolean).join(" "));
}

const ROOT = inventory().root;
const PASSWORD = { enabled: true, lastUsedAt: ago(1) };
const FIDO = { serial: `arn:aws:iam::${ACCOUNT}:u2f/user/ada/key`, kind: "fido" } as const;
const VIRTUAL = { serial: `arn:aws:iam::${ACCOUNT}:mfa/ada`, kind: "virtual" } as const;
const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";

function role(name: string, given: Partial<Inventory["roles"][number]> = {}): Inventory["roles"][number] {
  return {
    name,
    path: "/",
    arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
    trust: "{}",
    inline: [],
    attached: [],
    boundary: null,
    ...given,
  };
}

function trusting(provider: string, condition?: object, more: object = {}): string {
  const statement = {
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${provider}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    ...(condition === undefined ? {} : { Condition: condition }),
    ...more,
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: statement });
}

const GITHUB = "token.actions.githubusercontent.com";

function serviceCredential(
  service: string,
  given: Partial<Inventory["users"][number]["serviceCredentials"][number]> = {},
) {
  return {
    id: "S1",
    userName: "ada",
    service,
    status: "Active" as const,
    createdAt: ago(1),
    expiresAt: ago(-30),
    ...given,
  };
}

const held = (given: Partial<HeldSecret> = {}): Inventory =>
  inventory({
    users: [user("ada", { heldSecrets: [{ where: "its tag note", accessKeyId: null, isCertain: true, ...given }] })],
  });

/** For each check: accounts that it finds fault with, and what it says; and accounts that it finds right. */
const EXAMPLES: Readonly<Record<string, { wrong: (readonly [Inventory, ...string[]])[]; right: Inventory[] }>> = {
  "root-access-key": { wrong: [[inventory({ root: { ...ROOT, hasKey: true } }), "critical"]], right: [inventory()] },
  "root-mfa": {
    wrong: [[inventory({ root: { ...ROOT, mfa: "none" } }), "critical"]],
    // Without a password there is nothing to protect.
    right: [inventory(), inventory({ root: { ...ROOT, mfa: "none", hasPassword: false } })],
  },
  "root-hardware-mfa": {
    wrong: [[inventory({ root: { ...ROOT, mfa: "virtual" } }), "critical"]],
    right: [inventory(), inventory({ root: { ...ROOT, mfa: "none" } })],
  },
  "root-used": {
    wrong: [[inventory({ root: { ...ROOT, lastUsedAt: ago(29) } }), "high"]],
    right: [inventory(), inventory({ root: { ...ROOT, lastUsedAt: ago(31) } })],
  },
  "root-central": {
    wrong: [
      [inventory({ organization: { features: null } }), "high"],
      [inventory({ organization: { features: ["RootSessions"] } }), "high"],
    ],
    right: [inventory(), inventory({ organization: { features: ["RootSessions", "RootCredentialsManagement"] } })],
  },
  "root-certificate": {
    wrong: [[inventory({ root: { ...ROOT, hasCertificate: true } }), "high"]],
    right: [inventory()],
  },
  "key-age": {
    wrong: [
      [inventory({ users: [user("ada", { keys: [key("1", { createdAt: ago(91) })] })] }), "medium ada KEY-1"],
      [inventory({ users: [user("ada", { keys: [key("1", { createdAt: ago(75) })] })] }), "low ada KEY-1"],
    ],
    right: [
      inventory({ users: [user("ada", { keys: [key("1", { createdAt: ago(74) })] })] }),
      inventory({ users: [user("ada", { keys: [key("1", { createdAt: ago(900), status: "Inactive" })] })] }),
    ],
  },
  "key-unused": {
    wrong: [[inventory({ users: [user("ada", { keys: [key("1", { lastUsedAt: ago(46) })] })] }), "medium ada KEY-1"]],
    right: [
      inventory({ users: [user("ada", { keys: [key("1", { lastUsedAt: ago(44) })] })] }),
      inventory({ users: [user("ada", { keys: [key("1", { lastUsedAt: null })] })] }),
    ],
  },
  "key-never-used": {
    wrong: [
      [
        inventory({ users: [user("ada", { keys: [key("1", { createdAt: ago(8), lastUsedAt: null })] })] }),
        "medium ada KEY-1",
      ],
    ],
    right: [inventory({ users: [user("ada", { keys: [key("1", { createdAt: ago(6), lastUsedAt: null })] })] })],
  },
  "key-two-active": {
    wrong: [[inventory({ users: [user("ada", { keys: [key("1"), key("2")] })] }), "medium ada"]],
    right: [inventory({ users: [user("ada", { keys: [key("1"), key("2", { status: "Inactive" })] })] })],
  },
  "key-inactive-stale": {
    wrong: [
      [
        inventory({
          users: [user("ada", { keys: [key("1", { status: "Inactive", createdAt: ago(50), lastUsedAt: ago(31) })] })],
        }),
        "low ada KEY-1",
      ],
      [
        inventory({
          users: [user("ada", { keys: [key("1", { status: "Expired", createdAt: ago(50), lastUsedAt: null })] })],
        }),
        "low ada KEY-1",
      ],
    ],
    right: [
      inventory({
        users: [user("ada", { keys: [key("1", { status: "Inactive", createdAt: ago(50), lastUsedAt: ago(29) })] })],
      }),
      inventory({
        users: [user("ada", { keys: [key("1", { status: "Active", createdAt: ago(50), lastUsedAt: ago(40) })] })],
      }),
    ],
  },
  "key-at-setup": {
    wrong: [
      [
        inventory({
          users: [
            user("ada", {
              console: PASSWORD,
              createdAt: ago(3),
              keys: [key("1", { createdAt: ago(3), lastUsedAt: null })],
            }),
          ],
        }),
        "low ada KEY-1",
      ],
    ],
    right: [
      inventory({
        users: [user("ada", { createdAt: ago(3), keys: [key("1", { createdAt: ago(3), lastUsedAt: null })] })],
      }),
      inventory({
        users: [
          user("ada", {
            console: PASSWORD,
            createdAt: ago(3),
            keys: [key("1", { createdAt: ago(2), lastUsedAt: null })],
          }),
        ],
      }),
    ],
  },
  "console-no-mfa": {
    wrong: [[inventory({ users: [user("ada", { console: PASSWORD })] }), "high ada"]],
    right: [inventory({ users: [user("ada", { console: PASSWORD, mfa: [VIRTUAL] }), user("bob")] })],
  },
  "mfa-missing-with-key": {
    wrong: [[inventory({ users: [user("ada", { keys: [key("1")] })] }), "medium ada"]],
    right: [
      inventory({
        users: [
          user("ada", { keys: [key("1")], mfa: [VIRTUAL] }),
          user("bob", { keys: [key("2", { status: "Inactive" })] }),
        ],
      }),
    ],
  },
  "mfa-virtual-only": {
    wrong: [
      [inventory({ users: [user("ada", { mfa: [VIRTUAL] })] }), "low ada"],
      [inventory({ users: [user("ada", { mfa: [{ serial: "GAHT12345678", kind: "hardware" }] })] }), "low ada"],
    ],
    right: [inventory({ users: [user("ada", { mfa: [VIRTUAL, FIDO] }), user("bob")] })],
  },
  "console-unused": {
    wrong: [
      [inventory({ users: [user("ada", { console: { enabled: true, lastUsedAt: ago(46) } })] }), "medium ada"],
      [inventory({ users: [user("ada", { console: { enabled: true, lastUsedAt: null } })] }), "medium ada"],
    ],
    right: [
      inventory({ users: [user("ada", { console: PASSWORD })] }),
      inventory({ users: [user("ada", { createdAt: ago(1), console: { enabled: true, lastUsedAt: null } })] }),
    ],
  },
  "human-with-key": {
    wrong: [[inventory({ users: [user("ada", { console: PASSWORD, keys: [key("1")] })] }), "medium ada"]],
    right: [inventory({ users: [user("ada", { console: PASSWORD }), user("bob", { keys: [key("1")] })] })],
  },
  "admin-with-key": {
    wrong: [
      [
        inventory({
          users: [user("ada", { keys: [key("1")], details: details("ada", { attached: [ADMINISTRATOR] }) })],
        }),
        "critical ada",
      ],
      [
        inventory({
          users: [
            user("ada", {
              keys: [key("1")],
              details: details("ada", { inline: [{ name: "p", document: document("iam:PutUserPolicy") }] }),
            }),
          ],
        }),
        "critical ada",
      ],
    ],
    right: [
      inventory({ users: [user("ada", { details: details("ada", { attached: [ADMINISTRATOR] }) })] }),
      inventory({
        users: [
          user("ada", {
            keys: [key("1")],
            details: details("ada", { inline: [{ name: "p", document: document("s3:*") }] }),
          }),
        ],
      }),
    ],
  },
  "assume-role-only": {
    wrong: [
      [
        inventory({
          users: [
            user("ada", {
              keys: [key("1")],
              details: details("ada", { inline: [{ name: "p", document: document(["s3:GetObject"]) }] }),
            }),
          ],
        }),
        "low ada",
      ],
    ],
    right: [
      inventory({
        users: [
          user("ada", {
            keys: [key("1")],
            details: details("ada", { inline: [{ name: "p", document: document(["sts:AssumeRole"]) }] }),
          }),
        ],
      }),
      inventory({
        identityProviders: [],
        users: [
          user("ada", {
            keys: [key("1")],
            details: details("ada", { inline: [{ name: "p", document: document("s3:*") }] }),
          }),
        ],
      }),
    ],
  },
  "direct-policy": {
    wrong: [
      [
        inventory({ users: [user("ada", { details: details("ada", { inline: [{ name: "p", document: "{}" }] }) })] }),
        "low ada",
      ],
      [inventory({ users: [user("ada", { details: details("ada", { attached: [ADMINISTRATOR] }) })] }), "low ada"],
    ],
    right: [inventory({ users: [user("ada", { details: details("ada", { groups: ["g"] }) })] })],
  },
  "service-credential": {
    wrong: [
      [
        inventory({ users: [user("ada", { serviceCredentials: [serviceCredential("codecommit.amazonaws.com")] })] }),
        "high ada",
      ],
      [
        inventory({
          users: [
            user("ada", { serviceCredentials: [serviceCredential("codecommit.amazonaws.com", { expiresAt: null })] }),
          ],
        }),
        "critical ada",
      ],
    ],
    right: [
      inventory({
        users: [
          user("ada", { serviceCredentials: [serviceCredential("codecommit.amazonaws.com", { status: "Inactive" })] }),
        ],
      }),
      inventory({ users: [user("ada", { serviceCredentials: [serviceCredential("bedrock.amazonaws.com")] })] }),
    ],
  },
  "bedrock-key": {
    wrong: [
      [
        inventory({
          users: [
            user("ada", { serviceCredentials: [serviceCredential("bedrock.amazonaws.com", { expiresAt: null })] }),
          ],
        }),
        "critical ada",
      ],
    ],
    right: [
      inventory({ users: [user("ada", { serviceCredentials: [serviceCredential("codecommit.amazonaws.com")] })] }),
    ],
  },
  "ssh-key-age": {
    wrong: [
      [inventory({ users: [user("ada", { sshKeys: [{ id: "K", active: true, uploadedAt: ago(91) }] })] }), "low ada"],
    ],
    right: [
      inventory({
        users: [
          user("ada", {
            sshKeys: [
              { id: "K", active: true, uploadedAt: ago(89) },
              { id: "L", active: false, uploadedAt: ago(91) },
            ],
          }),
        ],
      }),
    ],
  },
  "signing-certificate-age": {
    wrong: [
      [
        inventory({ users: [user("ada", { signingCertificates: [{ id: "C", active: true, uploadedAt: ago(91) }] })] }),
        "low ada",
      ],
    ],
    right: [
      inventory({ users: [user("ada", { signingCertificates: [{ id: "C", active: true, uploadedAt: ago(89) }] })] }),
    ],
  },
  "server-certificate-expired": {
    wrong: [[inventory({ serverCertificates: [{ name: "web", arn: "arn:web", expiresAt: ago(1) }] }), "high"]],
    right: [
      inventory({
        serverCertificates: [
          { name: "web", arn: "arn:web", expiresAt: ago(-1) },
          { name: "old", arn: "arn:old", expiresAt: null },
        ],
      }),
    ],
  },
  "password-policy": {
    wrong: [
      [inventory({ passwordPolicy: null }), "medium"],
      [inventory({ passwordPolicy: { minimumLength: 13, reusePrevention: 24 } }), "medium"],
      [inventory({ passwordPolicy: { minimumLength: 14, reusePrevention: 23 } }), "medium"],
    ],
    right: [inventory()],
  },
  "no-federation": {
    wrong: [[inventory({ identityProviders: [] }), "low"]],
    right: [
      inventory(),
      inventory({ identityProviders: [], roles: [role("x", { path: "/aws-reserved/sso.amazonaws.com/eu-west-1/" })] }),
    ],
  },
  "oidc-trust-open": {
    wrong: [
      [inventory({ roles: [role("ci", { trust: trusting(GITHUB) })] }), "high"],
      [
        inventory({
          roles: [
            role("ci", { trust: trusting(GITHUB, { StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com" } }) }),
          ],
        }),
        "high",
      ],
      [
        inventory({
          roles: [role("ci", { trust: trusting(GITHUB, { StringLike: { [`${GITHUB}:sub`]: "repo:*" } }) })],
        }),
        "high",
      ],
      [
        inventory({
          roles: [
            role("ci", {
              trust: trusting(GITHUB, { StringLike: { [`${GITHUB}:sub`]: ["repo:acme/site:*", "repo:acme*"] } }),
            }),
          ],
        }),
        "high",
      ],
      [
        inventory({
          roles: [role("ci", { trust: trusting(GITHUB, { StringNotLike: { [`${GITHUB}:sub`]: "repo:evil/*" } }) })],
        }),
        "high",
      ],
      [
        inventory({
          roles: [role("ci", { trust: trusting(GITHUB, undefined, { Action: ["sts:TagSession", "sts:*"] }) })],
        }),
        "high",
      ],
      [
        inventory({ roles: [role("ci", { trust: trusting(GITHUB, undefined, { Action: "sts:AssumeRole*" }) })] }),
        "high",
      ],
      [
        inventory({
          roles: [
            role("ci", { trust: trusting(GITHUB, undefined, { Action: undefined, NotAction: "sts:TagSession" }) }),
          ],
        }),
        "high",
      ],
      [
        inventory({ roles: [role("ci", { trust: trusting(GITHUB, { StringLike: { [`${GITHUB}:sub`]: [] } }) })] }),
        "high",
      ],
    ],
    right: [
      inventory({
        roles: [
          role("both", {
            trust: trusting(GITHUB, {
              StringEquals: {
                [`${GITHUB}:aud`]: "sts.amazonaws.com",
                [`${GITHUB}:sub`]: "repo:acme/site:ref:refs/heads/main",
              },
            }),
          }),
          role("denied", { trust: trusting(GITHUB, undefined, { Effect: "Deny" }) }),
          role("saml", { trust: trusting(GITHUB, undefined, { Action: "sts:AssumeRoleWithSAML" }) }),
          role("not", { trust: trusting(GITHUB, undefined, { Action: undefined, NotAction: "sts:*WebIdentity" }) }),
          role("anybody", { trust: trusting(GITHUB, undefined, { Principal: "*" }) }),
          role("nobody", { trust: trusting(GITHUB, undefined, { Principal: null }) }),
          role("odd", { trust: JSON.stringify({ Statement: [null, 3, "x"] }) }),
        ],
      }),
      inventory({
        roles: [role("ci", { trust: trusting(GITHUB, { StringLike: { [`${GITHUB}:sub`]: "repo:acme/*" } }) })],
      }),
      inventory({
        roles: [
          role("app", {
            trust: trusting("cognito-identity.amazonaws.com", {
              StringEquals: { "cognito-identity.amazonaws.com:aud": "us-east-1:1" },
            }),
          }),
        ],
      }),
      inventory({ roles: [role("people", { trust: "not JSON" })] }),
    ],
  },
  quarantined: {
    wrong: [
      [
        inventory({
          users: [
            user("ada", {
              details: details("ada", { attached: ["arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3"] }),
            }),
          ],
        }),
        "critical ada",
      ],
    ],
    right: [inventory({ users: [user("ada", { details: details("ada", { attached: [ADMINISTRATOR] }) })] })],
  },
  "secret-in-tag": {
    wrong: [
      [held(), "high ada"],
      [held({ accessKeyId: "KEY-1" }), "critical ada KEY-1"],
      [held({ isCertain: false }), "medium ada"],
    ],
    right: [inventory({ users: [user("ada", { tags: { note: "fine" } })] })],
  },
  "key-on-disk": {
    wrong: [
      [inventory({ users: [user("ada", { keys: [key("lost"), key("kept")] })] }), "critical ada KEY-lost"],
      [inventory({ users: [user("ada", { keys: [key("lost", { status: "Inactive" })] })] }), "high ada KEY-lost"],
    ],
    right: [inventory({ users: [user("ada", { keys: [key("kept")] })] })],
  },
  "key-outside-organisation": {
    wrong: [[inventory({ organization: { features: null } }), "high KEY-outside"]],
    // A member, and an account by itself.
    right: [inventory()],
  },
};

test("every check has examples", () => {
  expect(Object.keys(EXAMPLES)).toEqual(CHECKS.map(({ name }) => name));
});

describe.each(Object.entries(EXAMPLES))("%s", (name, { wrong, right }) => {
  test.each(wrong.map((example, index) => [index, ...example] as const))(
    "finds example %i",
    (_, subject, ...expected) => {
      expect(said(name, subject)).toEqual(expected);
    },
  );

  test.each(right.map((subject, index) => [index, subject] as const))("leaves example %i alone", (_, subject) => {
    expect(said(name, subject)).toEqual([]);
  });

  test("says its condition, its remedy and no placeholder that it cannot fill", () => {
    const check = CHECKS.find((candidate) => candidate.name === name);
    expect(check?.condition(USUAL_SETTINGS)).toMatch(/^\S.*[^.]$/);
    const [[subject] = [inventory()]] = wrong;
    const own = judge(subject, OPTIONS).findings.filter((finding) => finding.check === name);
    for (const { remedy } of own) expect(remedy.steps.join()).not.toMatch(/\{\w+\}/);
  });
});

test("an account with nothing wrong has no findings", () => {
  expect(judge(inventory(), OPTIONS)).toEqual({ findings: [], notAssessed: [] });
});

test("what scans have found is said with its place, and is not assessed where none is remembered", () => {
  const subject = inventory({ users: [user("ada", { keys: [key("lost")] })], organization: { features: null } });
  const { findings } = judge(subject, OPTIONS);
  expect(findings.find(({ check }) => check === "key-on-disk")?.detail).toBe(
    "The key was found with its secret in /home/ada/.env:1:1, last seen on 2026-11-20.",
  );
  const unscanned = judge(subject, { ...OPTIONS, scans: nothingScanned("no scan") });
  expect(unscanned.findings.filter(({ check }) => check.startsWith("key-o"))).toEqual([]);
  expect(unscanned.notAssessed).toEqual(
    ["key-on-disk", "key-outside-organisation"].map((check) => ({
      check,
      reason: "no scan",
      permission: null,
      failure: false,
    })),
  );
  const partly = judge(subject, { ...OPTIONS, scans: { ...OPTIONS.scans, outside: null } });
  expect(partly.notAssessed).toEqual([
    expect.objectContaining({ check: "key-outside-organisation", reason: expect.stringContaining("--ou") }),
  ]);
});

test("two active keys are right during a rotation of ours", () => {
  const two = inventory({ users: [user("ada", { keys: [key("1"), key("2")] })] });
  expect(said("key-two-active", two, { ...OPTIONS, isRotating: ({ userName }) => userName === "ada" })).toEqual([]);
  expect(said("key-two-active", two, { ...OPTIONS, isRotating: ({ userName }) => userName === "bob" })).toHaveLength(1);
});

test("a check whose facts are not known is not assessed, and finds nothing", () => {
  const gap = { reason: "iam:ListAccessKeys is denied", permission: "iam:ListAccessKeys", failure: true };
  const { findings, notAssessed } = judge(
    inventory({
      users: [user("ada", { keys: [key("1", { createdAt: ago(900) })] })],
      gaps: new Map([["access-keys", gap]]),
    }),
    OPTIONS,
  );
  expect(findings.map(({ check }) => check)).not.toContain("key-age");
  expect(notAssessed).toContainEqual({ check: "key-age", ...gap });
  expect(notAssessed.map(({ check }) => check)).not.toContain("root-mfa");
});

test("users whom IAM was not asked about are told of where only IAM knows", () => {
  const { notAssessed } = judge(inventory({ users: [user("ada", { detailed: false }), user("bob")] }), OPTIONS);
  expect(notAssessed).toEqual([
    expect.objectContaining({ check: "ssh-key-age", failure: false, reason: expect.stringMatching(/^1 /) }),
  ]);
});

describe("a fingerprint", () => {
  const keys = [key("1", { createdAt: ago(100) }), key("2", { createdAt: ago(100), status: "Active" })];
  const fingerprints = (subject: Inventory): string[] =>
    judge(subject, OPTIONS).findings.map(({ fingerprint }) => fingerprint);

  test("is one for each thing that is wrong", () => {
    const all = fingerprints(inventory({ users: [user("ada", { keys }), user("bob", { keys })] }));
    expect(new Set(all).size).toBe(all.length);
    for (const fingerprint of all) expect(fingerprint).toMatch(/^ks1:[0-9a-f]{32}$/);
  });

  test("stays when the thing grows older or worse", () => {
    const at = (age: number): Inventory =>
      inventory({ users: [user("ada", { mfa: [FIDO], keys: [key("1", { createdAt: ago(age) })] })] });
    expect(fingerprints(at(80))).toEqual(fingerprints(at(800)));
  });
});

describe("an allow", () => {
  const subject = inventory({ users: [user("ada", { keys: [key("1", { createdAt: ago(100) })] })] });
  const entry = { reason: "r", owner: "o", expires: "2027-01-01", at: "config:1", severity: null } as const;
  const allowed = (target: Parameters<typeof list>[0], more: object = {}): (object | null)[] =>
    judge(subject, { ...OPTIONS, allowList: list(target, more) })
      .findings.filter(({ check }) => check === "key-age")
      .map((finding) => finding.allowed);
  function list(
    target: ConstructorParameters<typeof AuditAllowList>[0][number]["target"],
    more: object,
  ): AuditAllowList {
    return new AuditAllowList([{ ...entry, target, ...more }], "2026-11-21");
  }

  test("covers a check, an account and a user", () => {
    const given = { reason: "r", owner: "o", expires: "2027-01-01" };
    expect(allowed({ kind: "check", check: "key-age", account: null, user: null })).toEqual([given]);
    expect(allowed({ kind: "check", check: "key-age", account: ACCOUNT, user: "ada" })).toEqual([given]);
    expect(allowed({ kind: "check", check: "key-age", account: ACCOUNT, user: "bob" })).toEqual([null]);
    expect(allowed({ kind: "check", check: "key-unused", account: null, user: null })).toEqual([null]);
  });

  test("covers a fingerprint, and nothing worse than it says", () => {
    const fingerprint =
      judge(subject, OPTIONS).findings.find(({ check }) => check === "key-age")?.fingerprint ?? "ks1:";
    expect(allowed({ kind: "fingerprint", fingerprint })).toEqual([expect.objectContaining({ owner: "o" })]);
    expect(allowed({ kind: "fingerprint", fingerprint }, { severity: "low" })).toEqual([null]);
    expect(allowed({ kind: "fingerprint", fingerprint }, { severity: "medium" })).not.toEqual([null]);
    expect(allowed({ kind: "fingerprint", fingerprint }, { severity: "high" })).not.toEqual([null]);
    expect(allowed({ kind: "fingerprint", fingerprint: "ks1:0" })).toEqual([null]);
  });

  test("covers what it says on its last day, and nothing after it", () => {
    const today = { kind: "check", check: "key-age", account: null, user: null } as const;
    expect(allowed(today, { expires: "2026-11-21" })).not.toEqual([null]);
    expect(list(today, { expires: "2026-11-21" }).expired).toEqual([]);
    expect(list(today, { expires: "2026-11-20" }).expired).toHaveLength(1);
    expect(allowed({ kind: "check", check: "key-age", account: null, user: null }, { expires: "2026-11-20" })).toEqual([
      null,
    ]);
  });
});
