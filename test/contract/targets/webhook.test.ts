import { expect, test } from "vitest";
import * as z from "zod/mini";
import { type AccessKeyId, accessKeyId } from "../../../src/model/access-key-id.ts";
import type { Retry } from "../../../src/model/error.ts";
import { Secret } from "../../../src/model/secret.ts";
import type { HandedKey } from "../../../src/rotate/targets/target.ts";
import descriptor from "../../../src/rotate/targets/webhook/descriptor.ts";
import { generateAccessKey } from "../../support/material.ts";
import { randomFrom } from "../../support/random.ts";
import { KeyEndpoint, type Misbehaviour } from "../../support/targets/key-endpoint.ts";
import { testWaiting, testWorld } from "../../support/targets/world.ts";
import { conform, type Fault, type TestPlace, type Values } from "./conformance.ts";

/** Made here, as a test's own. */
const SECRET = `whsec_${Buffer.from("a secret that signs requests").toString("base64")}`;

async function endpointPlace(held: Values, readable: boolean): Promise<TestPlace> {
  const waiting = testWaiting();
  const endpoint = new KeyEndpoint(held, SECRET, () => waiting.now());
  const url = await endpoint.start();
  let secret = SECRET;
  const misbehaving = (name: string, operations: string[], retry: Retry, does: Misbehaviour): Fault => ({
    name,
    of: operations.includes("read") ? ["check", "read", "write"] : ["write"],
    retry,
    cause: () => {
      for (const operation of operations) endpoint.misbehaviour.set(operation, does);
    },
    mend: () => endpoint.misbehaviour.clear(),
  });
  const all = readable ? ["read", "write"] : ["write"];
  const answering =
    (status: number, body: string, headers = {}): Misbehaviour =>
    (response) =>
      response.writeHead(status, headers).end(body);
  return {
    settings: { url: `${url}?token=of-the-operator`, secret: { env: "SECRET" }, read: readable },
    world: { waiting, resolve: async () => new Secret(secret) },
    put: async (values) => {
      endpoint.held = values;
    },
    look: async () => endpoint.held,
    others: async () => "nothing else",
    interfere: null,
    faults: [
      misbehaving("it is busy", all, "safe", answering(503, "")),
      misbehaving("it refuses", all, "never", answering(409, "refused")),
      misbehaving("it is elsewhere", all, "never", answering(302, "", { location: url })),
      misbehaving("it fails", ["write"], "outcome-unknown", answering(500, "")),
      misbehaving("it hangs up", ["write"], "outcome-unknown", (response) => response.destroy()),
      misbehaving("it answers something else", ["write"], "outcome-unknown", answering(200, "<html>")),
      misbehaving("it holds another key", ["write"], "outcome-unknown", answering(200, `{ "accessKeyId": null }`)),
      misbehaving("it talks without end", ["write"], "outcome-unknown", answering(200, " ".repeat(70_000))),
      {
        ...misbehaving("its answer is lost", ["write"], "outcome-unknown", (response, keep) => {
          keep();
          response.destroy();
        }),
        mayHaveWritten: true,
      },
      ...(readable ? [misbehaving("it cannot be asked", ["read"], "safe", (response) => response.destroy())] : []),
      {
        name: "it has another secret",
        of: readable ? ["check", "read", "write"] : ["write"],
        retry: "never",
        cause: () => {
          secret = `whsec_${Buffer.from("another one").toString("base64")}`;
        },
        mend: () => {
          secret = SECRET;
        },
      },
    ],
  };
}

conform({ descriptor, tells: "id", place: (held) => endpointPlace(held, true) });
conform({ variant: "without read", descriptor, tells: "nothing", place: (held) => endpointPlace(held, false) });

test("a write that is repeated carries the same id, another one another", async () => {
  const waiting = testWaiting();
  const endpoint = new KeyEndpoint({ accessKeyId: null, secret: null }, SECRET, () => waiting.now());
  const settings = z.parse(descriptor.settings, {
    url: await endpoint.start(),
    secret: { env: "SECRET" },
    read: false,
  });
  const target = await descriptor.open(settings, testWorld({ waiting, resolve: async () => new Secret(SECRET) }));
  const [one, other] = [generatedKey(1), generatedKey(2)];
  for (const key of [one, one, other]) {
    await target.write("pair", key, [one.accessKeyId, other.accessKeyId], new AbortController().signal);
    await waiting.sleep(60_000);
  }
  const [first, second, third] = endpoint.received.map(({ id }) => id);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

function generatedKey(seed: number): HandedKey {
  const { id, secret } = generateAccessKey(randomFrom(seed));
  return { accessKeyId: accessKeyId(id) as AccessKeyId, secret: new Secret(secret) };
}
