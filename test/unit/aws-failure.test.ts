import { describe, expect, test } from "vitest";
import { awsFailure } from "../../src/aws/failure.ts";

function sdkError(facts: { readonly name?: string; readonly code?: string; readonly status?: number }): Error {
  const { name = "Error", code, status } = facts;
  return Object.assign(new Error("what the SDK says"), {
    name,
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
  });
}

describe("why AWS gave no answer is said", () => {
  test.each([
    ["nobody answers there", { code: "ECONNREFUSED" }, "AWS could not be reached (ECONNREFUSED)"],
    [
      "several addresses were tried",
      { name: "AggregateError", code: "ETIMEDOUT" },
      "AWS could not be reached (ETIMEDOUT)",
    ],
    ["there is no such host", { code: "ENOTFOUND" }, "AWS could not be reached (ENOTFOUND)"],
    ["it takes too long", { name: "TimeoutError" }, "AWS did not answer in time"],
    ["it is out of order", { name: "InternalFailure", status: 500 }, "AWS was out of order (InternalFailure)"],
    ["something before it is", { name: "Unknown", status: 503 }, "AWS was out of order (Unknown)"],
  ])("%s", (_, facts, sentence) => {
    const failure = awsFailure(sdkError(facts), "iam:ListUsers");
    expect(failure).toMatchObject({ kind: "unavailable", message: `iam:ListUsers: ${sentence}` });
  });
});
