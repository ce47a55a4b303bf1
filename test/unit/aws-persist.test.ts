import { describe, expect, test } from "vitest";
import { Pace } from "../../src/aws/pace.ts";
import { persist } from "../../src/aws/persist.ts";
import { AwsFailure } from "../../src/model/aws-failure.ts";
import { quickWaiting } from "../support/aws/quick-waiting.ts";

function sdkError(name: string, message = "", status = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

function failing(errors: readonly Error[]): { attempts: number; attempt: () => Promise<string> } {
  const state = {
    attempts: 0,
    attempt: async () => {
      const error = errors[state.attempts++];
      if (error !== undefined) throw error;
      return "answer";
    },
  };
  return state;
}

async function persisted(errors: readonly Error[], renew?: () => void) {
  const waiting = quickWaiting();
  const { signal } = new AbortController();
  const pace = new Pace(waiting, signal);
  const call = failing(errors);
  const outcome = await persist(
    { name: "iam:ListUsers", attempt: call.attempt, ...(renew === undefined ? {} : { renew }) },
    pace,
    waiting,
    signal,
  ).catch((error: unknown) => error);
  return { outcome, attempts: call.attempts, sleptMs: waiting.sleptMs, pace };
}

const many = (error: Error, count: number): Error[] => Array.from({ length: count }, () => error);

describe("a call is made again", () => {
  test("as long as AWS asks to slow down for some minutes, ever more slowly", async () => {
    const { outcome, sleptMs, pace } = await persisted(many(sdkError("Throttling"), 12));
    expect(outcome).toBe("answer");
    expect(sleptMs).toBeGreaterThan(60_000);
    expect(pace.gapMs).toBeGreaterThan(1000);
  });

  test("but not for ever", async () => {
    const { outcome } = await persisted(many(sdkError("Throttling"), 1000));
    expect(outcome).toMatchObject({ kind: "throttled", code: "Throttling", permission: null });
  });

  test("after errors of AWS and of the connection, a few times", async () => {
    const cut = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    const broken = sdkError("InternalFailure", "", 500);
    expect(await persisted([cut, broken, cut])).toMatchObject({ outcome: "answer", attempts: 4 });
    expect(await persisted(many(broken, 100))).toMatchObject({ outcome: { kind: "unavailable" }, attempts: 6 });
  });

  test("once after the clock has been set, and at once", async () => {
    const skewed = sdkError("SignatureDoesNotMatch", "Signature expired", 403);
    expect(await persisted([skewed])).toMatchObject({ outcome: "answer", sleptMs: 0 });
    expect(await persisted([skewed, skewed])).toMatchObject({ outcome: { kind: "refused" }, attempts: 2 });
  });

  test("once with new credentials", async () => {
    let renewed = 0;
    const renew = (): void => {
      renewed++;
    };
    const expired = sdkError("ExpiredToken", "", 403);
    expect(await persisted([expired], renew)).toMatchObject({ outcome: "answer" });
    expect(renewed).toBe(1);
    expect(await persisted([expired, expired], renew)).toMatchObject({ outcome: { kind: "expired" } });
    expect(await persisted([expired])).toMatchObject({ outcome: { kind: "expired" }, attempts: 1 });
  });
});

describe("a refusal names", () => {
  test("the permission that is missing, and who denies it", async () => {
    const message =
      "User: arn:aws:sts::111122223333:assumed-role/a/b is not authorized to perform: iam:ListSSHPublicKeys on resource: user ada with an explicit deny in a service control policy";
    const { outcome } = await persisted([sdkError("AccessDenied", message, 403)]);
    expect(outcome).toBeInstanceOf(AwsFailure);
    expect(outcome).toMatchObject({
      kind: "denied",
      permission: "iam:ListSSHPublicKeys",
      message: "iam:ListUsers: iam:ListSSHPublicKeys is denied by a service control policy",
    });
  });

  test("the call itself where the message names none", async () => {
    const { outcome } = await persisted([sdkError("AccessDenied", "no", 403)]);
    expect(outcome).toMatchObject({ permission: "iam:ListUsers" });
  });
});

test("an account has few calls at once, and what waits has its turn in order", async () => {
  const waiting = quickWaiting();
  const pace = new Pace(waiting, new AbortController().signal);
  let running = 0;
  let most = 0;
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      pace.turn(async () => {
        most = Math.max(most, ++running);
        order.push(index);
        await Promise.resolve();
        running--;
      }),
    ),
  );
  expect(most).toBe(4);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test("a run that is interrupted makes no more attempts", async () => {
  const controller = new AbortController();
  const waiting = quickWaiting();
  const call = failing(many(sdkError("Throttling"), 100));
  const attempt = (): Promise<string> => {
    if (call.attempts === 3) controller.abort();
    return call.attempt();
  };
  const pace = new Pace(waiting, controller.signal);
  await expect(persist({ name: "iam:ListUsers", attempt }, pace, waiting, controller.signal)).rejects.toThrow(/abort/i);
  expect(call.attempts).toBe(4);
});

test("a run that is interrupted does not wait for an answer that never comes", async () => {
  const controller = new AbortController();
  const waiting = quickWaiting();
  const pace = new Pace(waiting, controller.signal);
  const attempt = (): Promise<string> => {
    queueMicrotask(() => controller.abort());
    return new Promise(() => {});
  };
  await expect(persist({ name: "iam:ListUsers", attempt }, pace, waiting, controller.signal)).rejects.toThrow(/abort/i);
});

test("an account that asked to slow down is called with time between the calls, which shrinks while all goes well", async () => {
  const waiting = quickWaiting();
  const pace = new Pace(waiting, new AbortController().signal);
  pace.slower();
  const starts: number[] = [];
  for (let call = 0; call < 3; call++) await pace.turn(async () => starts.push(waiting.now()));
  expect(starts.map((start) => start - (starts[0] ?? 0))).toEqual([0, 25, 50]);
  pace.slower();
  expect(pace.gapMs).toBe(50);
  for (let call = 0; call < 200; call++) pace.wentWell();
  expect(pace.gapMs).toBe(0);
  for (let call = 0; call < 30; call++) pace.slower();
  expect(pace.gapMs).toBe(5000);
});

test("credentials that AWS does not know are told of as such", async () => {
  for (const name of ["InvalidClientTokenId", "UnrecognizedClientException"]) {
    const { outcome } = await persisted([sdkError(name, "The security token included in the request is invalid", 403)]);
    expect(outcome).toMatchObject({
      kind: "denied",
      message: expect.stringContaining("does not know the credentials"),
    });
  }
});
