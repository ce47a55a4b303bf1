import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { configurationSchemas } from "../../scripts/configuration-schema.ts";
import { targetCatalogue } from "../../src/rotate/targets/catalogue.ts";

const schemas = await configurationSchemas();
const entries = await targetCatalogue();

/** What is wrong with a text by one of the schemas: which keyword, where. */
function problemsIn(name: string, text: string): string[] {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false, allErrors: true });
  addFormats.default(ajv);
  const schema = schemas.get(name);
  if (schema === undefined) throw new Error(`there is no ${name}`);
  const validate = ajv.compile(schema);
  validate(parse(text));
  return (validate.errors ?? []).map(({ keyword, instancePath }) => `${keyword} ${instancePath}`);
}

function rotationOf(target: string): string {
  const lines = target.split("\n").map((line) => `      ${line}\n`);
  return `rotations:\n  deploy:\n    account: "123456789012"\n    user: deploy\n    targets:\n${lines.join("")}`;
}

describe("the schema of the configuration", () => {
  test("takes a configuration that uses all of it", () => {
    const text = `
aws: { profile: audit, region: us-east-1 }
organization: { role: keysweep-audit, externalId: example, accounts: { include: [], exclude: [] }, concurrency: 16 }
scan: { exclude: ["**/node_modules/.cache/**"] }
schedule:
  timezone: Europe/Berlin
  jitter: 5m
  metrics: { port: 9464 }
  scan: { at: "0 2 * * *", timezone: UTC, paths: [~/src], history: false, environment: true, identify: true, reports: { html: scan.html } }
  audit: { at: "0 6 * * 1", organization: true, reports: { json: audit.json } }
  rotate: { every: 15m }
allow:
  - { path: "docs/**", rule: aws-access-key-id, reason: examples, owner: ada, expires: "2027-01-31" }
rotations:
  deploy:
    account: "123456789012"
    user: deploy
    schedule: "0 3 1 * *"
    timezone: Europe/Berlin
    maximumAge: 60d
    usedEvery: 1d
    soak: 24h
    quarantine: 7d
    regions: [us-east-1]
    targets:
      - { type: dotenv, path: /srv/app/.env, after: [systemctl, restart, app], name: app, ses: { region: eu-west-1 } }
      - { type: command, write: [/usr/local/bin/push-key], read: [/usr/local/bin/which-key] }
rotationTemplates:
  ci:
    accounts: ["123456789012"]
    pathPrefix: /service/ci/
    targets: [{ type: dotenv, path: "/srv/{user}/.env" }]
notify: [{ type: slack, webhook: { env: SLACK_WEBHOOK }, on: [stuck, done] }]
`;
    expect(problemsIn("config.schema.json", text)).toEqual([]);
  });

  test.each(entries)("takes the example of $type", ({ exampleText }) => {
    expect(problemsIn("config.schema.json", rotationOf(exampleText.trimEnd()))).toEqual([]);
  });

  test.each([
    ["a key that is misspelt", rotationOf("- { type: dotenv, pth: /x }"), "/rotations/deploy/targets/0"],
    ["a type that there is not", rotationOf("- { type: dotnev, path: /x }"), "/rotations/deploy/targets/0/type"],
    ["a setting that is missing", rotationOf("- { type: dotenv }"), "/rotations/deploy/targets/0"],
    ["a setting of another shape", rotationOf("- { type: command, write: push }"), "/rotations/deploy/targets/0/write"],
    ["a section that is misspelt", "rotation: {}", ""],
  ])("refuses %s", (_, text, place) => {
    expect(problemsIn("config.schema.json", text).map((problem) => problem.replace(/^\S+ /, ""))).toContain(place);
  });

  test("says what each setting of a target is", () => {
    for (const { settings } of entries)
      for (const { description } of settings)
        expect(JSON.stringify([...schemas])).toContain(JSON.stringify(description));
  });
});

test("the schema of a repository's own file knows nothing of rotations", () => {
  expect(problemsIn("repository.schema.json", `exclude: ["a/**"]`)).toEqual([]);
  expect(problemsIn("repository.schema.json", "rotations: {}")).toEqual(["additionalProperties "]);
});
