import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { configurationSchemas } from "../../scripts/configuration-schema.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const PAGES = [...readdirSync(join(ROOT, "docs")).map((name) => join("docs", name)), "README.md"];
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false, allErrors: true });
addFormats.default(ajv);
const schemas = Array.from(await configurationSchemas(), ([name, schema]) => ({ name, validate: ajv.compile(schema) }));
/** Those of other programs' files, which show how they call keysweep. */
const FOREIGN = ["permissions", "jobs", "steps", "repos", "with"];

/** What the blocks of YAML in a page say, as far as they are of a configuration of ours; of a list of targets, in a rotation. */
function configurationsIn(page: string): object[] {
  const blocks = readFileSync(join(ROOT, page), "utf8").matchAll(/^```ya?ml\n(.*?)^```/gms);
  return Array.from(blocks, ([, text = ""]) => parse(text) as unknown)
    .filter((value) => typeof value === "object" && value !== null)
    .map((value) =>
      Array.isArray(value) ? { rotations: { one: { account: "123456789012", user: "one", targets: value } } } : value,
    )
    .filter((value) => !Object.keys(value).some((key) => FOREIGN.includes(key)));
}

/** What is wrong with it, by the schema that it comes closest to. */
function problemsIn(value: object): readonly string[] {
  const problems = schemas.map(({ name, validate }) =>
    validate(value)
      ? []
      : (validate.errors ?? []).map(({ keyword, instancePath }) => `${name}: ${keyword} ${instancePath}`),
  );
  return problems.reduce((best, other) => (other.length < best.length ? other : best));
}

const all = PAGES.filter((page) => page.endsWith(".md")).flatMap((page) =>
  configurationsIn(page).map((value) => [page, Object.keys(value).join(", "), value] as const),
);

test.each(all)("%s shows a configuration that is one: %s", (_page, _keys, value) => {
  expect(problemsIn(value)).toEqual([]);
});

test("there are such, and what is none would be seen", () => {
  expect(all.length).toBeGreaterThan(20);
  expect(problemsIn({ alow: [] })).not.toEqual([]);
});
