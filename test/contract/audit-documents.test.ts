import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { CHECKS } from "../../src/audit/checks/all.ts";
import { USUAL_SETTINGS } from "../../src/audit/settings.ts";

/*
 * What is written for people is what the program does: the permissions that it needs, the checks that it makes.
 */

const ROOT = join(import.meta.dirname, "..", "..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const DOCUMENTATION = read("docs/audit.md");

/** The calls that a source file makes, as permissions. */
function callsIn(path: string, service: string): string[] {
  return [
    ...new Set(Array.from(read(path).matchAll(/new (\w+)Command\(/g), ([, name]) => `${service}:${name}`)),
  ].sort();
}

/** The policies in the documentation, in their order. */
const policies = Array.from(
  DOCUMENTATION.matchAll(/```json\n(\{.*?\n\})\n```/gs),
  ([, text]) => JSON.parse(text ?? "") as Policy,
);

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[]; readonly Resource: string }[];
}

const actionsOf = ({ Statement }: Policy): string[] => Statement.flatMap(({ Action }) => Action).sort();

describe("the permissions that are documented are those of the calls that are made", () => {
  const iam = callsIn("src/aws/iam.ts", "iam");

  test("in each account", () => {
    expect(iam.length).toBeGreaterThan(15);
    expect(actionsOf(policies[0] ?? { Statement: [] })).toEqual(iam);
  });

  test("for the organisation", () => {
    const organizations = callsIn("src/aws/organizations.ts", "organizations");
    expect(actionsOf(policies[1] ?? { Statement: [] })).toEqual([...organizations, "sts:AssumeRole"].sort());
  });

  test("and those of the role that is rolled out", () => {
    // CloudFormation's own tags (!Ref) are of no interest here.
    const template = parse(read("deploy/audit-role.yaml"), { logLevel: "silent" }) as {
      Resources: { AuditRole: { Properties: { Policies: { PolicyDocument: Policy }[] } } };
    };
    const [policy] = template.Resources.AuditRole.Properties.Policies;
    expect(actionsOf(policy?.PolicyDocument ?? { Statement: [] })).toEqual(actionsOf(policies[0] ?? { Statement: [] }));
  });

  test("Terraform rolls the same templates out, with every parameter", () => {
    const main = read("deploy/terraform/main.tf");
    expect(main).toMatch(/\$\{var\.role\}-role\.yaml/);
    const parameters = ["audit", "rotate"].flatMap((role) =>
      Object.keys(
        (parse(read(`deploy/${role}-role.yaml`), { logLevel: "silent" }) as { Parameters: object }).Parameters,
      ),
    );
    for (const name of parameters) expect(main).toMatch(new RegExp(`${name}\\s*= (?:var|local)\\.`));
    const declared = Array.from(
      read("deploy/terraform/variables.tf").matchAll(/^variable "(\w+)"/gm),
      ([, name]) => `${name}`,
    ).sort();
    const used = [...new Set(Array.from(main.matchAll(/var\.(\w+)/g), ([, name]) => `${name}`))].sort();
    expect(used).toEqual(declared);
  });
});

test("the documentation's table is that of the checks", () => {
  const rows = CHECKS.map(
    ({ name, condition, severity }) => `| \`${name}\` | ${condition(USUAL_SETTINGS)} | ${severity} |`,
  );
  expect(DOCUMENTATION).toContain(`| check | finding when | severity |\n|---|---|---|\n${rows.join("\n")}\n`);
});

test("the documentation's thresholds are those that hold", () => {
  const { audit } = parse(/```yaml\n(audit:.*?)```/s.exec(DOCUMENTATION)?.[1] ?? "") as {
    audit: Record<string, string | number>;
  };
  const documented = Object.fromEntries(
    Object.entries(audit).map(([name, value]) => [name, Number.parseInt(String(value), 10)]),
  );
  expect(documented).toEqual(USUAL_SETTINGS);
});
