import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { onTerminal, type Session } from "../end-to-end/terminal.ts";
import { userWithKey } from "../support/aws/user-key.ts";
import { Consumer, DAY, makeRotating, type Rotating } from "../support/rotate/rotating.ts";

/*
 * What a person does in the dashboard that AWS has to do with: the real program in a pseudo-terminal, against the emulator.
 */

let rotating: Rotating;
let consumer: Consumer;
let screen: Session | null = null;
beforeEach(async () => {
  rotating = await makeRotating();
  consumer = new Consumer(rotating);
});
afterEach(async () => {
  await left();
  await rotating.stop();
});

/** Leaves the dashboard, if there is one. */
async function left(): Promise<void> {
  screen?.type("\x03");
  await screen?.ended;
  screen = null;
}

/** How long something is waited for, so that a test that fails can say what is on the screen instead. */
const PATIENCE_MS = 40_000;

/** Wide enough for the detail beside the table. */
async function dashboard(flags = "--no-refresh ."): Promise<void> {
  await left();
  screen = onTerminal(rotating.operator.world, `keysweep dashboard ${flags}`, {
    columns: 200,
    environment: { ...rotating.environment, LANG: "C.UTF-8" },
  });
  await shows(/1 Overview\][^]*quit/);
}

async function shows(pattern: RegExp): Promise<string> {
  if (screen === null) throw new Error("there is no dashboard");
  const { frame } = screen;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      void frame().then((lines) => reject(new Error(`${pattern} is not there in\n${lines.join("\n")}`)));
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([screen.shows(pattern), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The keys of a table: no question is asked. */
const LEFT_ALONE = /\/ filter[^]*q quit/;

function type(text: string): void {
  screen?.type(text);
}

/** Holds the next call of an action until it is let go. */
function held(action: string): { readonly called: Promise<void>; go(): void } {
  let go = (): void => {};
  const called = new Promise<void>((resolve) => {
    rotating.operator.gateway.onceBefore(action, () => {
      resolve();
      return new Promise<void>((release) => {
        go = release;
      });
    });
  });
  return { called, go: () => go() };
}

/** The calls by which keys are changed, so far; the test's own key is the first that was made. */
function changes(): readonly string[] {
  const actions = ["CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey"];
  return actions.map((action) => `${action} ${rotating.operator.gateway.count(action)}`);
}

const UNCHANGED = ["CreateAccessKey 1", "UpdateAccessKey 0", "DeleteAccessKey 0"];

/** What can be done stands there with no reason behind it why not: until all is read, there is one. */
function free(act: string): RegExp {
  return new RegExp(`${act} *$`, "m");
}

/** The rotation that has not begun. */
async function idle(): Promise<void> {
  type("4");
  await shows(/idle +deploy/);
  await shows(free("n rotate"));
}

/** Scans and audits, one after the other, so that each has its word. */
async function scannedAndAudited(): Promise<void> {
  type("r");
  await shows(/scanned/);
  type("A");
  await shows(/audited/);
}

/** A rotation that was begun, and the dashboard that shows it. */
async function underWay(state: "soaking" | "quarantined" = "soaking"): Promise<string> {
  const { newKeyId } = await rotating.report(["run", "deploy"]);
  if (state === "quarantined") {
    await consumer.live(2 * DAY);
    await rotating.run(["run", "deploy"]);
  }
  await dashboard();
  type("4");
  // Until its journal is read nobody knows what may be done.
  await shows(new RegExp(`${state} +deploy[^]*What you can do[^]*d give up *$`, "m"));
  return newKeyId ?? "none";
}

describe("a rotation", () => {
  test("is planned, begun by typing the key's id, told of at each step, and taken on to its end", async () => {
    await dashboard();
    await idle();
    type("p");
    await shows(/Rotate deploy[^]*the old key is deleted[^]*Type AKIA/);
    type("AKIANOTTHISONE\r");
    await shows(/Type exactly AKIA/);
    type("\x1b");
    await shows(LEFT_ALONE);
    expect(changes()).toEqual(UNCHANGED);

    type("n");
    await shows(/Rotate deploy[^]*Type AKIA/);
    const creating = held("CreateAccessKey");
    type(`${rotating.old.id}\r`);
    await creating.called;
    await shows(/creating +deploy[^]*n take next steps: it is being worked on[^]*d give up: it is being worked on/);
    const proving = held("GetCallerIdentity");
    creating.go();
    await proving.called;
    await shows(/proving +deploy[^]*New key +AKIA/);
    proving.go();
    await shows(/soaking +deploy[^]*deploy is soaking/);
    expect(rotating.keys()).toEqual([`${rotating.old.id} active`, `${consumer.holds} active`]);

    for (const [state, told] of [
      ["quarantined", "is made inactive"],
      ["done", "is deleted,[^]*cannot[^]*undone"],
    ]) {
      await consumer.live(2 * DAY);
      type("n");
      await shows(new RegExp(`Take deploy as far as it goes now[^]*${told}[^]*Type AKIA`));
      type(`${rotating.old.id}\r`);
      await shows(new RegExp(`${state} +deploy[^]*deploy is ${state}`));
    }
    expect(rotating.keys()).toEqual([`${consumer.holds} active`]);
    expect(consumer.failures).toEqual([]);
  });

  test("that has something in its way does not begin, and says what", async () => {
    writeFileSync(rotating.place, "AWS_ACCESS_KEY_ID=AKIA".concat("Q".repeat(16), "\nAWS_SECRET_ACCESS_KEY=x\n"));
    await dashboard();
    await idle();
    type("n");
    await shows(/deploy cannot begin[^]*In the way: [^]*holds[^]*AKIAQQ/);
    type("\r");
    await shows(LEFT_ALONE);
    expect(changes()).toEqual(UNCHANGED);
  });

  test("that AWS refuses to go on with names the permission", async () => {
    rotating.operator.gateway.fault({ action: "CreateAccessKey", kind: { is: "denied", by: "" } });
    await dashboard();
    await idle();
    type("n");
    await shows(/Type AKIA/);
    type(`${rotating.old.id}\r`);
    await shows(/stuck +deploy[^]*iam:CreateAccessKey[^]*deploy is stuck/);
    expect(rotating.keys()).toEqual([`${rotating.old.id} active`]);
  });
});

test("leaving in the middle of a step lets the step end, so that no secret is lost", async () => {
  await dashboard();
  await idle();
  type("n");
  await shows(/Type AKIA/);
  const creating = held("CreateAccessKey");
  type(`${rotating.old.id}\r`);
  await creating.called;
  type("q");
  await shows(/the rotation's step in hand is finished first/);
  // Longer than anything that only looks would be given.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  creating.go();
  expect((await screen?.ended)?.status).toBe(0);
  screen = null;
  expect((await rotating.report(["run", "deploy"])).state).toBe("soaking");
  expect(rotating.operator.gateway.count("CreateAccessKey")).toBe(2);
});

describe("the old key", () => {
  test("is brought back when that was asked twice and its id was typed, and the rotation goes on when a person says so", async () => {
    const newKey = await underWay("quarantined");
    const before = changes();
    type("b");
    await shows(/Bring AKIA.* back[^]*is made active again/);
    type("\x1b");
    await shows(LEFT_ALONE);
    type("b");
    await shows(/Bring AKIA/);
    type("\r");
    await shows(/Are you sure[^]*Type AKIA/);
    type(`${newKey}\r`);
    await shows(/Type exactly/);
    expect(changes()).toEqual(before);
    type(`\x15${rotating.old.id}\r`);
    await shows(/reactivated +deploy[^]*n take next steps: the old key was brought back[^]*deploy is reactivated/);
    expect(rotating.keys()).toEqual([`${rotating.old.id} active`, `${newKey} active`]);
    expect(consumer.holds).toBe(rotating.old.id);

    type("y");
    await shows(/Say that no consumer needs AKIA[^]*is written again to[^]*Type AKIA/);
    type(`${rotating.old.id}\r`);
    await shows(/soaking +deploy[^]*deploy is soaking/);
    expect(consumer.holds).toBe(newKey);
  });

  test("stays active beside the new one when the rotation is given up", async () => {
    const newKey = await underWay();
    const before = changes();
    type("d");
    await shows(new RegExp(`Give deploy up[^]*${newKey} stays active[^]*Type ${rotating.old.id}`));
    type(`${newKey}\r`);
    await shows(/Type exactly/);
    expect(changes()).toEqual(before);
    type(`\x15${rotating.old.id}\r`);
    await shows(/abandoned +deploy[^]*deploy is abandoned/);
    expect(rotating.keys()).toEqual([`${rotating.old.id} active`, `${newKey} active`]);
  });
});

describe("what a person may not do now", () => {
  test("is told with its reason, and does nothing when its key is pressed", async () => {
    await dashboard();
    type("4");
    await shows(/b bring old key back: no rotation is under way[^]*d give up: no rotation is under way/);
    type("d");
    await shows(/give up: no rotation is under way[^]*give up: no rotation is under way/);
    type("y");
    await shows(/confirm consumers: no rotation is under way[^]*confirm consumers: no rotation is under way/);
    expect(changes()).toEqual(UNCHANGED);
  });

  test("because AWS does not take the credentials is told with what AWS said", async () => {
    rotating.operator.gateway.fault({
      action: "GetCallerIdentity",
      kind: { is: "error", status: 403, code: "InvalidClientTokenId" },
    });
    await dashboard();
    type("A");
    await shows(/audit: the AWS credentials could not be used/);
    type("4");
    await shows(/p plan: AWS: the AWS credentials could not be used[^]*n rotate: AWS: /);
    type("n");
    await shows(/rotate: AWS: the AWS credentials could not be used[^]*rotate: AWS: the AWS credentials could not/);
    expect(changes()).toEqual(UNCHANGED);
    rotating.operator.gateway.faults.clear();
    type("A");
    await shows(/audited/);
    await shows(/p plan *\n/);
  });
});

describe("a finding", () => {
  test("gets its owner by its id alone, and leads to the owner's rotation", async () => {
    await dashboard();
    type("r");
    await shows(/scanned/);
    type("2");
    await shows(/high[^]*\.env:2[^]*p plan rotation: whose key it is is not known: identify it first/);
    await shows(free("i identify owner"));
    type("i");
    await shows(new RegExp(`${rotating.old.id} is deploy's in ${rotating.operator.account}, active`));
    expect(await shows(/Owner +user deploy[^]*i identify owner: its owner is known/)).not.toContain("stdin");
    expect(rotating.operator.gateway.state.keys.get(rotating.old.id)?.uses).toEqual([]);
    type("p");
    await shows(/Rotate deploy[^]*Type AKIA/);
    expect(changes()).toEqual(UNCHANGED);
  });

  test("of a key that AWS does not know says why nobody is named", async () => {
    rotating.operator.gateway.fault({
      action: "GetAccessKeyLastUsed",
      kind: { is: "error", status: 404, code: "NoSuchEntity" },
    });
    await dashboard();
    type("r");
    await shows(/scanned/);
    type("2");
    await shows(free("i identify owner"));
    type("i");
    expect(await shows(/IAM knows no such key any more/)).toMatch(/Owner +account \d{12}, user unknown/);
  });

  test("is allowed with a reason, an owner and an end, in the operator's configuration", async () => {
    const { operatorConfiguration } = rotating.operator.world;
    const before = readFileSync(operatorConfiguration, "utf8");
    await dashboard();
    type("r");
    await shows(/scanned/);
    type("2");
    await shows(free("a allow"));
    type("a");
    await shows(/Allow this finding[^]*Until: /);
    type("\r\r\r");
    await shows(/This is needed/);
    expect(readFileSync(operatorConfiguration, "utf8")).toBe(before);
    type("moved: by 'May' # yes\tada\t\x152027-13-99\r");
    await shows(/2027-13-99[^]*Write a day/);
    type("\x152026-01-31\r");
    await shows(/2026-01-31[^]*That day has passed/);
    expect(readFileSync(operatorConfiguration, "utf8")).toBe(before);
    type("\x152027-01-31\r");
    await shows(/allowed until 2027-01-31/);
    await shows(/allowed +AWS[^]*a allow: it is allowed already/);
    const written = readFileSync(operatorConfiguration, "utf8");
    expect(written).toContain(before.trimEnd());
    expect(written).toMatch(/allow:[^]*fingerprint: "?ks1:[^]*moved: by 'May' # yes[^]*ada[^]*2027-01-31/);
    // Another scan, and another dashboard, know it.
    type("r");
    await shows(/scanned/);
    await shows(/allowed +AWS/);
    await dashboard();
    type("2");
    await shows(/allowed +AWS[^]*Allowed +moved: by 'May' # yes \(ada, until 2027-01-31\)/);
  });
});

describe("what is done again", () => {
  test("a scan finds what was not there before, an audit tells of users made since", async () => {
    await dashboard();
    await scannedAndAudited();
    await shows(/Keys on disk with their secret +1/);
    type("3");
    await shows(/deploy +\d{12}/);
    const other = await userWithKey(rotating.operator.gateway, rotating.operator.iam, "night-job");
    rotating.operator.world.file(
      "other.env",
      `AWS_ACCESS_KEY_ID=${other.id}\nAWS_SECRET_ACCESS_KEY=${other.credentials.secretAccessKey}\n`,
    );
    await scannedAndAudited();
    await shows(/night-job +\d{12}/);
    type("2");
    await shows(/other\.env:1/);
    expect(await shows(/new: A.* night-job in \d{12}/)).toContain("other.env:1");
  });

  test("and is written as a report of what is looked at", async () => {
    await dashboard();
    await scannedAndAudited();
    await shows(/Keys on disk with their secret +1/);
    for (const [view, name, content] of [
      ["2", "found.json", /keysweep\/scan@1[^]*AKIA/],
      ["3", "users.json", /keysweep\/audit@1[^]*"deploy"/],
      ["4", "rotations.json", /keysweep\/rotations@1[^]*"deploy"/],
    ] as const) {
      type(view);
      type("w");
      await shows(/Write a report/);
      type(`\x15json\t\x15${name}\r`);
      await shows(new RegExp(`written: ${name}`));
      const text = readFileSync(join(rotating.operator.world.folder, name), "utf8");
      expect(text).toMatch(content);
      expect(text.includes(rotating.old.credentials.secretAccessKey)).toBe(false);
    }
  });
});

describe("a question that was left open while another process went on", () => {
  /** What another process does until the rotation is there: with this key as the one that is replaced, if one is given. */
  async function elsewhere(state: string, isThere: (old: string | null) => boolean = () => true): Promise<void> {
    for (let runs = 0; runs < 8; runs++) {
      const report = await rotating.report(["run", "deploy"]);
      if (report.state === state && isThere(report.oldKeyId)) return;
      await consumer.live(2 * DAY);
    }
    throw new Error(`it is never ${state}`);
  }

  /** Answers it with the key that it was about; what was changed until then, and what is after the answer was refused. */
  async function answered(): Promise<{ readonly before: readonly string[]; readonly after: readonly string[] }> {
    const changed = (): readonly string[] => [...changes(), ...rotating.keys()];
    const before = changed();
    type(`${rotating.old.id}\r`);
    await shows(new RegExp(`it is about AKIA\\w+, not about ${rotating.old.id}: nothing was done`));
    return { before, after: changed() };
  }

  test("begins no other rotation where the next steps were to be taken", async () => {
    await underWay("quarantined");
    type("n");
    await shows(/Take deploy[^]*Type AKIA/);
    await elsewhere("done");
    const { before, after } = await answered();
    expect(after).toEqual(before);
  });

  test("begins no second rotation where one was planned", async () => {
    await dashboard();
    await idle();
    type("n");
    await shows(/Rotate deploy[^]*Type AKIA/);
    await elsewhere("done");
    const { before, after } = await answered();
    expect(after).toEqual(before);
  });

  test("touches no other user who has the rotation's name by now", async () => {
    const { gateway, iam, account, world } = rotating.operator;
    const payroll = await userWithKey(gateway, iam, "payroll");
    const place = `${rotating.place}.payroll`;
    const { accessKeyId, secretAccessKey } = payroll.credentials;
    writeFileSync(place, `AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`, {
      mode: 0o600,
    });
    await dashboard();
    await idle();
    type("n");
    await shows(/Rotate deploy[^]*Type AKIA/);
    const { operatorConfiguration } = world;
    const text = readFileSync(operatorConfiguration, "utf8");
    writeFileSync(operatorConfiguration, text.replace("user: deploy", "user: payroll").replace(rotating.place, place));
    const { before, after } = await answered();
    expect(after).toEqual(before);
    expect(gateway.state.keys.of(account, "payroll").map(({ id }) => id)).toEqual([payroll.id]);
  });

  test("brings no key back that nobody named", async () => {
    await underWay("quarantined");
    type("b");
    await shows(/Bring AKIA/);
    type("\r");
    await shows(/Are you sure[^]*Type AKIA/);
    await elsewhere("quarantined", (old) => old !== rotating.old.id);
    const { before, after } = await answered();
    expect(after).toEqual(before);
  });
});
