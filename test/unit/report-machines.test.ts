import type { Log } from "sarif";
import { describe, expect, test } from "vitest";
import type { AccountId } from "../../src/model/access-key-id.ts";
import { skipped } from "../../src/model/coverage.ts";
import type { Owner } from "../../src/model/finding.ts";
import type { ScanReport } from "../../src/model/scan-report.ts";
import { auditFormats } from "../../src/report/audit/audit-formats.ts";
import type { Appearance, Verdict } from "../../src/report/format.ts";
import { scanFormats } from "../../src/report/scan/scan-formats.ts";
import { columns } from "../../src/report/terminal.ts";
import {
  auditedAccount,
  auditFinding,
  auditOfEverything,
  auditReport,
  filePlace,
  fingerprint,
  gitPlace,
  HOSTILE,
  iamUser,
  scanFinding,
  scanOfEverything,
  scanReport,
} from "../support/reports.ts";

type ScanName = (typeof scanFormats.names)[number];

async function written(
  name: ScanName,
  report: ScanReport,
  appearance: Partial<Appearance> = {},
  fails: Verdict = ({ allowed }) => allowed === null,
): Promise<string> {
  const whole = { color: false, hyperlinks: false, width: 80, verbose: false, ...appearance };
  return [...(await scanFormats.load(name)).write(report, whole, { fails, folder: "/work" })].join("");
}

async function sarif(report: ScanReport): Promise<Log> {
  return JSON.parse(await written("sarif", report)) as Log;
}

const OWNER: Owner = {
  accountId: "111122223333" as AccountId,
  userName: "deploy",
  status: "Active",
  createdAt: "2020-01-01T00:00:00Z",
  lastUsedAt: null,
  asOf: "2026-01-01T00:00:00Z",
};

describe("github", () => {
  test("says nothing but commands, and each on a line of its own", async () => {
    const lines = (await written("github", scanOfEverything())).trimEnd().split("\n");
    for (const line of lines)
      expect(line).toMatch(/^::(error|warning|notice) (file=[^,:]+,(line=\d+,col=\d+,)?)?title=[^,:]*::[^\r\n]*$/);
    expect(lines.filter((line) => line.startsWith("::warning "))).toHaveLength(1);
    expect(lines.at(-1)).toContain("NOT EVERYTHING COULD BE READ");
  });

  test("escapes what would be a property, and keeps an escape from being one", async () => {
    const report = scanReport({ findings: [scanFinding(1, { places: [filePlace("/work/a,line=9:%3A", 4)] })] });
    expect(await written("github", report)).toContain("::error file=a%2Cline=9%3A%253A,line=4,col=2,title=");
  });

  test("shows an error for what fails, and a notice for what does not", async () => {
    const [one, two] = [scanFinding(1), scanFinding(2)];
    const text = await written(
      "github",
      scanReport({ findings: [one, two] }),
      {},
      (each) => each.fingerprint === one.fingerprint,
    );
    expect(text.match(/^::error /gm)).toHaveLength(1);
    expect(text).toContain("below the threshold");
  });
});

describe("sarif", () => {
  test("has a rule with help, our fingerprint, and the worst severity", async () => {
    const findings = [scanFinding(1, { severity: "critical" }), scanFinding(2)];
    const [run] = (await sarif(scanReport({ findings }))).runs;
    expect(run?.tool.driver.rules).toHaveLength(1);
    expect(run?.tool.driver.rules?.[0]).toMatchObject({
      id: "aws-access-key-pair",
      help: { markdown: expect.stringContaining("keysweep explain aws-access-key-pair") },
      properties: { "security-severity": "9.5" },
    });
    expect(
      run?.results?.map(({ ruleIndex, level, partialFingerprints }) => [ruleIndex, level, partialFingerprints]),
    ).toEqual(findings.map((finding) => [0, "error", { "keysweep/v1": finding.fingerprint }]));
  });

  test("tells the commits of what a history holds as a flow of code", async () => {
    const [run] = (await sarif(scanReport({ findings: [scanFinding(1, { places: [gitPlace()] })] }))).runs;
    const steps = run?.results?.[0]?.codeFlows?.[0]?.threadFlows[0]?.locations.map(({ location }) => location);
    expect(steps?.map((step) => step?.physicalLocation?.artifactLocation?.uri)).toEqual([
      "src/config.ts",
      "src/config.ts",
    ]);
    expect(steps?.[0]?.message?.text).toContain(`commit ${"c".repeat(40)} of Ada Lovelace`);
    expect(steps?.[1]?.message?.text).toContain("it is not in HEAD now");
  });

  test("names files from the working directory, and others by their address", async () => {
    const places = [
      filePlace("/work/a b/ü#1.env", 7),
      filePlace("/workshop/x"),
      filePlace("/work/z.zip", 3, ["in.env"]),
    ];
    const [run] = (await sarif(scanReport({ findings: [scanFinding(1, { places })] }))).runs;
    const [result] = run?.results ?? [];
    expect(result?.locations?.[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: "a%20b/%C3%BC%231.env" },
      region: { startLine: 7, startColumn: 2 },
    });
    const related = result?.relatedLocations?.map(({ physicalLocation }) => physicalLocation);
    expect(related?.map((each) => each?.artifactLocation?.uri)).toEqual(["file:///workshop/x", "z.zip"]);
    expect(related?.[1]?.region).toBeUndefined();
  });

  test("says in the invocation what was not read, what is new, and what is suppressed", async () => {
    const [run] = (await sarif(scanOfEverything())).runs;
    expect(run?.invocations?.[0]?.executionSuccessful).toBe(false);
    const levels = run?.invocations?.[0]?.toolExecutionNotifications?.map(({ level, descriptor }) => [
      level,
      descriptor?.id,
    ]);
    expect(levels).toEqual([
      ["error", "permission-denied"],
      ["note", "archive-damaged"],
      ["note", "special-file"],
      ["note", "excluded"],
      ["warning", "identification"],
    ]);
    expect(run?.results?.map(({ baselineState }) => baselineState).slice(0, 3)).toEqual([
      "new",
      "updated",
      "unchanged",
    ]);
    expect(run?.results?.map(({ suppressions }) => suppressions?.length)).toEqual([0, 0, 1, 0, 0]);
  });
});

test("junit fails what fails, skips what does not, and errs for what was not read", async () => {
  const known = { since: "2026-01-01T00:00:00Z", new: [fingerprint("1")], worse: [], gone: [], unread: [] };
  const findings = [scanFinding(1), scanFinding(2)];
  const rows = [skipped("/x", "read-error", "EIO")];
  const report = scanReport({ findings, changes: known }, { complete: false, skipped: rows });
  const text = await written("junit", report, {}, ({ fingerprint: one }) => one === fingerprint("1"));
  expect(text).toContain('<testsuite name="keysweep scan" tests="3" failures="1" errors="1"');
  expect(text).toMatch(/<skipped message="known from before" type="high">/);
  expect(text).toMatch(/<error message="read-error: EIO" type="read-error"/);
});

test("gitlab fails the scan when not everything was read, and never quotes the source", async () => {
  const report = JSON.parse(await written("gitlab", scanOfEverything())) as {
    scan: { status: string; messages: { level: string }[] };
    vulnerabilities: { id: string; raw_source_code_extract?: string; flags?: { description: string }[] }[];
  };
  expect(report.scan.status).toBe("failure");
  expect(report.scan.messages.map(({ level }) => level)).toEqual(["warn", "info", "info", "info", "warn"]);
  expect(report.vulnerabilities[0]?.id).toBe("11111111-1111-1111-1111-111111111111");
  expect(report.vulnerabilities.map(({ flags }) => flags?.length ?? 0)).toEqual([0, 0, 1, 0, 0]);
  for (const each of report.vulnerabilities) expect(each.raw_source_code_extract).toBeUndefined();
});

describe("what --identify got no answer to", () => {
  const known = scanFinding(1);
  const unknown = scanFinding(2, { owner: null });
  const why = `the session has ended ${HOSTILE}`;
  const identification: ScanReport["identification"] = {
    asOf: "2026-06-01T00:00:00Z",
    asked: 2,
    unidentified: [
      {
        accessKeyId: unknown.accessKeyId ?? expect.fail("it has one"),
        accountId: unknown.accountId,
        reason: why,
        permission: "iam:GetAccessKeyLastUsed",
      },
    ],
    leftOut: 3,
  };
  const report = scanReport({ findings: [known, unknown], identification });
  const SENTENCE = "AWS was asked about 2 keys, 1 not identified, 3 more keys not asked about.";
  const REASON = "the session has ended";
  const PERMISSION = "(missing: iam:GetAccessKeyLastUsed)";

  test.each(scanFormats.names)("is in %s, once in general and with the key that it is about", async (name) => {
    const text = await written(name, report);
    // JSON gives its parts.
    const said = ["json", "jsonl"].includes(name) ? [] : [SENTENCE, REASON];
    for (const part of [...said, "GetAccessKeyLastUsed"]) expect(text).toContain(part);
  });

  test.each(scanFormats.names)("is not spoken of in %s where AWS answered, or was not asked", async (name) => {
    const answered = { ...identification, unidentified: [], leftOut: 0 };
    for (const quiet of [
      scanReport({ findings: [known] }),
      scanReport({ findings: [known], identification: answered }),
    ])
      expect(await written(name, quiet)).not.toMatch(/not identified|not asked|session has ended/i);
  });

  test("stands with the finding in each format that programs read", async () => {
    const [head = "", first = "", second = "", last = ""] = (await written("csv", report)).split("\r\n");
    const column = head.split(",").indexOf("notIdentified");
    expect(first.split(",")[column]).toBe("");
    expect(second).toContain(REASON);
    expect(second).toContain(PERMISSION);
    expect(last).toContain(`,identification,`);

    const [run] = (await sarif(report)).runs;
    expect(run?.results?.map(({ properties }) => properties?.notIdentified !== undefined)).toEqual([false, true]);
    expect(run?.results?.[1]?.message.text).toContain(`not identified: ${REASON}`);
    expect(run?.invocations?.[0]).toMatchObject({
      executionSuccessful: true,
      toolExecutionNotifications: [{ level: "warning", descriptor: { id: "identification" } }],
    });

    const gitlab = JSON.parse(await written("gitlab", report));
    expect(gitlab.scan).toMatchObject({ status: "success", messages: [{ level: "warn", value: SENTENCE }] });
    expect(gitlab.vulnerabilities[1].details.notIdentified.value).toContain(PERMISSION);

    const junit = await written("junit", report);
    expect(junit).toContain('tests="3" failures="2" errors="0"');
    expect(junit.match(/not identified: the session has ended/g)).toHaveLength(2);
  });
});

describe("pretty", () => {
  test("puts the worst first, then what is known to work, then the oldest, then by place", async () => {
    const at = (path: string): { places: [ReturnType<typeof filePlace>] } => ({ places: [filePlace(path)] });
    const findings = [
      scanFinding(1, at("/z")),
      scanFinding(2, at("/a")),
      scanFinding(3, { ...at("/young"), owner: { ...OWNER, createdAt: "2025-01-01T00:00:00Z" } }),
      scanFinding(4, { ...at("/old"), owner: OWNER }),
      scanFinding(5, { ...at("/off"), owner: { ...OWNER, status: "Inactive" } }),
      scanFinding(6, { ...at("/worst"), severity: "critical" }),
      { ...scanFinding(7, { ...at("/same"), severity: "low" }), accessKeyId: scanFinding(6).accessKeyId },
    ];
    const text = await written("pretty", scanReport({ findings }));
    expect(text.match(/^ {4}\/\w+/gm)?.map((line) => line.trim())).toEqual([
      "/worst",
      "/same",
      "/old",
      "/young",
      "/a",
      "/z",
      "/off",
    ]);
  });

  test("marks what is new, and says against what in a line before the last", async () => {
    const changes = {
      since: "2026-01-01T00:00:00Z",
      baseline: "base.json",
      new: [fingerprint("2")],
      worse: [],
      gone: [],
      unread: [],
    };
    const report = scanReport({ findings: [scanFinding(1), scanFinding(2)], changes });
    const lines = (await written("pretty", report, {}, ({ fingerprint: one }) => one === fingerprint("2")))
      .trimEnd()
      .split("\n");
    expect(lines[0]).toContain("(new)");
    expect(lines.filter((line) => line.includes("(new)"))).toHaveLength(1);
    expect(lines.at(-2)).toBe("Against the baseline base.json: 1 new since 2026-01-01.");
    expect(lines.at(-1)).toMatch(/^Read 12 files .* in 1\.5 s: /);
  });

  test("links files where the terminal knows links, and the link changes no layout", async () => {
    const report = scanReport({ findings: [scanFinding(1, { places: [filePlace(`/work/${HOSTILE}`)] })] });
    const linked = await written("pretty", report, { hyperlinks: true });
    expect(linked).toContain("\x1b]8;;file:///work/");
    const links = linked.match(/\x1b\]8;;[^\x1b]*\x1b\\/g) ?? [];
    expect(links).toHaveLength(2);
    for (const link of links) expect(link.slice(5, -2)).toMatch(/^[!-~]*$/);
    expect(linked.replaceAll(/\x1b\]8;;[^\x1b]*\x1b\\/g, "")).toBe(await written("pretty", report));
  });

  test("counts the columns of wide characters as terminals draw them", () => {
    expect([columns("abc"), columns("鍵"), columns("e\u0301"), columns("\x1b[31mred\x1b[0m")]).toEqual([3, 2, 1, 3]);
  });

  test("shows an audit within the columns that there are", async () => {
    const one = auditedAccount("111122223333", { summary: { critical: 0, high: 0, medium: 1, low: 0, info: 0 } });
    const finding = auditFinding(one.id, "ada", {
      detail: "word ".repeat(60).trim(),
      accessKeyId: scanFinding(1).accessKeyId,
    });
    const format = await auditFormats.load("pretty");
    const appearance = { color: true, hyperlinks: false, width: 80, verbose: true };
    const circumstances = { fails: () => true, folder: "/" };
    const report = auditReport([[one, [iamUser(one.id, "ada")], [finding]]]);
    for (const line of [...format.write(report, appearance, circumstances)].join("").split("\n"))
      expect(columns(line)).toBeLessThanOrEqual(80);
  });
});

describe("markdown", () => {
  const MOST = 65_536;

  test("is no longer than a comment may be, and counts what it leaves out", async () => {
    for (const [many, shown, what] of [
      [500, /<details><summary>(?!Way off)/g, "details"],
      [1500, /^\| high \|/gm, "findings"],
    ] as const) {
      const findings = Array.from({ length: many }, (_, number) => scanFinding(number % 64));
      const text = await written("markdown", scanReport({ findings }));
      expect(text.length).toBeLessThanOrEqual(MOST);
      expect(text).toContain(
        `And ${(many - (text.match(shown)?.length ?? 0)).toLocaleString("en")} more ${what}, left out here`,
      );
      expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
      expect(text).toContain("Read 12 files");
    }
  });

  test("says what to do once for all that it is to be done for", async () => {
    const alone = await written("markdown", scanReport({ findings: [scanFinding(1)] }));
    const many = await written("markdown", scanReport({ findings: [1, 2, 3].map((number) => scanFinding(number)) }));
    const steps = (text: string) => text.match(/^1\. /gm)?.length;
    expect([steps(alone), steps(many)]).toEqual([1, 1]);
    expect(many).toContain("(3 findings)</summary>");
  });

  test("is bounded whatever names there are, and says first what was not read", async () => {
    const long = `&${HOSTILE.repeat(300)}`;
    const rows = Array.from({ length: 300 }, (_, number) => skipped(`${long}${number}`, "read-error", long));
    const accepted = rows.map((row) => ({ ...row, allowed: { reason: long, owner: long, expires: null } }));
    const excluded = rows.map(() => ({ by: long, pattern: long, count: 1 }));
    const findings = [scanFinding(1, { places: [filePlace(long)], owner: { ...OWNER, userName: long } })];
    const report = scanReport({ findings }, { complete: false, skipped: [...rows, ...accepted], excluded });
    const text = await written("markdown", report);
    expect(text.length).toBeLessThanOrEqual(MOST);
    expect(text.indexOf("Not read")).toBeLessThan(text.indexOf("| severity |"));
    expect(text).toContain("| high |");
  });

  test("of an audit is bounded too", async () => {
    const accounts = Array.from({ length: 60 }, (_, number) => {
      const id = String(100_000_000_000 + number);
      const findings = Array.from({ length: 60 }, () => auditFinding(id, HOSTILE, { detail: HOSTILE.repeat(20) }));
      return [
        auditedAccount(id, { summary: { critical: 0, high: 0, medium: 60, low: 0, info: 0 } }),
        [],
        findings,
      ] as const;
    });
    const format = await auditFormats.load("markdown");
    const appearance = { color: false, hyperlinks: false, width: 80, verbose: false };
    const text = [...format.write(auditReport(accounts), appearance, { fails: () => true, folder: "/" })].join("");
    expect(text.length).toBeLessThanOrEqual(MOST);
    expect(text).toMatch(/And \d+ more accounts, left out here/);
  });
});

test("csv names the owner in columns of their own, and no cell is a formula", async () => {
  const [heading = "", row = ""] = (
    await written("csv", scanReport({ findings: [scanFinding(1, { owner: OWNER })] }))
  ).split("\r\n");
  const cells = new Map(heading.split(",").map((name, index) => [name, row.split(",")[index]]));
  expect(cells.get("ownerStatus")).toBe("Active");
  expect(cells.get("ownerAccountId")).toBe("111122223333");
  for (const line of (await written("csv", scanOfEverything())).split("\r\n"))
    expect(line).not.toMatch(/(?:^|,)"?[=+@-]/);
});

describe("asff and ocsf", () => {
  async function records(name: "asff" | "ocsf"): Promise<Record<string, unknown>[]> {
    const format = await auditFormats.load(name);
    const appearance = { color: false, hyperlinks: false, width: 80, verbose: false };
    const pieces = format.write(auditOfEverything(), appearance, { fails: () => true, folder: "/" });
    return JSON.parse([...pieces].join("")) as Record<string, unknown>[];
  }

  test("tell what is wrong, what is right again, and what nobody could judge", async () => {
    const statuses = (await records("asff")).map((each) => [
      each.RecordState,
      (each.Compliance as { Status: string }).Status,
    ]);
    expect(statuses).toEqual([
      ["ACTIVE", "FAILED"],
      ["ACTIVE", "FAILED"],
      ["ACTIVE", "FAILED"],
      ["ARCHIVED", "PASSED"],
      ["ACTIVE", "WARNING"],
      ["ACTIVE", "WARNING"],
      ["ACTIVE", "NOT_AVAILABLE"],
      ["ACTIVE", "NOT_AVAILABLE"],
    ]);
    const events = (await records("ocsf")).map((each) => [
      each.activity_name,
      each.status,
      (each.compliance as { status: string }).status,
    ]);
    expect(events.slice(0, 5)).toEqual([
      ["Create", "New", "Fail"],
      ["Update", "Suppressed", "Fail"],
      ["Update", "New", "Fail"],
      ["Close", "Resolved", "Pass"],
      ["Create", "New", "Warning"],
    ]);
  });

  test("name a user by its own ARN", async () => {
    const [, second] = await records("asff");
    expect(second?.Resources).toMatchObject([{ Type: "AwsIamUser", Id: "arn:aws:iam::111122223333:user/service/ada" }]);
  });
});
