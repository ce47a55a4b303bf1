import { describe, expect, test } from "vitest";
import type { Inventory } from "../../src/audit/inventory.ts";
import { escalationOf, Targets } from "../../src/audit/policy/escalation.ts";
import { PolicyBook } from "../../src/audit/policy/permissions.ts";
import { wildcardMatches } from "../../src/audit/policy/wildcard.ts";
import type { UserDetails } from "../../src/model/iam-reader.ts";
import { ACCOUNT, details, document, inventory, user } from "../support/audit/inventory.ts";

const ADMIN = document("*");
const arn = (rest: string): string => `arn:aws:iam::${ACCOUNT}:${rest}`;

function outcome(given: Partial<UserDetails>, account: Partial<Inventory> = {}) {
  const ada = details("ada", given);
  const subject = inventory({ users: [user("ada", { details: ada }), user("bob")], ...account });
  const book = new PolicyBook(subject.policies, subject.groups);
  return escalationOf(ada, book.ofUser(ada), new Targets(subject, book));
}

const inline = (...documents: string[]): Partial<UserDetails> => ({
  inline: documents.map((text, index) => ({ name: `p${index}`, document: text })),
});

function deny(action: string, more: object = {}): string {
  return document(action, "*", { Effect: "Deny", ...more });
}

describe("an administrator is whoever may do everything", () => {
  test.each([
    ["by an inline policy", inline(ADMIN), {}],
    ["by *:*", inline(document("*:*")), {}],
    [
      "by a policy that AWS manages, though its document was not told",
      { attached: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
      {},
    ],
    [
      "by a policy of the account",
      { attached: [arn("policy/all")] },
      { policies: [{ arn: arn("policy/all"), document: ADMIN, versions: 1 }] },
    ],
    [
      "by a group",
      { groups: ["admins"] },
      {
        groups: [{ name: "admins", arn: arn("group/admins"), inline: [{ name: "p", document: ADMIN }], attached: [] }],
      },
    ],
    [
      "under a condition",
      inline(document("*", "*", { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } })),
      {},
    ],
    [
      "unless denied under some condition",
      inline(ADMIN, deny("*", { Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } })),
      {},
    ],
    [
      "within a boundary that bounds nothing",
      { ...inline(ADMIN), boundary: arn("policy/all") },
      { policies: [{ arn: arn("policy/all"), document: ADMIN, versions: 1 }] },
    ],
    [
      "by everything but nothing",
      inline(JSON.stringify({ Statement: { Effect: "Allow", NotAction: "support:*", Resource: "*" } })),
      {},
    ],
  ] as const)("%s", (_, given, account) => {
    expect(outcome(given, account)).toBe("administrator");
  });

  test.each([
    ["on one resource only", inline(document("*", "arn:aws:s3:::bucket/*")), {}],
    ["denied outright", inline(ADMIN, deny("*")), {}],
    [
      "within a boundary",
      { ...inline(ADMIN), boundary: arn("policy/s3") },
      { policies: [{ arn: arn("policy/s3"), document: document("s3:*"), versions: 1 }] },
    ],
    ["in a document that is no JSON", inline("{"), {}],
    ["in a group that is not there", { groups: ["gone"] }, {}],
  ] as const)("but not %s", (_, given, account) => {
    expect(outcome(given, account)).toBeNull();
  });
});

describe("a way to all permissions is open", () => {
  test.each([
    [
      "iam:PutUserPolicy on itself",
      inline(document("iam:PutUserPolicy", arn("user/${aws:username}"))),
      ["iam:PutUserPolicy"],
    ],
    ["iam:AttachUserPolicy, by a pattern", inline(document("iam:Attach*Policy")), ["iam:AttachUserPolicy"]],
    [
      "iam:CreateAccessKey for anybody",
      inline(document("iam:CreateAccessKey", arn("user/*"))),
      ["iam:CreateAccessKey"],
    ],
    [
      "iam:UpdateLoginProfile for one other user",
      inline(document("iam:UpdateLoginProfile", arn("user/bob"))),
      ["iam:UpdateLoginProfile"],
    ],
    ["a role for EC2", inline(document(["iam:PassRole", "ec2:RunInstances"])), ["iam:PassRole", "ec2:RunInstances"]],
    [
      "in any case of letters",
      inline(document(["IAM:passrole", "EC2:runinstances"])),
      ["iam:PassRole", "ec2:RunInstances"],
    ],
    ["a function of others", inline(document("lambda:Update*")), ["lambda:UpdateFunctionCode"]],
  ] as const)("%s", (_, given, expected) => {
    expect(outcome(given)).toEqual(expected);
  });

  test("through a policy that the user may write a new version of", () => {
    const own = arn("policy/own");
    const account = { policies: [{ arn: own, document: document("iam:CreatePolicyVersion", own), versions: 1 }] };
    expect(outcome({ attached: [own] }, account)).toEqual(["iam:CreatePolicyVersion"]);
    expect(outcome(inline(document("iam:CreatePolicyVersion", own)), account)).toBeNull();
  });

  test("through its own group", () => {
    const group = {
      name: "g",
      arn: arn("group/g"),
      inline: [{ name: "p", document: document("iam:PutGroupPolicy", arn("group/g")) }],
      attached: [],
    };
    expect(outcome({ groups: ["g"] }, { groups: [group] })).toEqual(["iam:PutGroupPolicy"]);
  });

  test("through a role that is an administrator's", () => {
    const named = inline(document("iam:PassRole", arn("role/deploy")), document("ec2:RunInstances"));
    const role = { name: "deploy", path: "/", arn: arn("role/deploy"), trust: "{}", attached: [], boundary: null };
    const powerful = { ...role, inline: [{ name: "p", document: ADMIN }] };
    expect(outcome(named, { roles: [powerful] })).toEqual(["iam:PassRole", "ec2:RunInstances"]);
    expect(outcome(named, { roles: [{ ...role, inline: [] }] })).toBeNull();
  });

  test.each([
    ["keys of its own are no way", inline(document("iam:CreateAccessKey", arn("user/${aws:username}")))],
    ["half of a way is none", inline(document("iam:PassRole"))],
    ["a denied step closes it", inline(document(["iam:PassRole", "ec2:RunInstances"]), deny("ec2:RunInstances"))],
    ["reading is none", inline(document(["iam:Get*", "iam:List*", "s3:*"]))],
  ] as const)("but %s", (_, given) => {
    expect(outcome(given)).toBeNull();
  });
});

describe("a statement concerns", () => {
  const put = (resources: object): Partial<UserDetails> =>
    inline(
      JSON.stringify({ Statement: { Effect: "Allow", Action: ["iam:GetUser", "iam:PutUserPolicy"], ...resources } }),
    );
  const open = ["iam:PutUserPolicy"];

  test.each([
    ["one of several resources", { Resource: [arn("user/bob"), arn("user/ada")] }, open],
    ["none of several resources", { Resource: [arn("user/bob"), arn("user/cyd")] }, null],
    ["what NotResource does not name", { NotResource: [arn("user/bob"), arn("user/cyd")] }, open],
    ["nothing of what NotResource names", { NotResource: [arn("user/bob"), arn("user/ada")] }, null],
    ["the user whom the variable names", { Resource: arn("user/${AWS:UserName}") }, open],
    ["anything where a variable is not known", { Resource: arn("user/${aws:PrincipalTag/team}") }, open],
    [
      "anything where NotResource names a variable that is not known",
      { NotResource: arn("user/${aws:PrincipalTag/team}") },
      open,
    ],
    ["nothing without a resource", {}, null],
  ] as const)("%s", (_, resources, expected) => {
    expect(outcome(put(resources))).toEqual(expected);
  });

  test.each([
    ["user/ada", null],
    ["user/${aws:username}", null],
    ["user/${aws:PrincipalTag/team}", open],
  ] as const)("with a denial, %s", (name, expected) => {
    const denied = document("iam:*", arn(name), { Effect: "Deny" });
    expect(outcome(inline(document("iam:PutUserPolicy", arn("user/ada")), denied))).toEqual(expected);
  });

  test("every action but those of NotAction", () => {
    const but = (...actions: string[]): string =>
      JSON.stringify({ Statement: [{ Effect: "Allow", NotAction: actions, Resource: "*" }] });
    expect(outcome(inline(but("iam:*", "lambda:*", "sts:*")))).toBeNull();
    expect(outcome(inline(but("ec2:*", "s3:*")))).toEqual(["iam:AttachUserPolicy"]);
  });
});

describe("more than these actions is allowed", () => {
  const permissions = (...documents: string[]) => new PolicyBook([], []).ofUser(details("ada", inline(...documents)));

  test.each([
    ["by one action among others", document(["sts:AssumeRole", "s3:GetObject"]), true],
    ["by a pattern", document("sts:*"), true],
    [
      "by what is not named",
      JSON.stringify({ Statement: { Effect: "Allow", NotAction: "iam:*", Resource: "*" } }),
      true,
    ],
    ["not by these actions, in any case of letters", document(["STS:assumerole"]), false],
    ["not by what is denied", document("s3:*", "*", { Effect: "Deny" }), false],
  ] as const)("%s", (_, text, expected) => {
    expect(permissions(document("sts:AssumeRole"), text).allowsMoreThan(["sts:AssumeRole"])).toBe(expected);
  });
});

test("wildcards match as IAM's do, and quickly", () => {
  expect(wildcardMatches("iam:*Policy", "iam:PutUserPolicy")).toBe(true);
  expect(wildcardMatches("iam:Put????Policy", "iam:PutUserPolicy")).toBe(true);
  expect(wildcardMatches("iam:Put???Policy", "iam:PutUserPolicy")).toBe(false);
  expect(wildcardMatches("iam:*Policy*", "iam:PutUserPolicies")).toBe(false);
  expect(wildcardMatches("*", "")).toBe(true);
  expect(wildcardMatches("", "a")).toBe(false);
  expect(wildcardMatches("a.c", "abc")).toBe(false);
  expect(wildcardMatches("*a".repeat(2000), "a".repeat(3000) + "b")).toBe(false);
});
