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

test.each(USE_CASES)("the trust policies in the remedy of %s are JSON that IAM takes", (name) => {
  const text = remedyFor(useCase(name), KNOWN).steps.join("\n");
  for (const [policy] of text.matchAll(/\{"Version".*?\}\]\}/g)) {
    const { Version, Statement } = JSON.parse(policy) as { Version: string; Statement: Record<string, unknown>[] };
    expect(Version).toBe("2012-10-17");
    for (const statement of Statement)
      expect(statement).toMatchObject({ Effect: "Allow", Principal: {}, Action: expect.anything() });
    // IAM refuses shared issuers without a condition on the subject, and an audience alone lets every customer in.
    if (policy.includes("AssumeRoleWithWebIdentity")) {
      expect(JSON.stringify(Statement[0]?.Condition)).toMatch(/:aud".*:sub"/);
    }
  }
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
  const without = remedyFor(useCase("ci-github"), NOTHING).steps;
  expect(without).toHaveLength(withId.length + 1);
  expect(without[0]).toContain("list-access-keys");
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
  for (const { useCase, steps } of remedies.content.remedies) {
    const deactivated = steps.findIndex(
      (step) => /--status Inactive/.test(step) && !step.startsWith("If others could"),
    );
    if (deactivated < 0) continue;
    const proved = steps.findIndex((step) => /\bprove it\b/i.test(step));
    const deleted = steps.findIndex((step) => step.startsWith("Delete it:"));
    if (useCase === "ci-travis") continue; // Nothing replaces the key there: it moves or rotates.
    expect(proved, useCase).toBeGreaterThanOrEqual(0);
    expect(proved, useCase).toBeLessThan(deactivated);
    expect(deleted, useCase).toBeGreaterThan(deactivated);
  }
});
