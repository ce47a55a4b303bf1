import { expect, test } from "vitest";
import * as z from "zod/mini";
import { KeysweepError } from "../../../src/model/error.ts";
import { Secret } from "../../../src/model/secret.ts";
import descriptor from "../../../src/rotate/targets/vault-kv/descriptor.ts";
import { generateAccessKey } from "../../support/material.ts";
import { randomFrom } from "../../support/random.ts";
import { VaultServer } from "../../support/targets/vault-server.ts";
import { testWorld } from "../../support/targets/world.ts";
import { conform, faultsOf, type TestPlace, type Values } from "./conformance.ts";

const TOKEN = "hvs.of-this-test";
const PATH = "prod/deploy key";
const NEVER = new AbortController().signal;

async function vaultPlace(held: Values): Promise<TestPlace & { readonly server: VaultServer }> {
  const server = new VaultServer(TOKEN);
  const address = await server.start();
  let token = `${TOKEN}\n`;
  const put = ({ accessKeyId, secret }: Values) =>
    server.put(PATH, {
      owner: "ada",
      port: 5432,
      ...(accessKeyId === null ? {} : { id: accessKeyId }),
      ...(secret === null ? {} : { key: secret }),
    });
  put(held);
  const values = () => server.secrets.get(PATH)?.values ?? {};
  const out = faultsOf(server);
  const all = ["check", "read", "write"] as const;
  return {
    server,
    settings: {
      address,
      path: PATH,
      fields: { accessKeyId: "id", secretAccessKey: "key" },
      token: { env: "VAULT_TOKEN" },
    },
    world: { resolve: async () => new Secret(token) },
    put: async (next) => put(next),
    look: async () => {
      const { id = null, key = null } = values() as { id?: string; key?: string };
      return { accessKeyId: id, secret: key };
    },
    others: async () => JSON.stringify({ ...values(), id: undefined, key: undefined }),
    interfere() {
      server.afterRead = () => server.put(PATH, { ...values(), owner: "grace" });
      return { kept: async () => values().owner === "grace" };
    },
    faults: [
      out("it is sealed", { status: 503 }, all, "safe"),
      out("it asks to slow down", { status: 429 }, all, "safe"),
      out("it cannot be asked", { status: "hangs-up", method: "GET" }, ["check", "read"], "safe"),
      out("it fails", { status: 500, method: "PATCH" }, ["write"], "outcome-unknown"),
      out("it hangs up", { status: "hangs-up", method: "PATCH" }, ["write"], "outcome-unknown"),
      out("its answer is lost", { status: "hangs-up", method: "PATCH", done: true }, ["write"], "outcome-unknown"),
      {
        name: "the token is another one",
        of: all,
        retry: "never",
        cause: () => {
          token = "hvs.expired";
        },
        mend: () => {
          token = TOKEN;
        },
      },
      {
        name: "the policy does not allow it",
        of: ["check", "write"],
        retry: "never",
        cause: () => {
          server.capabilities = ["read"];
        },
        mend: () => {
          server.capabilities = ["read", "patch"];
        },
      },
      {
        name: "it is an engine of version 1",
        of: ["check"],
        retry: "never",
        cause: () => {
          server.engineVersion = "1";
        },
        mend: () => {
          server.engineVersion = "2";
        },
      },
    ],
  };
}

conform({ descriptor, tells: "pair", place: vaultPlace });

test("a key that somebody puts there between the look and the write is not overwritten", async () => {
  const place = await vaultPlace({ accessKeyId: null, secret: null });
  const target = await descriptor.open(z.parse(descriptor.settings, place.settings), testWorld(place.world));
  const stranger = generateAccessKey(randomFrom(1));
  place.server.afterRead = () => place.server.put(PATH, { id: stranger.id, key: stranger.secret });
  const write = () => target.write("pair", { accessKeyId: "new" as never, secret: new Secret("s") }, [], NEVER);
  await expect(write()).rejects.toMatchObject({ retry: "safe" });
  await expect(write()).rejects.toMatchObject({ retry: "never" });
  expect((await place.look()).accessKeyId === stranger.id).toBe(true);
});

test.each(["a secret that is not there yet", "one whose last version was deleted"])("%s is made", async (which) => {
  const { settings, world, look } = await vaultPlace({ accessKeyId: null, secret: null });
  const server = new VaultServer(TOKEN);
  const address = await server.start();
  if (which.startsWith("one")) {
    server.put(PATH, { id: "gone" });
    server.put(PATH, null);
  }
  const target = await descriptor.open(z.parse(descriptor.settings, { ...settings, address }), testWorld(world));
  await target.check(NEVER);
  expect(await target.read(NEVER)).toEqual({ kind: "nothing" });
  const key = { accessKeyId: `AK${"IA".padEnd(18, "A")}` as never, secret: new Secret("s".repeat(40)) };
  await target.write("pair", key, [], NEVER);
  expect(Object.keys(server.secrets.get(PATH)?.values ?? {})).toEqual(["id", "key"]);
  expect(await look()).toEqual({ accessKeyId: null, secret: null });
});

test("a token that no header can carry is told, and not shown", async () => {
  const { settings } = await vaultPlace({ accessKeyId: null, secret: null });
  const world = testWorld({ resolve: async () => new Secret("line one\nline two") });
  const target = await descriptor.open(z.parse(descriptor.settings, settings), world);
  const error = await target.read(NEVER).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(KeysweepError);
  expect(String(error)).toContain("its token holds what no token does");
  expect(String(error)).not.toContain("line");
});
