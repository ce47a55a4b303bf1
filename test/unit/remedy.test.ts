import { expect, test } from "vitest";
import { readAll } from "../../scripts/generate/rules.ts";
import { USE_CASES } from "../../src/generated/use-cases.ts";
import { accessKeyId, accountId } from "../../src/model/access-key-id.ts";
import type { UseCase } from "../../src/model/finding.ts";
import { type RemedyContext, remedyFor, remedyReferences } from "../../src/scan/remedy.ts";
import { useCase } from "../../src/scan/use-case.ts";
import { generateMaterial } from "../support/material.ts";

const material = generateMaterial(7);
const NOTHING: RemedyContext = { accountId: null, accessKeyId: null, temporary: false, rule: "aws-access-key-pair" };
const KNOWN: RemedyContext = {
  ...NOTHING,
  accountId: accountId(material.accountId),
  accessKeyId: accessKeyId(material.id),
};

test.each(USE_CASES)("the remedy of %s says what to do, and nothing is left to fill in", (name) => {
  for (const context of [NOTHING, KNOWN]) {
    const { title, steps } = remedyFor(useCase(name), context);
    expect(title).not.toBe("");
    expect(steps.length).toBeGreaterThanOrEqual(4);
    for (const step of steps) {
      expect(step.trim()).toBe(step);
      expect(step).toMatch(/^\S.{20,}/);
      expect(step).not.toMatch(/\{[a-z][A-Za-z]*\}/);
    }
  }
});

interface Statement {
  readonly Action: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The trust policies that the remedies hold, each with its use; every one must be JSON. */
function trustPolicies(): { use: string; statement: Statement }[] {
  return USE_CASES.flatMap((use) => {
    const text = remedyFor(useCase(use), KNOWN).steps.join("\n");
    return Array.from(text.matchAll(/\{"Version".*?\}\]\}/g)).flatMap(([policy]) =>
      (JSON.parse(policy) as { Statement: Statement[] }).Statement.map((statement) => ({ use, statement })),
    );
  });
}

test("every trust policy says whom it trusts and for what", () => {
  const policies = trustPolicies();
  expect(policies.length).toBeGreaterThan(12);
  for (const { statement } of policies) {
    expect(statement).toMatchObject({ Effect: "Allow", Principal: expect.any(Object), Action: expect.anything() });
  }
});

// IAM refuses shared issuers without a condition on the subject, and an audience alone lets every customer of the vendor in.
test("every trust in an issuer of tokens is held to an audience and a subject", () => {
  const federated = trustPolicies().filter(({ statement }) =>
    String(statement.Action).includes("AssumeRoleWithWebIdentity"),
  );
  const open = federated.filter(({ statement }) => {
    const keys = Object.values(statement.Condition ?? {}).flatMap((condition) => Object.keys(condition));
    return !keys.some((key) => key.endsWith(":aud")) || !keys.some((key) => key.endsWith(":sub"));
  });
  expect(federated.length).toBeGreaterThanOrEqual(8);
  expect(open.map(({ use }) => use)).toEqual([]);
});

test.each(USE_CASES)("what is read of %s elsewhere is named", (name) => {
  for (const url of remedyReferences(useCase(name))) expect(URL.canParse(url)).toBe(true);
});

test("what is known of the key is filled in", () => {
  const steps = remedyFor(useCase("ci-github"), KNOWN).steps.join("\n");
  expect(steps).toContain(`arn:aws:iam::${material.accountId}:role/`);
  expect(steps).toContain(`--access-key-id ${material.id}`);
  expect(remedyFor(useCase("ci-github"), NOTHING).steps.join("\n")).toContain("arn:aws:iam::ACCOUNT_ID:role/");
});

test("a secret without its id begins with the search for the id, where the steps need one", () => {
  const withId = remedyFor(useCase("ci-github"), KNOWN).steps;
  const without = remedyFor(useCase("ci-github"), { ...NOTHING, rule: "aws-secret-access-key" }).steps;
  expect(without).toHaveLength(withId.length + 1);
  expect(without[0]).toContain("list-access-keys");
  // A rule that sees the id asks nobody to look for it, even where it is explained without a finding.
  expect(remedyFor(useCase("ci-github"), NOTHING).steps).toHaveLength(withId.length);
  expect(remedyFor(useCase("appsync"), NOTHING).steps[0]).not.toContain("list-access-keys");
});

test("what the credential is counts for more than an unknown place", () => {
  const unknown = useCase("unknown");
  expect(remedyFor(unknown, { ...NOTHING, rule: "bedrock-api-key" })).toEqual(remedyFor(useCase("bedrock"), NOTHING));
  expect(remedyFor(useCase("person"), { ...KNOWN, temporary: true })).toEqual(remedyFor(useCase("temporary"), KNOWN));
});

test("a use that is not known has the remedy of an unknown one", () => {
  expect(remedyFor("constructor" as UseCase, KNOWN)).toEqual(remedyFor(useCase("unknown"), KNOWN));
});

test("every migration proves the replacement before it takes the key away", async () => {
  const { remedies } = await readAll();
  const disordered = remedies.content.remedies.filter(({ useCase, steps }) => {
    if (useCase === "ci-travis") return false; // Nothing replaces the key there: it moves or rotates.
    const deactivated = steps.findIndex((step) => step.startsWith("Deactivate"));
    if (deactivated < 0) return false;
    const proved = steps.findIndex((step) => /\bprove it\b/i.test(step));
    const deleted = steps.findIndex((step) => step.startsWith("Delete it:"));
    return !(0 <= proved && proved < deactivated && deactivated < deleted);
  });
  expect(disordered.map(({ useCase }) => useCase)).toEqual([]);
});
