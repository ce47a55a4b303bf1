import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { AttachUserPolicyCommand, CreateUserCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { RotationsReport } from "../../src/model/rotation.ts";
import type { TrailEntry } from "../../src/model/trail.ts";
import { keyFor } from "../support/aws/user-key.ts";
import { clientSettings } from "../support/aws/world.ts";
import { Consumer, DAY, HOUR, makeRotating, type Rotating } from "../support/rotate/rotating.ts";

/*
 * What a rotation stands on: who acts, where secrets are sealed, who is told, and where the journal lies.
 */

let rotating: Rotating;
let consumer: Consumer;
beforeEach(async () => {
  rotating = await makeRotating();
  consumer = new Consumer(rotating);
});
afterEach(() => rotating.stop());

async function untilDone(environment: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const states: string[] = [];
  for (let runs = 0; runs < 8 && states.at(-1) !== "done"; runs++) {
    const { stdout, stderr } = await rotating.run(["run", "--due", "--format", "json"], undefined, environment);
    if (stdout === "") throw new Error(stderr);
    states.push((JSON.parse(stdout) as RotationsReport).rotations[0]?.state ?? "none");
    await consumer.live(12 * HOUR);
  }
  return states;
}

describe("a user that rotates its own key", () => {
  test("goes over to the new key, so that the old one falls silent, and deletes it in the end", async () => {
    const { iam, gateway } = rotating.operator;
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    await iam.send(new AttachUserPolicyCommand({ UserName: "deploy", PolicyArn }));
    // Its environment holds the old key to the end.
    const { accessKeyId, secretAccessKey } = rotating.old.credentials;
    const own = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: "" };
    rotating.configure(undefined, 'seal: { kms: "alias/any" }\n');
    const sealed = await rotating.run(["run", "deploy"], undefined, own);
    expect([sealed.status, sealed.stderr]).toEqual([
      2,
      expect.stringContaining("cannot rotate its own key with a seal in KMS"),
    ]);
    rotating.configure();
    const begun = await consumer.during(rotating.run(["run", "deploy", "--format", "json"], undefined, own));
    expect(begun.stdout).toContain('"soaking"');
    const usesOfOld = (): number => gateway.state.keys.get(rotating.old.id)?.uses.length ?? 0;
    await consumer.live(HOUR);
    const before = usesOfOld();
    const states = await untilDone(own);
    expect(states.at(-1)).toBe("done");
    expect(usesOfOld()).toBe(0);
    expect(before).toBeLessThan(4);
    expect(rotating.keys()).toEqual([`${consumer.holds} active`]);
    expect(consumer.failures).toEqual([]);
  });
});

describe("users whom an audit found", () => {
  test("are rotated by the template that they name, and no others", async () => {
    const { operator } = rotating;
    const places = ["build", "test"].map((name) => join(operator.world.folder, `${name}.env`));
    for (const [index, name] of ["build", "test"].entries()) {
      await operator.iam.send(
        new CreateUserCommand({ UserName: name, Path: index === 0 ? "/service/ci/" : "/people/" }),
      );
      const { credentials } = await keyFor(operator.gateway, operator.iam, name);
      const text = `AWS_ACCESS_KEY_ID=${credentials.accessKeyId}\nAWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}\n`;
      writeFileSync(places[index] ?? "", text, { mode: 0o600 });
    }
    const targets = `targets: [ { type: dotenv, path: "${operator.world.folder}/{user}.env" } ]`;
    rotating.configure(
      undefined,
      `rotationTemplates:\n  ci: { accounts: ["${operator.account}"], pathPrefix: /service/ci/, maximumAge: 90d, ${targets} }\n`,
    );
    const before = places.map((path) => readFileSync(path, "utf8"));
    expect((await operator.run(["audit", "--fail-on", "never"])).stderr).toBe("");
    const name = `ci/${operator.account}/build`;
    const { rotations } = JSON.parse((await rotating.run(["status", "--format", "json"])).stdout) as RotationsReport;
    expect(rotations.map((rotation) => rotation.name)).toEqual(["deploy", name]);
    // Made by the audit's key: due in ninety days.
    expect(rotations[1]?.nextStepAt).not.toBeNull();
    expect((await rotating.report(["run", name])).state).toBe("soaking");
    expect(places.map((path, index) => readFileSync(path, "utf8") === before[index])).toEqual([false, true]);
  });
});

describe("a role in another account", () => {
  test("is assumed, and its session tells which attempt made the key", async () => {
    const { gateway, account } = rotating.operator;
    gateway.state.account(account).trusts.push({ role: "keysweep-rotate", externalId: "e-7", from: null });
    rotating.configure("role: keysweep-rotate, externalId: e-7, usedEvery: 1h, soak: 2h, quarantine: 1d");
    expect((await rotating.report(["run", "deploy"])).state).toBe("soaking");
    expect(gateway.count("AssumeRole")).toBeGreaterThan(1);
    rotating.configure("role: keysweep-rotate, externalId: wrong, usedEvery: 1h, soak: 2h, quarantine: 1d");
    const { status, stdout, stderr } = await rotating.run(["run", "--due", "--format", "json"]);
    expect(status).not.toBe(0);
    expect(stdout + stderr).toMatch(/keysweep-rotate cannot be assumed/);
  });
});

describe("the seal", () => {
  test("may be a key of KMS, and then no identity lies on the disk", async () => {
    const { gateway, credentials, world } = rotating.operator;
    const kms = new KMSClient(clientSettings(gateway, credentials));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    rotating.configure(undefined, `seal: { kms: "${KeyMetadata?.Arn ?? ""}", region: us-east-1 }\n`);
    expect((await rotating.report(["run", "deploy"])).state).toBe("soaking");
    expect(gateway.count("Encrypt")).toBeGreaterThan(1);
    expect(existsSync(join(world.home, ".local", "state", "keysweep", "identity"))).toBe(false);
    await consumer.live(2 * DAY);
    await rotating.report(["run", "--due"]);
    expect((await rotating.report(["reactivate", "deploy", "--yes"])).state).toBe("reactivated");
    expect(gateway.count("Decrypt")).toBeGreaterThan(0);
    expect(consumer.holds).toBe(rotating.old.id);
  });

  test("that may not be used stops before a key is made", async () => {
    const { gateway, world } = rotating.operator;
    rotating.configure(undefined, 'seal: { kms: "alias/none" }\n');
    const { status, stderr } = await rotating.run(["run", "deploy"]);
    expect([status, stderr]).toEqual([4, expect.stringContaining("the key alias/none of KMS cannot be used")]);
    expect(rotating.keys()).toHaveLength(1);
    rotating.configure(undefined, "seal: { file: theirs }\n");
    writeFileSync(join(world.operatorConfiguration, "..", "theirs"), "not an identity", { mode: 0o600 });
    const other = await rotating.run(["run", "deploy"]);
    expect([other.status, other.stderr]).toEqual([4, expect.stringContaining("holds no age identity")]);
    expect(gateway.count("CreateAccessKey")).toBe(1);
  });
});

/** An endpoint that takes what it is sent. */
async function receiver(): Promise<{ url: string; received: { headers: IncomingHttpHeaders; body: string }[] }> {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((incoming, outgoing) => {
    let body = "";
    incoming.on("data", (data: Buffer) => {
      body += data.toString();
    });
    incoming.on("end", () => {
      received.push({ headers: incoming.headers, body });
      outgoing.writeHead(204).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/`, received };
}

describe("who wants to know", () => {
  test("is told, and one that cannot be told stops nothing and is told of", async () => {
    const { world } = rotating.operator;
    const { url, received } = await receiver();
    const heard = join(world.folder, "heard");
    writeFileSync(join(world.home, "hook-secret"), "whsec_dGhlLXNlY3JldA==");
    rotating.configure(
      undefined,
      `trail: { file: ${join(world.folder, "trail.jsonl")} }
notify:
  - { type: slack, webhook: { env: HOOK }, on: [begun, done] }
  - { type: webhook, url: "${url}signed", secret: { file: ~/hook-secret }, on: [begun] }
  - { type: command, run: [ /bin/sh, -c, "cat >> ${heard}" ], on: [done] }
  - { type: webhook, url: "http://127.0.0.1:9/", secret: { env: NONE }, on: [begun, done] }
`,
    );
    const begun = await rotating.run(["run", "deploy"], undefined, { HOOK: `${url}slack` });
    expect(begun.status).toBe(0);
    expect(begun.stderr).toMatch(
      /nobody was told by webhook \(notify\[3\]\) .* there is no secret in the variable NONE/,
    );
    expect(received.map(({ body }) => body).join("\n")).toMatch(/the rotation deploy has begun/);
    const signed = received.find(({ headers }) => headers["webhook-signature"] !== undefined);
    expect(JSON.parse(signed?.body ?? "{}")).toMatchObject({ schema: "keysweep/notice@1", on: "begun" });
    await consumer.live(12 * HOUR);
    expect((await untilDone({ HOOK: `${url}slack` })).at(-1)).toBe("done");
    expect(readFileSync(heard, "utf8")).toContain('"on":"done"');
    const trail = readFileSync(join(world.folder, "trail.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as TrailEntry);
    expect(trail.map(({ number }) => number)).toEqual(trail.map((_, index) => index + 1));
    expect(trail.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        "rotation.begun",
        "rotation.created",
        "notification.failed",
        "rotation.deleted",
        "rotation.done",
      ]),
    );
    expect(statSync(join(world.folder, "trail.jsonl")).mode & 0o777).toBe(0o600);
    const secret = /^AWS_SECRET_ACCESS_KEY=(.*)$/m.exec(readFileSync(rotating.place, "utf8"))?.[1] ?? "none";
    const said = [JSON.stringify(trail), JSON.stringify(received), readFileSync(heard, "utf8")];
    expect(said.some((text) => text.includes(secret))).toBe(false);
  });
});

describe("a ledger that cannot hold a journal", () => {
  test.runIf(existsSync("/dev/shm"))(
    "since it is gone with the machine's memory is refused, before AWS is asked",
    async () => {
      const folder = mkdtempSync("/dev/shm/keysweep-");
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const { status, stderr } = await rotating.run(["run", "deploy", "--ledger", join(folder, "ledger.db")]);
      expect([status, stderr]).toEqual([4, expect.stringContaining("gone with the next start of the machine")]);
      expect(rotating.operator.gateway.count("GetUser")).toBe(0);
      // To look is allowed.
      expect((await rotating.run(["plan", "--ledger", join(folder, "ledger.db")])).status).toBe(0);
    },
  );

  test("since it may only be read is refused", async () => {
    const folder = join(rotating.operator.world.folder, "mine");
    mkdirSync(folder, { mode: 0o700 });
    const ledger = join(folder, "ledger.db");
    expect((await rotating.run(["status", "--ledger", ledger])).status).toBe(0);
    writeFileSync(ledger, "damaged ".repeat(1000));
    const { status, stderr } = await rotating.run(["run", "deploy", "--ledger", ledger]);
    expect([status, stderr]).toEqual([4, expect.stringContaining("is damaged")]);
    expect(rotating.keys()).toHaveLength(1);
  });
});
