import { expect, test } from "vitest";
import * as z from "zod/mini";
import { Secret } from "../../../src/model/secret.ts";
import descriptor from "../../../src/rotate/targets/github-actions/descriptor.ts";
import { generateAccessKey } from "../../support/material.ts";
import { randomFrom } from "../../support/random.ts";
import { GitHubServer } from "../../support/targets/github-server.ts";
import { testWorld } from "../../support/targets/world.ts";
import { conform, faultsOf, type TestPlace, type Values } from "./conformance.ts";

const TOKEN = "token-of-this-test";
const NAMES = { accessKeyId: "AWS_ACCESS_KEY_ID", secretAccessKey: "AWS_SECRET_ACCESS_KEY" };
const NEVER = new AbortController().signal;

/** @param path of the secrets that these settings lead to. */
async function gitHubPlace(
  held: Values,
  settings: object,
  path: string,
): Promise<TestPlace & { readonly server: GitHubServer }> {
  const server = await GitHubServer.make(TOKEN);
  const api = await server.start();
  let token = `${TOKEN}\n`;
  const store = server.store(path);
  server.put(path, "OTHER", { value: "of somebody else" });
  const put = (values: Values) => {
    for (const [name, value] of [
      [NAMES.accessKeyId, values.accessKeyId],
      [NAMES.secretAccessKey, values.secret],
    ] as const)
      if (value !== null) server.put(path, name, { value, ...(path.startsWith("orgs") ? { visibility: "all" } : {}) });
  };
  put(held);
  const out = faultsOf(server);
  const all = ["check", "read", "write"] as const;
  return {
    server,
    settings: { ...settings, api, token: { env: "GITHUB_TOKEN" } },
    world: { resolve: async () => new Secret(token) },
    put: async (values) => put(values),
    look: async () => ({
      accessKeyId: store.get(NAMES.accessKeyId)?.value ?? null,
      secret: store.get(NAMES.secretAccessKey)?.value ?? null,
    }),
    others: async () =>
      JSON.stringify([[...server.stores.keys()], [...store].filter(([name]) => !name.startsWith("AWS_"))]),
    interfere: null,
    faults: [
      out("the limit is reached", { status: 403, headers: { "x-ratelimit-remaining": "0" } }, all, "safe"),
      out("it asks to wait", { status: 403, headers: { "retry-after": "60" } }, all, "safe"),
      out("there were too many requests", { status: 429 }, all, "safe"),
      out("the token may not", { status: 403 }, all, "never"),
      out("the repository has moved", { status: 301, headers: { location: "/elsewhere" } }, all, "never"),
      out("it cannot be asked", { status: "hangs-up", method: "GET" }, all, "safe"),
      out("it fails", { status: 502, method: "PUT" }, ["write"], "outcome-unknown"),
      out("it hangs up", { status: "hangs-up", method: "PUT" }, ["write"], "outcome-unknown"),
      out("its answer is lost", { status: "hangs-up", method: "PUT", done: true }, ["write"], "outcome-unknown"),
      {
        name: "the token is not valid any more",
        of: all,
        retry: "never",
        cause: () => {
          token = "revoked";
        },
        mend: () => {
          token = TOKEN;
        },
      },
      {
        name: "the repository cannot be seen",
        of: all,
        retry: "never",
        cause: () => {
          server.stores.delete(path);
        },
        mend: () => {
          server.stores.set(path, store);
        },
      },
    ],
  };
}

const PLACES = [
  ["repository", { repository: "acme/site" }, "repos/acme/site/actions/secrets"],
  [
    "environment",
    { repository: "acme/site", environment: "prod/eu west" },
    "repos/acme/site/environments/prod/eu west/secrets",
  ],
  ["Dependabot", { repository: "acme/site", app: "dependabot" }, "repos/acme/site/dependabot/secrets"],
  ["Codespaces", { repository: "acme/site", app: "codespaces" }, "repos/acme/site/codespaces/secrets"],
  ["organization", { organization: "acme" }, "orgs/acme/actions/secrets"],
  ["organization's Dependabot", { organization: "acme", app: "dependabot" }, "orgs/acme/dependabot/secrets"],
] as const;
for (const [variant, settings, path] of PLACES)
  conform({ descriptor, variant, tells: "change", place: (held) => gitHubPlace(held, settings, path) });

test("an organization's secret stays visible where it was", async () => {
  const path = "orgs/acme/actions/secrets";
  const { server, settings, world } = await gitHubPlace(
    { accessKeyId: null, secret: null },
    { organization: "acme" },
    path,
  );
  const selected = { visibility: "selected", repositories: [11, 12, 13] };
  server.put(path, NAMES.accessKeyId, { value: "old", ...selected });
  const target = await descriptor.open(z.parse(descriptor.settings, settings), testWorld(world));
  const { id, secret } = generateAccessKey(randomFrom(1));
  for (const part of target.parts)
    await target.write(part, { accessKeyId: id as never, secret: new Secret(secret) }, [], NEVER);
  expect(server.store(path).get(NAMES.accessKeyId)).toMatchObject(selected);
  expect(server.store(path).get(NAMES.secretAccessKey)).toMatchObject({ visibility: "private" });
});
