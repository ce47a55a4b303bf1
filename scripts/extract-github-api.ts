import { readFile, writeFile } from "node:fs/promises";

/*
 * Takes out of GitHub's OpenAPI description what concerns secrets, so that tests can hold requests against it without 400 MB of a package:
 *   cd $(mktemp -d) && npm install @octokit/openapi && node …/scripts/extract-github-api.ts node_modules/@octokit/openapi
 */

const WANTED =
  /^\/(?:repos\/\{owner\}\/\{repo\}|orgs\/\{org\})\/(?:\w+|environments\/\{environment_name\})\/secrets(?:\/|$)/;
const OUTPUT = new URL("../test/fixtures/github/secrets-api.json", import.meta.url);

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Fields = { readonly [key: string]: Json };

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("name the folder of @octokit/openapi");
const { version } = JSON.parse(await readFile(`${folder}/package.json`, "utf8")) as { version: string };
const api = JSON.parse(await readFile(`${folder}/generated/api.github.com.json`, "utf8")) as Fields;
const paths = Object.fromEntries(Object.entries(api.paths as Fields).filter(([path]) => WANTED.test(path)));
const components = collected(plain(paths));
const extract = {
  openapi: api.openapi,
  info: { title: `@octokit/openapi ${version}, secrets only` },
  paths: plain(paths),
  components,
};
await writeFile(OUTPUT, `${JSON.stringify(extract, null, 1)}\n`);

/** Without what is for people. */
function plain(value: Json): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const left = new Set(["x-octokit", "examples", "example", "externalDocs", "x-github", "tags"]);
  const kept = Object.entries(value as Fields).filter(
    ([key, field]) => !left.has(key) && !(key === "description" && typeof field === "string"),
  );
  return Object.fromEntries(kept.map(([key, field]) => [key, plain(field)]));
}

/** The components that it refers to, and those that these refer to. */
function collected(from: Json): { [group: string]: { [name: string]: Json } } {
  const found: { [group: string]: { [name: string]: Json } } = {};
  const visit = (value: Json): void => {
    for (const [, group = "", name = ""] of JSON.stringify(value).matchAll(/"#\/components\/(\w+)\/([\w-]+)"/g)) {
      found[group] ??= {};
      if (name in found[group]) continue;
      const component = plain(((api.components as Fields)[group] as Fields)[name] ?? null);
      found[group][name] = component;
      visit(component);
    }
  };
  visit(from);
  return found;
}
