import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AuditAllowList } from "../../src/audit/allow.ts";
import { CHECKS } from "../../src/audit/checks/all.ts";
import type { AuditedUser, Inventory } from "../../src/audit/inventory.ts";
import { judge } from "../../src/audit/judge.ts";
import { type AuditSettings, USUAL_SETTINGS } from "../../src/audit/settings.ts";
import { detectorScreen } from "../../src/cli/audit/secret-screen.ts";
import { ACCOUNT, ago, details, document, inventory, key, NOW, scanned, user } from "../support/audit/inventory.ts";

/*
 * Any account: each check finds what a plain restatement of its condition finds, no more and no less. The restatements share nothing with
 * the checks but the inventory.
 */

/** Ages at and around every threshold, in days. */
const age = fc.constantFrom(0, 0.5, 6.9, 7.1, 29.9, 30.1, 44.9, 45.1, 74.9, 75, 75.1, 89.9, 90.1, 400);
const when = age.map(ago);
const maybe = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(some, { nil: null });
const status = fc.constantFrom("Active" as const, "Inactive" as const, "Expired" as const);

/** The key that scans have found, of those that there may be. */
const FOUND = "KEY-ada1";

const anyKey = (name: string) =>
  fc.record({ status, createdAt: when, lastUsedAt: maybe(when) }).map((given) => key(name, given));
const uploaded = fc
  .array(fc.record({ id: fc.constantFrom("A", "B"), active: fc.boolean(), uploadedAt: when }), { maxLength: 2 })
  .map((all) => all.filter(({ id }, index) => all.findIndex((other) => other.id === id) === index));
const DOCUMENTS = [document("*"), document("s3:*"), document("sts:AssumeRole"), document("iam:PutUserPolicy"), "{}"];
const ATTACHED = [
  "arn:aws:iam::aws:policy/AdministratorAccess",
  "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2",
];

const anyUser = (name: string): fc.Arbitrary<AuditedUser> =>
  fc
    .record({
      createdAt: when,
      console: fc.record({ enabled: fc.boolean(), lastUsedAt: maybe(when) }),
      mfa: fc.subarray([
        { serial: "v", kind: "virtual" as const },
        { serial: "h", kind: "hardware" as const },
        { serial: "f", kind: "fido" as const },
      ]),
      keys: fc
        .tuple(maybe(anyKey(`${name}1`)), maybe(anyKey(`${name}2`)))
        .map((all) => all.filter((one) => one !== null)),
      detailed: fc.boolean(),
      details: maybe(
        fc.record({
          inline: fc
            .subarray(DOCUMENTS, { maxLength: 2 })
            .map((all) => all.map((text, index) => ({ name: `p${index}`, document: text }))),
          attached: fc.subarray(ATTACHED),
        }),
      ).map((given) => (given === null ? null : details(name, given))),
      serviceCredentials: fc
        .subarray(["bedrock.amazonaws.com", "codecommit.amazonaws.com"])
        .chain((services) =>
          fc.tuple(
            ...services.map((service) =>
              fc
                .record({ status, expiresAt: maybe(when) })
                .map((given) => ({ id: service, userName: name, service, createdAt: ago(1), ...given })),
            ),
          ),
        ),
      heldSecrets: fc.subarray([
        { where: "its name", accessKeyId: null, isCertain: false },
        { where: "its tag note", accessKeyId: "KEY-1", isCertain: true },
      ]),
      sshKeys: uploaded,
      signingCertificates: uploaded,
    })
    .map((given) => user(name, given));

const anyInventory: fc.Arbitrary<Inventory> = fc
  .record({
    root: fc.record({
      hasKey: fc.boolean(),
      hasPassword: fc.boolean(),
      mfa: fc.constantFrom("none" as const, "virtual" as const, "hardware" as const),
      hasCertificate: fc.boolean(),
      lastUsedAt: maybe(when),
    }),
    users: fc.subarray(["ada", "bob", "cyd"]).chain((names) => fc.tuple(...names.map(anyUser))),
    passwordPolicy: maybe(
      fc.record({ minimumLength: fc.constantFrom(8, 13, 14, 20), reusePrevention: fc.constantFrom(0, 23, 24) }),
    ),
    serverCertificates: fc.subarray([
      { name: "old", arn: "old", expiresAt: ago(0.1) },
      { name: "new", arn: "new", expiresAt: ago(-0.1) },
      { name: "ever", arn: "ever", expiresAt: null },
    ]),
    identityProviders: fc.subarray(["saml", "oidc"]),
    organization: maybe(fc.record({ features: maybe(fc.subarray(["RootCredentialsManagement", "RootSessions"])) })),
  })
  .map((given) => inventory(given));

/** What is wrong, as `user key-or-subject`; of what concerns the account itself: `-`. */
type Restatement = (account: Inventory, settings: AuditSettings, isRotating: (name: string) => boolean) => string[];

const agedMoreThan = (time: string, days: number): boolean => NOW - Date.parse(time) > days * 24 * 3600 * 1000;
const account = (wrong: boolean): string[] => (wrong ? ["-"] : []);
const perUser = (users: readonly AuditedUser[], wrong: (user: AuditedUser) => boolean): string[] =>
  users.filter(wrong).map(({ userName }) => userName);
const perKey = (
  users: readonly AuditedUser[],
  wrong: (one: AuditedUser["keys"][number], of: AuditedUser) => boolean,
): string[] =>
  users.flatMap((of) => of.keys.filter((one) => wrong(one, of)).map((one) => `${of.userName} ${one.accessKeyId}`));
const active = ({ keys }: AuditedUser): number => keys.filter((one) => one.status === "Active").length;
const documents = (of: AuditedUser): string[] => of.details?.inline.map((policy) => policy.document) ?? [];
const has = (of: AuditedUser, name: string): boolean => of.details?.attached.some((arn) => arn.includes(name)) ?? false;

const RESTATED: Readonly<Record<string, Restatement>> = {
  "root-access-key": ({ root }) => account(root.hasKey),
  "root-mfa": ({ root }) => account(root.hasPassword && root.mfa === "none"),
  "root-hardware-mfa": ({ root }) => account(root.hasPassword && root.mfa === "virtual"),
  "root-used": ({ root }, s) => account(root.lastUsedAt !== null && !agedMoreThan(root.lastUsedAt, s.rootUsedWithin)),
  "root-central": ({ organization }) => account(organization !== null && (organization.features ?? []).length < 2),
  "root-certificate": ({ root }) => account(root.hasCertificate),
  "key-age": ({ users }, s) =>
    perKey(users, (k) => k.status === "Active" && NOW - Date.parse(k.createdAt) >= s.keyAgeWarning * 24 * 3600 * 1000),
  "key-unused": ({ users }, s) =>
    perKey(users, (k) => k.status === "Active" && k.lastUsedAt !== null && agedMoreThan(k.lastUsedAt, s.unusedAfter)),
  "key-never-used": ({ users }, s) =>
    perKey(users, (k) => k.status === "Active" && k.lastUsedAt === null && agedMoreThan(k.createdAt, s.neverUsedGrace)),
  "key-two-active": ({ users }, _, isRotating) => perUser(users, (of) => active(of) === 2 && !isRotating(of.userName)),
  "key-inactive-stale": ({ users }, s) =>
    perKey(
      users,
      (k) =>
        k.status !== "Active" &&
        agedMoreThan(k.createdAt, s.inactiveKeptFor) &&
        (k.lastUsedAt === null || agedMoreThan(k.lastUsedAt, s.inactiveKeptFor)),
    ),
  "key-at-setup": ({ users }) =>
    perKey(
      users,
      (k, of) => of.console.enabled && k.status === "Active" && k.lastUsedAt === null && k.createdAt === of.createdAt,
    ),
  "console-no-mfa": ({ users }) => perUser(users, (of) => of.console.enabled && of.mfa.length === 0),
  "mfa-missing-with-key": ({ users }) => perUser(users, (of) => active(of) > 0 && of.mfa.length === 0),
  "mfa-virtual-only": ({ users }) =>
    perUser(users, (of) => of.mfa.length > 0 && !of.mfa.some(({ serial }) => serial === "f")),
  "console-unused": ({ users }, s) =>
    perUser(
      users,
      ({ console, createdAt }) =>
        console.enabled &&
        (console.lastUsedAt === null
          ? agedMoreThan(createdAt, s.neverUsedGrace)
          : agedMoreThan(console.lastUsedAt, s.unusedAfter)),
    ),
  "human-with-key": ({ users }) => perUser(users, (of) => of.console.enabled && active(of) > 0),
  "admin-with-key": ({ users }) =>
    perUser(
      users,
      (of) =>
        active(of) > 0 &&
        (has(of, "Administrator") || documents(of).some((text) => /"\*","Resource"|PutUserPolicy/.test(text))),
    ),
  "assume-role-only": ({ users, identityProviders }) =>
    perUser(
      users,
      (of) =>
        identityProviders.length > 0 &&
        active(of) > 0 &&
        (has(of, "Administrator") || documents(of).some((text) => text !== "{}" && !text.includes("sts:AssumeRole"))),
    ),
  "direct-policy": ({ users }) =>
    perUser(users, (of) => (of.details?.inline.length ?? 0) + (of.details?.attached.length ?? 0) > 0),
  "service-credential": ({ users }) =>
    users.flatMap(({ userName, serviceCredentials }) =>
      serviceCredentials.filter((c) => c.status === "Active" && c.id.startsWith("codecommit")).map(() => userName),
    ),
  "bedrock-key": ({ users }) =>
    users.flatMap(({ userName, serviceCredentials }) =>
      serviceCredentials.filter((c) => c.status === "Active" && c.id.startsWith("bedrock")).map(() => userName),
    ),
  "ssh-key-age": ({ users }, s) =>
    users.flatMap(({ userName, sshKeys }) =>
      sshKeys.filter((k) => k.active && agedMoreThan(k.uploadedAt, s.uploadedMaximumAge)).map(() => userName),
    ),
  "signing-certificate-age": ({ users }, s) =>
    users.flatMap(({ userName, signingCertificates }) =>
      signingCertificates
        .filter((k) => k.active && agedMoreThan(k.uploadedAt, s.uploadedMaximumAge))
        .map(() => userName),
    ),
  "server-certificate-expired": ({ serverCertificates }) =>
    serverCertificates.filter(({ name }) => name === "old").map(() => "-"),
  "password-policy": ({ passwordPolicy }, s) =>
    account(
      passwordPolicy === null ||
        passwordPolicy.minimumLength < s.passwordMinimumLength ||
        passwordPolicy.reusePrevention < s.passwordReusePrevention,
    ),
  "no-federation": ({ identityProviders }) => account(identityProviders.length === 0),
  "oidc-trust-open": () => [],
  quarantined: ({ users }) => perUser(users, (of) => has(of, "AWSCompromisedKeyQuarantine")),
  "key-on-disk": ({ users }) => perKey(users, ({ accessKeyId }) => accessKeyId === FOUND),
  "secret-in-tag": ({ users }) =>
    users.flatMap(({ userName, heldSecrets }) =>
      heldSecrets.map(({ accessKeyId }) => (accessKeyId === null ? userName : `${userName} ${accessKeyId}`)),
    ),
  "key-outside-organisation": ({ organization }) => (organization === null ? [] : ["- KEY-outside"]),
};

const anySettings: fc.Arbitrary<AuditSettings> = fc.constantFrom(USUAL_SETTINGS, {
  ...USUAL_SETTINGS,
  keyMaximumAge: 45,
  keyAgeWarning: 30,
  unusedAfter: 7,
  inactiveKeptFor: 90,
  passwordMinimumLength: 20,
});

test.each(CHECKS.map((check) => [check.name, check] as const))("%s finds what its condition says", (name) => {
  const restatement = RESTATED[name];
  if (restatement === undefined) throw new Error(`${name} is not restated`);
  fc.assert(
    fc.property(anyInventory, anySettings, fc.subarray(["ada", "bob"]), (subject, settings, rotating) => {
      const isRotating = (userName: string): boolean => rotating.includes(userName);
      const { findings } = judge(subject, {
        settings,
        now: NOW,
        allowList: new AuditAllowList([], "2026-11-21"),
        isRotating: ({ userName }) => isRotating(userName),
        scans: scanned(FOUND),
        screen: detectorScreen,
      });
      const found = findings
        .filter(({ check }) => check === name)
        .map(({ userName, accessKeyId }) => [userName ?? "-", accessKeyId].filter(Boolean).join(" "));
      expect(found.sort()).toEqual(restatement(subject, settings, isRotating).sort());
    }),
    { numRuns: 300 },
  );
});

test("findings come worst first, all in the account, each with a fingerprint of its own", () => {
  const order = ["critical", "high", "medium", "low", "info"];
  fc.assert(
    fc.property(anyInventory, (subject) => {
      const { findings } = judge(subject, {
        settings: USUAL_SETTINGS,
        now: NOW,
        allowList: new AuditAllowList([], "2026-11-21"),
        isRotating: () => false,
        scans: scanned(FOUND),
        screen: detectorScreen,
      });
      const ranks = findings.map(({ severity }) => order.indexOf(severity));
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      for (const severity of order) {
        const names = findings.filter((finding) => finding.severity === severity).map(({ userName }) => userName ?? "");
        expect(names).toEqual(names.toSorted());
      }
      expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(findings.length);
      expect(findings.every(({ accountId }) => accountId === ACCOUNT)).toBe(true);
    }),
  );
});
