import { ListAccessKeysCommand, UpdateAccessKeyCommand } from "@aws-sdk/client-iam";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { accessKeyId } from "../../src/model/access-key-id.ts";
import { awsTime } from "../../src/model/aws-answer.ts";
import type { AccessKeyPair } from "../../src/model/key-service.ts";
import { Secret } from "../../src/model/secret.ts";
import { done, makeAdministrator, makeRotatedUser, outcome, type RotatedUser } from "../support/aws/rotated.ts";
import type { UserKey } from "../support/aws/user-key.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const { signal } = new AbortController();

let user: RotatedUser;
beforeEach(async () => {
  user = await makeRotatedUser();
});
afterEach(() => user.stop());

function pairOf({ id, credentials }: UserKey): AccessKeyPair {
  const known = accessKeyId(id);
  if (known === null) throw new Error("it is no key");
  return { accessKeyId: known, secret: new Secret(credentials.secretAccessKey) };
}

async function keysThere(): Promise<number> {
  return (await user.iam.send(new ListAccessKeysCommand({ UserName: user.name }))).AccessKeyMetadata?.length ?? 0;
}

describe("a user's keys", () => {
  test("are seen with the user's tags, and the time is AWS's", async () => {
    user.world.gateway.advance(HOUR / 2);
    expect(outcome(await user.keys.user(signal))).toBe("done");
    expect(outcome(await user.keys.claim("ksl-1", signal))).toBe("done");
    const answer = await user.keys.user(signal);
    expect(done(answer)).toMatchObject({
      arn: `arn:aws:iam::${user.account}:user/deploy`,
      path: "/",
      claimedBy: "ksl-1",
      quarantinePolicies: [],
      keys: [{ accessKeyId: user.old.id, status: "Active" }],
    });
    const at = answer.kind === "done" ? answer.at : 0;
    expect(Math.abs(at - user.world.gateway.now())).toBeLessThan(60_000);
  });

  test("tell of no user where there is none", async () => {
    const access = await user.as(await user.world.gateway.credentials(user.account, "operator"));
    vi.spyOn(user.iam, "send");
    expect(done(await access.keys.user(signal))).not.toBeNull();
    user.world.gateway.fault({ action: "GetUser", kind: { is: "error", status: 404, code: "NoSuchEntity" } });
    expect(done(await access.keys.user(signal))).toBeNull();
  });

  test("are made, made inactive, active and deleted", async () => {
    const made = done(await user.keys.create("keysweep-r1-1", signal));
    expect(done(await user.keys.user(signal))?.keys).toHaveLength(2);
    expect(outcome(await user.keys.create("keysweep-r1-2", signal))).toBe("limit");
    for (const status of ["Inactive", "Active", "Inactive"] as const) {
      expect(outcome(await user.keys.setStatus(made.accessKeyId, status, signal))).toBe("done");
      const keys = done(await user.keys.user(signal))?.keys;
      expect(keys?.find(({ accessKeyId: id }) => id === made.accessKeyId)?.status).toBe(status);
    }
    expect(outcome(await user.keys.delete(made.accessKeyId, signal))).toBe("done");
    expect(outcome(await user.keys.delete(made.accessKeyId, signal))).toBe("not-found");
    expect(await keysThere()).toBe(1);
  });

  test("tell of their last use", async () => {
    const { accessKeyId: id } = pairOf(user.old);
    expect(done(await user.keys.lastUse(id, signal))).toBeNull();
    await makeAdministrator(user.iam, user.name);
    await user.old.client.send(new ListAccessKeysCommand({}));
    expect(done(await user.keys.lastUse(id, signal))).toMatchObject({ service: "iam", region: "us-east-1" });
  });

  test("are read again when AWS is busy", async () => {
    user.world.gateway.fault({ action: "GetUser", times: 2, kind: { is: "throttled" } });
    user.world.gateway.fault({
      action: "ListAccessKeys",
      times: 1,
      kind: { is: "error", status: 500, code: "InternalFailure" },
    });
    expect(done(await user.keys.user(signal))?.keys).toHaveLength(1);
  });

  test.each([
    ["denied", { is: "denied", by: "" }, "denied"],
    ["out of order for long", { is: "error", status: 503, code: "ServiceUnavailable" }, "unknown"],
  ] as const)("are not seen where that is %s", async (_, kind, expected) => {
    user.world.gateway.fault({ action: "GetUser", kind });
    expect(outcome(await user.keys.user(signal))).toBe(expected);
  });
});

describe("a call that makes a key", () => {
  test.each([
    ["its reply is lost", { is: "reply-lost" }, "unknown", 2],
    ["its connection is cut", { is: "cut" }, "unknown", 1],
    ["it is not answered", { is: "silent", done: true }, "unknown", 2],
    ["the service fails", { is: "error", status: 500, code: "ServiceFailure" }, "unknown", 1],
    [
      "the service fails once it was done",
      { is: "error", status: 503, code: "ServiceUnavailable", done: true },
      "unknown",
      2,
    ],
    ["it is asked to slow down", { is: "throttled" }, "busy", 1],
    ["it is denied", { is: "denied", by: "with an explicit deny" }, "denied", 1],
  ] as const)("is made once when %s", async (_, kind, expected, keys) => {
    await user.keys.user(signal);
    user.world.gateway.fault({ action: "CreateAccessKey", kind });
    const before = user.world.gateway.count("CreateAccessKey");
    const answer = await user.keys.create("keysweep-r1-1", signal);
    user.world.gateway.faults.clear();
    expect(outcome(answer)).toBe(expected);
    expect(user.world.gateway.count("CreateAccessKey") - before).toBe(1);
    expect(await keysThere()).toBe(keys);
    const missing = answer.kind === "refused" ? answer.refusal.permission : null;
    expect(missing).toBe(expected === "denied" ? "iam:CreateAccessKey" : null);
  });

  test("was certainly not made where nobody listens", async () => {
    await user.keys.user(signal);
    const access = await user.as(user.old.credentials);
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    expect(outcome(await access.keys.create("keysweep-r1-1", signal))).toBe("busy");
  });

  test("is not made once it was interrupted", async () => {
    const before = user.world.gateway.count("CreateAccessKey");
    expect(outcome(await user.keys.create("keysweep-r1-1", AbortSignal.abort()))).not.toBe("done");
    expect(user.world.gateway.count("CreateAccessKey")).toBe(before);
  });
});

describe("the event history", () => {
  test("tells which key an attempt has made, though its reply was lost", async () => {
    const { gateway } = user.world;
    const since = awsTime(gateway.now() - HOUR);
    gateway.fault({ action: "CreateAccessKey", times: 1, kind: { is: "reply-lost" } });
    expect(outcome(await user.keys.create("keysweep-r1-7", signal))).toBe("unknown");
    const creations = done(await user.trail.creations(since, signal));
    // The user's first key was made by the test.
    expect(creations).toHaveLength(2);
    const ours = creations.filter(({ userAgent }) => userAgent.includes("keysweep-r1-7"));
    expect(ours.map(({ accessKeyId: id }) => id)).not.toContain(user.old.id);
    expect(ours).toHaveLength(1);
  });

  test("shows the attempt in the name of a role's session too", async () => {
    const { gateway } = user.world;
    gateway.state.account(user.account).trusts.push({ role: "keysweep-rotate", externalId: null, from: null });
    const elsewhere = await user.as(await gateway.credentials(user.account, "operator"), "keysweep-rotate");
    done(await elsewhere.keys.create("keysweep-r2-1", signal));
    const creations = done(await elsewhere.trail.creations(awsTime(gateway.now() - HOUR), signal));
    expect(creations.map(({ by }) => by)).toContainEqual(
      `arn:aws:sts::${user.account}:assumed-role/keysweep-rotate/keysweep-r2-1`,
    );
  });

  test("shows who uses a key, in every region, and leaves our own calls out", async () => {
    const { gateway } = user.world;
    const since = awsTime(gateway.now() - HOUR);
    await makeAdministrator(user.iam, user.name);
    const pair = pairOf(user.old);
    done(await user.proof.identity(pair, "eu-west-1", signal));
    const nothing = await user.trail.uses(pair.accessKeyId, since, signal);
    expect(nothing.filter(({ kind }) => kind === "seen")).toEqual([]);
    expect(nothing).toContainEqual({ region: "eu-west-1", kind: "nothing-among-what-it-shows" });
    await user.old.client.send(new ListAccessKeysCommand({}));
    const seen = await user.trail.uses(pair.accessKeyId, since, signal);
    expect(seen).toContainEqual(
      expect.objectContaining({ region: "us-east-1", kind: "seen", service: "iam", sourceAddress: "127.0.0.1" }),
    );
  });

  test("is unknown where it may not be read, in that region alone", async () => {
    user.world.gateway.fault({ action: "LookupEvents", region: "eu-west-1", kind: { is: "denied", by: "" } });
    const uses = await user.trail.uses(pairOf(user.old).accessKeyId, awsTime(0), signal);
    expect(uses.find(({ region }) => region === "eu-west-1")).toMatchObject({
      kind: "unknown",
      why: "cloudtrail:LookupEvents: cloudtrail:LookupEvents is denied",
    });
    expect(uses.filter(({ region, kind }) => region !== "others" && kind === "unknown")).toHaveLength(1);
    user.world.gateway.fault({ action: "LookupEvents", kind: { is: "denied", by: "" } });
    expect(outcome(await user.trail.creations(awsTime(0), signal))).toBe("denied");
  });
});

describe("a clock that is set while a rotation runs", () => {
  test("does no harm: what is signed bears AWS's time", async () => {
    await user.keys.user(signal);
    user.world.gateway.advance(HOUR / 2);
    await user.keys.user(signal);
    const pair = done(await user.keys.create("keysweep-r1-1", signal));
    expect(outcome(await user.proof.identity(pair, "us-east-1", signal))).toBe("done");
    user.world.gateway.advance(HOUR / 4);
    await user.keys.user(signal);
    expect(outcome(await user.keys.setStatus(pair.accessKeyId, "Inactive", signal))).toBe("done");
  });
});

describe("a key's proof", () => {
  test("waits for the key to be known, region by region", async () => {
    const { gateway } = user.world;
    gateway.spreading.newKeyMs = 5000;
    gateway.spreading.newKeyIn.set("eu-west-1", 20_000);
    const pair = done(await user.keys.create("keysweep-r1-1", signal));
    const told = async (region: string): Promise<string> => outcome(await user.proof.identity(pair, region, signal));
    expect([await told("us-east-1"), await told("eu-west-1")]).toEqual(["not-accepted", "not-accepted"]);
    gateway.advance(6000);
    expect([await told("us-east-1"), await told("eu-west-1")]).toEqual(["done", "not-accepted"]);
    gateway.advance(15_000);
    expect(done(await user.proof.identity(pair, "eu-west-1", signal)).arn).toBe(
      `arn:aws:iam::${user.account}:user/deploy`,
    );
    await user.keys.setStatus(pair.accessKeyId, "Inactive", signal);
    expect(await told("us-east-1")).toBe("not-accepted");
  });

  test("is one call, whatever becomes of it", async () => {
    const { gateway } = user.world;
    gateway.fault({ action: "GetCallerIdentity", kind: { is: "cut" } });
    const before = gateway.count("GetCallerIdentity");
    expect(outcome(await user.proof.identity(pairOf(user.old), "us-east-1", signal))).toBe("unknown");
    expect(gateway.count("GetCallerIdentity") - before).toBe(1);
  });
});

describe("a user that rotates its own key", () => {
  test("is told from an administrator, and goes over to its new key", async () => {
    await makeAdministrator(user.iam, user.name);
    const own = await user.as(user.old.credentials);
    expect([user.keys.actor, own.keys.actor]).toEqual(["administrator", "self"]);
    const pair = done(await own.keys.create("keysweep-r1-1", signal));
    const over = own.keys.signedWith(pair);
    expect(over.actor).toBe("self");
    user.world.gateway.advance(DAY);
    const before = user.world.gateway.state.keys.get(user.old.id)?.uses.length;
    expect(outcome(await over.user(signal))).toBe("done");
    expect(outcome(await over.setStatus(pairOf(user.old).accessKeyId, "Inactive", signal))).toBe("done");
    expect(user.world.gateway.state.keys.get(user.old.id)?.uses.length).toBe(before);
  });

  test("sees its keys though it may not see its policies", async () => {
    await makeAdministrator(user.iam, user.name);
    user.world.gateway.fault({ action: "ListAttachedUserPolicies", kind: { is: "denied", by: "" } });
    const own = await user.as(user.old.credentials);
    expect(done(await own.keys.user(signal))).toMatchObject({ quarantinePolicies: [], keys: [{ status: "Active" }] });
  });
});

test("an inactive key of the operator is told from a missing permission", async () => {
  await makeAdministrator(user.iam, user.name);
  const own = await user.as(user.old.credentials);
  await user.iam.send(
    new UpdateAccessKeyCommand({ UserName: user.name, AccessKeyId: user.old.id, Status: "Inactive" }),
  );
  expect(outcome(await own.keys.user(signal))).toBe("not-accepted");
  expect(outcome(await own.keys.create("keysweep-r1-1", signal))).toBe("not-accepted");
});
