import { describe, expect, test } from "vitest";
import { parseCredentialReport } from "../../src/audit/collect/credential-report.ts";
import { credentialReport } from "../../src/audit/collect/report.ts";
import type { IamReader } from "../../src/model/iam-reader.ts";
import { quickWaiting } from "../support/aws/quick-waiting.ts";

const COLUMNS =
  "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,cert_1_active,cert_2_active";

function parsed(row: string, columns = COLUMNS) {
  return parseCredentialReport(`${columns}\n${row}\n`);
}

describe("a row of the report", () => {
  test("tells of password, MFA, keys and certificates", () => {
    const row =
      "ada,arn:x,2026-01-02T03:04:05+00:00,true,2026-02-03T04:05:06+00:00,true,true,2026-03-04T05:06:07+00:00,N/A,false,N/A,N/A,true,false";
    expect(parsed(row)).toEqual([
      {
        userName: "ada",
        arn: "arn:x",
        createdAt: "2026-01-02T03:04:05.000Z",
        hasPassword: true,
        passwordLastUsedAt: "2026-02-03T04:05:06.000Z",
        mfaActive: true,
        keys: [{ active: true, createdAt: "2026-03-04T05:06:07.000Z", lastUsedAt: null }],
        activeCertificates: 1,
      },
    ]);
  });

  test("has a key that is inactive too, if one was ever made", () => {
    const row =
      "ada,arn:x,2026-01-02T03:04:05+00:00,false,N/A,false,false,2026-03-04T05:06:07+00:00,N/A,false,N/A,N/A,false,false";
    expect(parsed(row)[0]?.activeCertificates).toBe(0);
    expect(parsed(row)[0]?.keys).toEqual([{ active: false, createdAt: "2026-03-04T05:06:07.000Z", lastUsedAt: null }]);
  });

  test("knows no time where there is none", () => {
    for (const word of ["no_information", "not_supported", "N/A", ""]) {
      const row = `<root_account>,arn:x,2026-01-02T03:04:05+00:00,not_supported,${word},false,false,N/A,${word},false,N/A,N/A,false,false`;
      expect(parsed(row)[0]).toMatchObject({ passwordLastUsedAt: null, hasPassword: false, keys: [] });
    }
  });

  test("is read by the names of its columns, in any order and with new ones among them", () => {
    const columns = "additional_credentials_info,mfa_active,user,password_enabled";
    expect(parsed("3,true,ada,TRUE", columns)[0]).toMatchObject({
      userName: "ada",
      mfaActive: true,
      hasPassword: true,
      keys: [],
    });
  });
});

describe("a user whose name holds a comma", () => {
  const rest = (name: string, key: boolean) =>
    `${name},arn:x,2026-01-02T03:04:05+00:00,false,N/A,false,${key},2026-03-04T05:06:07+00:00,N/A,false,N/A,N/A,false,false`;
  const names = (...rows: string[]) => parsed(rows.join("\n")).map(({ userName, keys }) => [userName, keys.length]);

  test("is not taken for another one, whose keys nobody would then ask for", () => {
    expect(names(rest("ada", true), rest("ada,x", false))).toEqual([["ada", 1]]);
  });

  test("is known by it where the report quotes it", () => {
    expect(names(rest('"ada,x"', true), rest('"a""b"', true))).toEqual([
      ["ada,x", 1],
      ['a"b', 1],
    ]);
  });
});

describe("a report is waited for", () => {
  /** A reader whose report is there at the given time, in milliseconds, and expires once. */
  function reader(readyAfterMs: number, waiting: ReturnType<typeof quickWaiting>) {
    const asked: string[] = [];
    const start = waiting.now();
    const partial: Pick<IamReader, "generateCredentialReport" | "credentialReport"> = {
      generateCredentialReport: async () => {
        asked.push("generate");
        return waiting.now() - start >= readyAfterMs ? "complete" : "started";
      },
      credentialReport: async () => {
        asked.push("get");
        return waiting.now() - start >= readyAfterMs
          ? { content: `${COLUMNS}\n`, generatedAt: "2026-11-21T00:00:00Z" }
          : null;
      },
    };
    return { reader: partial as IamReader, asked };
  }

  test("not at all when IAM has one", async () => {
    const waiting = quickWaiting();
    const { reader: iam, asked } = reader(0, waiting);
    expect(await credentialReport(iam, waiting, new AbortController().signal)).toEqual({
      rows: [],
      generatedAt: "2026-11-21T00:00:00Z",
    });
    expect([asked, waiting.sleptMs]).toEqual([["generate", "get"], 0]);
  });

  test("with two calls when it takes a second, and not many when it takes a minute", async () => {
    for (const [readyAfterMs, calls] of [
      [1000, 2],
      [60_000, 14],
    ] as const) {
      const waiting = quickWaiting();
      const { reader: iam, asked } = reader(readyAfterMs, waiting);
      await credentialReport(iam, waiting, new AbortController().signal);
      expect(asked.length).toBeLessThanOrEqual(calls);
    }
  });

  test("three minutes, and no longer", async () => {
    const waiting = quickWaiting();
    const { reader: iam } = reader(Number.POSITIVE_INFINITY, waiting);
    await expect(credentialReport(iam, waiting, new AbortController().signal)).rejects.toMatchObject({
      kind: "unavailable",
      permission: null,
    });
    expect(waiting.sleptMs).toBeGreaterThan(3 * 60_000);
    expect(waiting.sleptMs).toBeLessThan(4 * 60_000);
  });
});
