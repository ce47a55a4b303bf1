import { describe, expect, test } from "vitest";
import { TEMPLATE_TAG, templatedRotations } from "../../src/cli/rotate/templated-rotations.ts";
import type { ConfiguredRotation, RotationTemplate } from "../../src/config/rotations.ts";
import type { AccountId } from "../../src/model/access-key-id.ts";
import type { IamUser } from "../../src/model/iam-user.ts";
import { user } from "../support/ledger/audits.ts";

const ACCOUNT = "123456789012" as AccountId;

function template(name: string, fields: Partial<RotationTemplate> = {}): RotationTemplate {
  return {
    name,
    accounts: [ACCOUNT],
    pathPrefix: null,
    at: "config.yaml:1",
    rotationOf: (accountId, userName) =>
      ({ settings: { name: `${name}/${accountId}/${userName}`, accountId, userName } }) as ConfiguredRotation,
    ...fields,
  };
}

const CI = template("ci", { pathPrefix: "/service/ci/" });
const VENDOR = template("vendor");

function somebody(
  userName: string,
  { path = "/", tag, account = ACCOUNT }: { path?: string; tag?: string; account?: string } = {},
): IamUser {
  return {
    ...user(account as AccountId, userName),
    userName,
    accountId: account as AccountId,
    arn: `arn:aws:iam::${account}:user${path}${userName}`,
    tags: tag === undefined ? {} : { [TEMPLATE_TAG]: tag },
  };
}

function names(users: readonly IamUser[], configured: readonly ConfiguredRotation[] = []) {
  const { rotations, warnings } = templatedRotations([CI, VENDOR], users, configured);
  return { rotations: rotations.map(({ settings }) => settings.name), warnings };
}

describe("a user", () => {
  test("names a template by its path or by a tag", () => {
    expect(
      names([somebody("build", { path: "/service/ci/" }), somebody("mail", { tag: "vendor" }), somebody("ada")]),
    ).toEqual({
      rotations: [`ci/${ACCOUNT}/build`, `vendor/${ACCOUNT}/mail`],
      warnings: [],
    });
    expect(names([somebody("deep", { path: "/service/ci/eu/", tag: "ci" })]).rotations).toEqual([`ci/${ACCOUNT}/deep`]);
  });

  test.each([
    [
      "by a tag outside of the template's path",
      somebody("ada", { tag: "ci" }),
      /names the template ci, whose accounts or path it is not in/,
    ],
    ["in another account", somebody("ada", { tag: "vendor", account: "210987654321" }), /whose accounts or path/],
    ["that is not there", somebody("ada", { tag: "root" }), /names a template that is not there/],
    ["two at once", somebody("build", { path: "/service/ci/", tag: "vendor" }), /names ci and vendor/],
  ])("cannot name one %s", (_, one, warning) => {
    const { rotations, warnings } = names([one]);
    expect([rotations, warnings.length]).toEqual([[], 1]);
    expect(warnings[0]).toMatch(warning);
  });

  test("below a path that only begins alike names nothing", () => {
    expect(
      names([somebody("x", { path: "/service/cicd/" }), somebody("y", { path: "/a/service/ci/" })]).rotations,
    ).toEqual([]);
  });

  test("with a rotation of its own needs none", () => {
    const own = [VENDOR.rotationOf(ACCOUNT, "mail")];
    expect(names([somebody("mail", { tag: "vendor" }), somebody("mail", { tag: "nonsense" })], own)).toEqual({
      rotations: [],
      warnings: [],
    });
  });
});
