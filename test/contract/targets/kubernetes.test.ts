import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { stringify } from "yaml";
import * as z from "zod/mini";
import { Secret } from "../../../src/model/secret.ts";
import descriptor from "../../../src/rotate/targets/kubernetes/descriptor.ts";
import { selfSigned } from "../../support/certificate.ts";
import { generateAccessKey } from "../../support/material.ts";
import { randomFrom } from "../../support/random.ts";
import { KubernetesServer } from "../../support/targets/kubernetes-server.ts";
import { testWorld } from "../../support/targets/world.ts";
import { conform, faultsOf, type TestPlace, type Values } from "./conformance.ts";

const TOKEN = "token-of-this-test";
const NAME = "shop/aws";
const KEYS = { accessKeyId: "id", secretAccessKey: "key" };
const NEVER = new AbortController().signal;

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "keysweep-kubernetes-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** @returns its path. */
function kubeconfig(folder: string, cluster: object, user: object): string {
  const path = join(folder, "config");
  const config = {
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user }],
  };
  writeFileSync(path, stringify(config), { mode: 0o600 });
  return path;
}

interface ClusterPlace extends TestPlace {
  readonly server: KubernetesServer;
}

async function clusterPlace(held: Values): Promise<ClusterPlace> {
  const server = new KubernetesServer(TOKEN);
  server.rollOuts.set("deployments/app", []);
  const address = await server.start();
  const folder = temporaryFolder();
  const configure = (token: string) => kubeconfig(folder, { server: address }, { token });
  const put = ({ accessKeyId, secret }: Values) =>
    server.put(NAME, {
      owner: "ada",
      ...(accessKeyId === null ? {} : { id: accessKeyId }),
      ...(secret === null ? {} : { key: secret }),
    });
  put(held);
  const out = faultsOf(server);
  const immutable = (is: boolean) => {
    const stored = server.secrets.get(NAME);
    if (stored !== undefined) stored.immutable = is;
  };
  const all = ["check", "read", "write"] as const;
  return {
    server,
    settings: {
      namespace: "shop",
      secret: "aws",
      keys: KEYS,
      kubeconfig: configure(TOKEN),
      restart: ["deployment/app"],
    },
    put: async (values) => put(values),
    look: async () => {
      const { id = null, key = null } = server.values(NAME) as { id?: string; key?: string };
      return { accessKeyId: id, secret: key };
    },
    others: async () => JSON.stringify({ ...server.values(NAME), id: undefined, key: undefined }),
    interfere() {
      server.afterRead = () => server.put(NAME, { ...server.values(NAME), owner: "grace" });
      return { kept: async () => server.values(NAME).owner === "grace" };
    },
    faults: [
      out("it asks to slow down", { status: 429 }, all, "safe"),
      out("it cannot be asked", { status: "hangs-up", method: "GET" }, all, "safe"),
      out("it is not there", { status: 404 }, all, "never"),
      out("it fails", { status: 500, method: "PATCH" }, ["write"], "outcome-unknown"),
      out("it hangs up", { status: "hangs-up", method: "PATCH" }, ["write"], "outcome-unknown"),
      out("its answer is lost", { status: "hangs-up", method: "PATCH", done: true }, ["write"], "outcome-unknown"),
      {
        name: "the token has ended",
        of: all,
        retry: "safe",
        cause: () => void configure("ended"),
        mend: () => void configure(TOKEN),
      },
      {
        name: "it may not be patched",
        of: ["check", "write"],
        retry: "never",
        cause: () => void server.forbidden.add("secrets"),
        mend: () => void server.forbidden.delete("secrets"),
      },
      {
        name: "what is to be restarted may not be patched",
        of: ["check", "write"],
        retry: "never",
        mayHaveWritten: true,
        cause: () => void server.forbidden.add("deployments"),
        mend: () => void server.forbidden.delete("deployments"),
      },
      {
        name: "it is immutable",
        of: ["check", "write"],
        retry: "never",
        cause: () => immutable(true),
        mend: () => immutable(false),
      },
    ],
  };
}

conform({ descriptor, tells: "pair", place: clusterPlace });

test("a key that somebody puts there between the look and the write is not overwritten", async () => {
  const place = await clusterPlace({ accessKeyId: null, secret: null });
  const target = await descriptor.open(z.parse(descriptor.settings, place.settings), testWorld(place.world));
  const stranger = generateAccessKey(randomFrom(1));
  place.server.afterRead = () => place.server.put(NAME, { id: stranger.id, key: stranger.secret });
  const write = () => target.write("pair", { accessKeyId: "new" as never, secret: new Secret("s") }, [], NEVER);
  await expect(write()).rejects.toMatchObject({ retry: "safe" });
  await expect(write()).rejects.toMatchObject({ retry: "never" });
  expect((await place.look()).accessKeyId === stranger.id).toBe(true);
});

test("what uses the Secret is rolled out once a key, also when the first attempt got no further than the Secret", async () => {
  const place = await clusterPlace({ accessKeyId: null, secret: null });
  const target = await descriptor.open(z.parse(descriptor.settings, place.settings), testWorld());
  const write = (id: string) => target.write("pair", { accessKeyId: id as never, secret: new Secret("s") }, [], NEVER);
  place.server.forbidden.add("deployments");
  await expect(write("one")).rejects.toThrow("deployments/app");
  place.server.forbidden.clear();
  await write("one");
  await write("one");
  expect(place.server.rollOuts.get("deployments/app")).toEqual([{ "keysweep/access-key-id": "one" }]);
  await write("two");
  expect(place.server.rollOuts.get("deployments/app")).toHaveLength(2);
});

test("a cluster is believed by its own authority, and knows us by our certificate", async () => {
  const folder = temporaryFolder();
  const authority = selfSigned(folder, "authority");
  const stranger = selfSigned(folder, "stranger");
  const server = new KubernetesServer(null);
  const address = await server.start({
    key: authority.key,
    cert: authority.certificate,
    ca: authority.certificate,
    requestCert: true,
    rejectUnauthorized: false,
  });
  server.put(NAME, { id: "changeme" });
  const user = { "client-certificate": "authority.crt", "client-key-data": base64(authority.key) };
  const read = async (certificate: string, as: object) => {
    const cluster = { server: address, "certificate-authority-data": base64(certificate) };
    const settings = { namespace: "shop", secret: "aws", keys: KEYS, kubeconfig: kubeconfig(folder, cluster, as) };
    const target = await descriptor.open(z.parse(descriptor.settings, settings), testWorld());
    return target.read(NEVER);
  };
  expect(await read(authority.certificate, user)).toMatchObject({ kind: "part" });
  await expect(read(stranger.certificate, user)).rejects.toMatchObject({
    retry: "never",
    message: expect.stringContaining("is not who it says"),
  });
  await expect(read(authority.certificate, {})).rejects.toMatchObject({ retry: "safe" });
});

test("a program that the kubeconfig names signs in", async () => {
  const folder = temporaryFolder();
  const server = new KubernetesServer(TOKEN);
  const address = await server.start();
  server.put(NAME, { id: "changeme" });
  const program = join(folder, "sign-in");
  const answer = JSON.stringify({ kind: "ExecCredential", status: { token: TOKEN } });
  writeFileSync(
    program,
    `#!/bin/sh\ncase "$KUBERNETES_EXEC_INFO" in *ExecCredential*) [ "$1$WHO" = forada ] && echo '${answer}';; esac\n`,
    { mode: 0o700 },
  );
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: program,
    args: ["for"],
    env: [{ name: "WHO", value: "ada" }],
  };
  const open = (command: object) => {
    const settings = {
      namespace: "shop",
      secret: "aws",
      keys: KEYS,
      kubeconfig: kubeconfig(folder, { server: address }, { exec: command }),
    };
    return descriptor.open(z.parse(descriptor.settings, settings), testWorld());
  };
  expect(await (await open(exec)).read(NEVER)).toMatchObject({ kind: "part" });
  await expect((await open({ ...exec, args: ["against"] })).read(NEVER)).rejects.toThrow("gave no credentials");
});

test.each([
  ["has no context elsewhere", {}, { context: "elsewhere" }],
  ["turns the check of the server's certificate off", { "insecure-skip-tls-verify": true }, {}],
  ["without encryption", { server: "http://cluster.example" }, {}],
])("a kubeconfig that %s is refused", async (words, cluster, rest) => {
  const path = kubeconfig(temporaryFolder(), { server: "https://127.0.0.1:1", ...cluster }, { token: "t" });
  const settings = { secret: "aws", kubeconfig: path, ...rest };
  const target = await descriptor.open(z.parse(descriptor.settings, settings), testWorld());
  await expect(target.read(NEVER)).rejects.toMatchObject({
    code: "target",
    retry: "never",
    message: expect.stringContaining(words),
  });
});

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
