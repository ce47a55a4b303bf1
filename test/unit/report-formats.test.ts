import { describe, expect, test } from "vitest";
import { type AccountId, accessKeyId, accountId } from "../../src/model/access-key-id.ts";
import { skipped } from "../../src/model/coverage.ts";
import type { Finding, UseCase } from "../../src/model/finding.ts";
import type { Place } from "../../src/model/place.ts";
import type { ScanReport } from "../../src/model/scan-report.ts";
import { loadScanFormat, SCAN_FORMATS, type ScanFormatName, scanFormatName } from "../../src/report/scan-formats.ts";
import { generateMaterial } from "../support/material.ts";

const KEY = generateMaterial(1);
const ACCOUNT = accountId(KEY.accountId) as AccountId;
const HOSTILE = "/home/me/\x1b[2J\u202e|`evil`\n<img>,=1.env";

function place(path: string, line = 1): Place {
  return { kind: "file", path, within: [], line, column: 2 };
}

const FINDING: Finding = {
  fingerprint: `ks1:${"a".repeat(32)}`,
  rule: "aws-access-key-pair",
  severity: "high",
  title: "AWS access key with its secret",
  accessKeyId: accessKeyId(KEY.id),
  accountId: ACCOUNT,
  hasSecret: true,
  canary: false,
  useCase: "ci-github" as UseCase,
  remedy: { title: "Let GitHub assume a role", steps: ["First this.", "Then that.", "Then those.", "At last this."] },
  allowed: null,
  owner: null,
  places: [place("/a/.env"), place("/a/.env", 9), place("/b"), place("/c"), place("/d")],
};

function report(changes: Partial<ScanReport> = {}, coverage: Partial<ScanReport["coverage"]> = {}): ScanReport {
  return {
    schema: "keysweep/scan@1",
    tool: { name: "keysweep", version: "1.2.3" },
    startedAt: "2026-06-01T00:00:00.000Z",
    finishedAt: "2026-06-01T00:00:01.500Z",
    coverage: {
      complete: true,
      files: 12,
      bytes: 3456,
      repositories: 0,
      objects: 0,
      processes: 0,
      skipped: [],
      excluded: [],
      ...coverage,
    },
    findings: [],
    summary: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
    ...changes,
  };
}

const FOUND = report({ findings: [FINDING], summary: { critical: 0, high: 1, medium: 0, low: 0, info: 0 } });
const INCOMPLETE = report(
  {},
  {
    complete: false,
    skipped: [skipped(HOSTILE, "permission-denied", "EACCES"), skipped("/s", "special-file", "a FIFO")],
  },
);

async function written(name: ScanFormatName, of: ScanReport, color = false): Promise<string> {
  const format = await loadScanFormat(name);
  return [...format.write(of, { color, width: 80, verbose: false })].join("");
}

describe.each(SCAN_FORMATS)("%s", (name) => {
  test("lets no name be obeyed by what shows it", async () => {
    const hostile: Finding = {
      ...FINDING,
      places: [place(HOSTILE), { kind: "process", pid: 1, command: HOSTILE, variable: HOSTILE }],
      allowed: { reason: HOSTILE, owner: HOSTILE, expires: null },
      owner: {
        accountId: ACCOUNT,
        userName: HOSTILE,
        status: "Active",
        createdAt: "2026-01-01T00:00:00Z",
        lastUsedAt: null,
        asOf: "2026-01-01T00:00:00Z",
      },
    };
    const text = await written(
      name,
      report(
        { findings: [hostile] },
        { ...INCOMPLETE.coverage, excluded: [{ by: HOSTILE, pattern: HOSTILE, count: 1 }] },
      ),
    );
    expect(text).not.toMatch(/[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]/);
    expect(text).toContain("evil");
  });

  test("says when not everything was read", async () => {
    expect(await written(name, INCOMPLETE)).not.toBe(await written(name, report()));
    expect(await written(name, INCOMPLETE)).toContain("permission-denied");
  });
});

test("a format that there is not has no name", () => {
  expect(scanFormatName("sarif")).toBeNull();
  expect(scanFormatName("toString")).toBeNull();
});

describe("pretty", () => {
  test("says in one line that nothing was found and all was read", async () => {
    expect(await written("pretty", report())).toBe("Read 12 files (3.5 kB) in 1.5 s: nothing found.\n");
  });

  test("shows a finding as a person wants it", async () => {
    expect(await written("pretty", FOUND)).toBe(
      `HIGH  AWS access key with its secret
  ${KEY.id} · account ${KEY.accountId} · used by: ci-github
    /a/.env:1:2
    /a/.env:9:2
    /b:1:2
    and 2 more places
  Way off: Let GitHub assume a role
    1. First this.
    2. Then that.
    3. Then those.
    … 1 more: keysweep explain aws-access-key-pair --use ci-github
  Accept it: keysweep allow ${FINDING.fingerprint} \\
    --rule aws-access-key-pair --severity high \\
    --reason "…" --owner "…" --expires YYYY-MM-DD

Read 12 files (3.5 kB) in 1.5 s: 1 high found.
`,
    );
  });

  test("keeps within 80 columns what is not a name", async () => {
    const long = { ...FINDING, remedy: { title: "word ".repeat(40).trim(), steps: ["word ".repeat(40).trim()] } };
    const lines = (await written("pretty", report({ findings: [long] }))).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("colours only when asked", async () => {
    expect(await written("pretty", FOUND)).not.toContain("\x1b");
    expect(await written("pretty", FOUND, true)).toContain("\x1b[31mHIGH\x1b[0m");
  });

  test("never looks clean when something was not read", async () => {
    const text = await written("pretty", INCOMPLETE);
    expect(text).toContain("NOT READ  1 thing that should have been:");
    expect(text).toContain("Not read by design: 1 special-file");
    expect(text.trimEnd().endsWith("NOT EVERYTHING COULD BE READ.")).toBe(true);
  });
});

describe("json", () => {
  test("is the report itself", async () => {
    const whole = report({ ...FOUND, findings: [FINDING, { ...FINDING, rule: "another" }] }, INCOMPLETE.coverage);
    expect(JSON.parse(await written("json", whole))).toEqual(whole);
    expect(JSON.parse(await written("json", report()))).toEqual(report());
  });

  test("has its fields in the order of the documentation", async () => {
    expect(Object.keys(JSON.parse(await written("json", FOUND)) as object)).toEqual(Object.keys(FOUND));
  });
});

describe("jsonl", () => {
  test("is an object a line", async () => {
    const lines = (await written("jsonl", { ...FOUND, coverage: INCOMPLETE.coverage })).trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      "start",
      "skipped",
      "skipped",
      "finding",
      "summary",
    ]);
  });

  test("told as it comes is the same as told in the end", async () => {
    const { live, write } = await loadScanFormat("jsonl");
    const whole = { ...FOUND, coverage: INCOMPLETE.coverage };
    const told = [
      live?.start(whole),
      ...whole.coverage.skipped.map((row) => live?.skipped(row)),
      ...(live?.rest(whole) ?? []),
    ];
    expect(told.join("")).toBe([...write(whole, { color: false, width: 80, verbose: false })].join(""));
  });
});

describe("csv", () => {
  test("is a row a credential, and a row for what was not read", async () => {
    const rows = (await written("csv", { ...FOUND, coverage: INCOMPLETE.coverage })).trimEnd().split("\r\n");
    expect(rows).toHaveLength(4);
    expect(rows[1]).toContain(FINDING.fingerprint);
    expect(rows[2]).toMatch(/,skipped-failure$/);
    expect(rows[3]).toMatch(/,skipped$/);
  });
});

describe("markdown", () => {
  test("says what was found, where, and the way off", async () => {
    const text = await written("markdown", FOUND);
    expect(text).toContain("## keysweep: 1 high found");
    expect(text).toContain("- `/a/.env:1:2`");
    expect(text).toContain("1. First this.");
  });

  test("is not the size of the tree", async () => {
    const many = { ...FINDING, places: Array.from({ length: 500 }, (_, line) => place("/a", line + 1)) };
    expect(await written("markdown", report({ findings: [many] }))).toContain("- and 480 more");
  });
});
