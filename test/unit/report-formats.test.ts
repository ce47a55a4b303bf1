import { describe, expect, test } from "vitest";
import { type AccountId, accessKeyId, accountId } from "../../src/model/access-key-id.ts";
import { skipped } from "../../src/model/coverage.ts";
import type { Finding, UseCase } from "../../src/model/finding.ts";
import type { GitPlace, Place } from "../../src/model/place.ts";
import type { ScanReport } from "../../src/model/scan-report.ts";
import type { Appearance } from "../../src/report/format.ts";
import { placeText } from "../../src/report/place-text.ts";
import { scanFormats } from "../../src/report/scan/scan-formats.ts";
import { generateMaterial } from "../support/material.ts";
import { filePlace, gitPlace, scanFinding, scanReport } from "../support/reports.ts";

const KEY = generateMaterial(1);
const ACCOUNT = accountId(KEY.accountId) as AccountId;
const HOSTILE = "/home/me/\x1b[2J\u202e|`evil`\n<img>,=1.env";

const FINDING = scanFinding(1, {
  remedy: { title: "Let GitHub assume a role", steps: ["First this.", "Then that.", "Then those.", "At last this."] },
  places: [filePlace("/a/.env"), filePlace("/a/.env", 9), filePlace("/b"), filePlace("/c"), filePlace("/d")],
});

const FOUND = scanReport({ findings: [FINDING], summary: { critical: 0, high: 1, medium: 0, low: 0, info: 0 } });
const INCOMPLETE = scanReport(
  {},
  {
    complete: false,
    skipped: [skipped(HOSTILE, "permission-denied", "EACCES"), skipped("/s", "special-file", "a FIFO")],
  },
);

const ACCEPTED = scanReport(
  {},
  {
    skipped: [
      {
        ...skipped("/t/bad.zip", "archive-damaged", "it ends early"),
        allowed: { reason: "damaged on purpose", owner: "ada", expires: "2999-01-31" },
      },
    ],
  },
);

const GIT_PLACE = gitPlace({ repository: "/home/ada/shop" });

async function written(
  name: (typeof scanFormats.names)[number],
  of: ScanReport,
  appearance: Partial<Appearance> = {},
): Promise<string> {
  const format = await scanFormats.load(name);
  return [
    ...format.write(
      of,
      { color: false, hyperlinks: false, width: 80, verbose: false, ...appearance },
      { fails: () => true, folder: "/work" },
    ),
  ].join("");
}

describe.each(scanFormats.names)("%s", (name) => {
  test("lets no name be obeyed by what shows it", async () => {
    const hostile: Finding = {
      ...FINDING,
      places: [filePlace(HOSTILE), { kind: "process", pid: 1, command: HOSTILE, variable: HOSTILE }],
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
      scanReport(
        { findings: [hostile] },
        { ...INCOMPLETE.coverage, excluded: [{ by: HOSTILE, pattern: HOSTILE, count: 1 }] },
      ),
    );
    expect(text).not.toMatch(/[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]/);
    expect(text).toContain("evil");
  });

  test("says when not everything was read", async () => {
    expect(await written(name, INCOMPLETE)).not.toBe(await written(name, scanReport()));
    expect(await written(name, INCOMPLETE)).toContain("permission-denied");
  });
});

test("a format that there is not is refused, with those that there are", () => {
  for (const name of ["xlsx", "toString"]) {
    expect(() => scanFormats.parse(name, "--format")).toThrow(
      expect.objectContaining({ code: "usage", hint: expect.stringContaining("pretty, json, jsonl, csv, markdown") }),
    );
  }
});

describe("pretty", () => {
  test("says in one line that nothing was found and all was read", async () => {
    expect(await written("pretty", scanReport())).toBe("Read 12 files (3.5 kB) in 1.5 s: nothing found.\n");
  });

  test("shows a finding as a person wants it", async () => {
    expect(await written("pretty", FOUND)).toBe(
      `HIGH  AWS access key with its secret  ${FINDING.fingerprint}
  ${KEY.id} · account ${KEY.accountId} · use: ci-github
    /a/.env:1:2
    /a/.env:9:2
    and 3 more places
  Way off: Let GitHub assume a role
    keysweep explain ${KEY.id} --use ci-github

To accept one: keysweep allow FINGERPRINT --reason … --owner … --expires DATE

Read 12 files (3.5 kB) in 1.5 s: 1 high found.
`,
    );
  });

  test("shows three places rather than two and that there is one more", async () => {
    const three = { ...FINDING, places: FINDING.places.slice(0, 3) };
    expect(await written("pretty", scanReport({ findings: [three] }))).toMatch(
      /\/a\/\.env:1:2\n.*\n {4}\/b:1:2\n {2}Way off/,
    );
    const more = await written("pretty", scanReport({ findings: [{ ...three, placesLeftOut: 4 }] }));
    expect(more).toMatch(/\/a\/\.env:9:2\n {4}and 5 more places\n/);
  });

  test("puts what is accepted behind what is open, with who accepted it, and no way off", async () => {
    const allowed = { ...FINDING, allowed: { reason: "a decoy", owner: "ada", expires: "2027-01-31" } };
    const open = { ...FINDING, severity: "low" as const, title: "Lone id", places: [filePlace("/z")] };
    const text = await written("pretty", scanReport({ findings: [allowed, open] }));
    expect(text.indexOf("HIGH")).toBeGreaterThan(text.indexOf("LOW"));
    const block = text.slice(text.indexOf("HIGH"));
    expect(block).toContain("  Allowed: a decoy, by ada, until 2027-01-31\n");
    expect(block).not.toContain("Way off");
    expect(text).toContain("1 allowed.\n");
  });

  test("names no way off what is only information, and nothing to accept where nothing is open", async () => {
    const info = { ...FINDING, severity: "info" as const, allowed: { reason: "r", owner: null, expires: null } };
    expect(await written("pretty", scanReport({ findings: [info] }))).not.toMatch(/Way off|To accept one/);
    expect(await written("pretty", scanReport({ findings: [{ ...info, allowed: null }] }))).not.toContain("Way off");
  });

  test("names a rule to explain where the id would say less", async () => {
    const explained = async (changes: Partial<Finding>): Promise<string | undefined> =>
      /keysweep explain .*/.exec(await written("pretty", scanReport({ findings: [{ ...FINDING, ...changes }] })))?.[0];
    expect(await explained({ accessKeyId: null })).toBe("keysweep explain aws-access-key-pair --use ci-github");
    expect(await explained({ rule: "ses-smtp-password" })).toBe("keysweep explain ses-smtp-password --use ci-github");
    expect(await explained({ useCase: "unknown" as UseCase })).toBe(`keysweep explain ${KEY.id}`);
  });

  const steps = (id: string, account: string): readonly string[] => [`Find ${id} in ${account}.`, "Then that."];
  const OTHER = generateMaterial(2);
  const same = [KEY, OTHER].map((key) => ({
    ...FINDING,
    accessKeyId: accessKeyId(key.id),
    accountId: accountId(key.accountId),
    remedy: { title: "Let GitHub assume a role", steps: steps(key.id, key.accountId) },
  }));

  test("prints the steps once for all keys that take the same way, when asked to tell all", async () => {
    const other = { ...FINDING, accessKeyId: null, remedy: { title: "Ask around", steps: ["Ask."] } };
    const text = await written("pretty", scanReport({ findings: [...same, other] }), { verbose: true });
    expect(text).toContain(`Let GitHub assume a role
  for ${KEY.id}, ${OTHER.id}
  1. Find ACCESS_KEY_ID in ACCOUNT_ID.
  2. Then that.

Ask around
  for ${FINDING.fingerprint}
  1. Ask.
`);
    expect(text.match(/Then that/g)).toHaveLength(1);
    expect(text).not.toContain("keysweep explain");
    expect(text).not.toContain("more place");
  });

  test("fills in the id and the account where one key takes a way", async () => {
    const text = await written("pretty", scanReport({ findings: same.slice(0, 1) }), { verbose: true });
    expect(text).toContain(`  1. Find ${KEY.id} in ${KEY.accountId}.\n`);
  });

  test("keeps within the columns there are what is not a name", async () => {
    const long = "word ".repeat(40).trim();
    const whole = scanReport(
      {
        findings: [
          {
            ...FINDING,
            title: "AWS access key with its secret and a long title",
            canary: true,
            remedy: { title: long, steps: [long] },
            allowExpired: { reason: long, owner: "ada", expires: "2020-01-31" },
            owner: {
              accountId: ACCOUNT,
              userName: "a-user-with-a-name",
              status: "Active",
              createdAt: "2026-01-01T00:00:00Z",
              lastUsedAt: null,
              asOf: "2026-01-01T00:00:00Z",
            },
            places: [GIT_PLACE],
          },
          { ...FINDING, allowed: { reason: long, owner: long, expires: "2999-01-31" } },
        ],
      },
      {
        excluded: [{ by: long, pattern: long, count: 1 }],
        skipped: [{ ...skipped("/s", "special-file", "a FIFO") }],
      },
    );
    for (let width = 50; width <= 100; width++) {
      const lines = (await written("pretty", whole, { width, verbose: true })).split("\n");
      expect(Math.max(...lines.map((line) => Array.from(line).length))).toBeLessThanOrEqual(width);
    }
  });

  test("leaves a long name whole", async () => {
    const name = `/${"x".repeat(4000)}/.env`;
    const text = await written("pretty", scanReport({ findings: [{ ...FINDING, places: [filePlace(name)] }] }));
    expect(text).toContain(`\n    ${name}:1:2\n`);
  });

  test("says when an allow has ended", async () => {
    const expired = { ...FINDING, allowExpired: { reason: "a decoy", owner: "ada", expires: "2020-01-31" } };
    expect(await written("pretty", scanReport({ findings: [expired] }))).toContain(
      "  No longer allowed: a decoy, by ada, until 2020-01-31\n",
    );
  });

  test("counts what was accepted not to be read, and names it when asked to tell all", async () => {
    const text = await written("pretty", ACCEPTED);
    expect(text).not.toContain("NOT READ");
    expect(text).toContain("Not read, and accepted by the configuration: 1\n");
    expect(await written("pretty", ACCEPTED, { verbose: true })).toContain(
      "    /t/bad.zip: archive-damaged (damaged on purpose)\n",
    );
  });

  test("colours only when asked", async () => {
    expect(await written("pretty", FOUND)).not.toContain("\x1b");
    expect(await written("pretty", FOUND, { color: true })).toContain("\x1b[31mHIGH\x1b[0m");
  });

  test("names ten things that were not read, and all of them when asked to tell all", async () => {
    const rows = Array.from({ length: 12 }, (_, index) => skipped(`/row/${index}`, "read-error", "EIO"));
    const failed = scanReport({}, { complete: false, skipped: rows });
    const text = await written("pretty", failed);
    expect(text.match(/\/row\//g)).toHaveLength(10);
    expect(text).toContain("    and 2 more: --verbose\n");
    expect((await written("pretty", failed, { verbose: true })).match(/\/row\//g)).toHaveLength(12);
  });

  test("never looks clean when something was not read", async () => {
    const text = await written("pretty", INCOMPLETE);
    expect(text).toContain("NOT READ  1 thing that should have been:");
    expect(text).toContain("Not read by design: 1 special-file");
    expect(text).not.toContain(": special-file (");
    expect(await written("pretty", INCOMPLETE, { verbose: true })).toContain(": special-file (");
    expect(text.trimEnd().endsWith("NOT EVERYTHING COULD BE READ.")).toBe(true);
  });
});

describe("json", () => {
  test("is the report itself", async () => {
    const whole = scanReport({ ...FOUND, findings: [FINDING, { ...FINDING, rule: "another" }] }, INCOMPLETE.coverage);
    expect(JSON.parse(await written("json", whole))).toEqual(whole);
    expect(JSON.parse(await written("json", scanReport()))).toEqual(scanReport());
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
    const { live, write } = await scanFormats.load("jsonl");
    const whole = { ...FOUND, coverage: INCOMPLETE.coverage };
    const told = [
      live?.start(whole),
      ...whole.coverage.skipped.map((row) => live?.skipped(row)),
      ...(live?.rest(whole) ?? []),
    ];
    expect(told.join("")).toBe(
      [
        ...write(
          whole,
          { color: false, hyperlinks: false, width: 80, verbose: false },
          { fails: () => true, folder: "/work" },
        ),
      ].join(""),
    );
  });
});

describe("csv", () => {
  test("is a row a credential, and a row for what was not read", async () => {
    const rows = (await written("csv", { ...FOUND, coverage: INCOMPLETE.coverage })).trimEnd().split("\r\n");
    expect(rows).toHaveLength(4);
    expect(rows[1]).toContain(FINDING.fingerprint);
    expect(rows[2]).toMatch(/,skipped-failure,+$/);
    expect(rows[3]).toMatch(/,skipped,+$/);
  });

  test("has as many cells in every row as in its heading", async () => {
    const expired = { ...FINDING, allowExpired: { reason: "r", owner: null, expires: "2020-01-31" } };
    const text = await written("csv", scanReport({ findings: [expired] }, ACCEPTED.coverage));
    const rows = text.trimEnd().split("\r\n");
    expect(rows[1]).toMatch(/,finding,2020-01-31,+$/);
    expect(rows[2]).toMatch(/,damaged on purpose,,,\/t\/bad\.zip,skipped-allowed,+$/);
    expect(rows.map((row) => row.split(",").length)).toEqual(rows.map(() => rows[0]?.split(",").length));
  });
});

describe("markdown", () => {
  test("says what was found, where, and the way off", async () => {
    const text = await written("markdown", FOUND);
    expect(text).toContain("## keysweep: 1 high found");
    expect(text).toContain("- `/a/.env:1:2`");
    expect(text).toContain("1. First this.");
  });

  test("marks what was accepted, and what was until its date", async () => {
    const expired = { ...FINDING, allowExpired: { reason: "r", owner: null, expires: "2020-01-31" } };
    const text = await written("markdown", scanReport({ findings: [expired] }, ACCEPTED.coverage));
    expect(text).toContain("AWS access key with its secret (allow expired on 2020-01-31) |");
    expect(text).toContain("- not read, and accepted: `/t/bad.zip`: archive-damaged (damaged on purpose)\n");
    expect(text).not.toContain("should have been");
  });

  test("counts places that were left out", async () => {
    const text = await written("markdown", scanReport({ findings: [{ ...FINDING, placesLeftOut: 7 }] }));
    expect(text).toContain("- `/d:1:2`\n- and 7 more\n");
  });

  test("is not the size of the tree", async () => {
    const many = { ...FINDING, places: Array.from({ length: 500 }, (_, line) => filePlace("/a", line + 1)) };
    expect(await written("markdown", scanReport({ findings: [many] }))).toContain("- and 480 more");
  });
});

describe("the text of a place", () => {
  const git = (changes: Partial<GitPlace>): string => placeText({ ...GIT_PLACE, ...changes });

  test("in a repository's history names file, commit, author, and where it still is", () => {
    expect(git({})).toBe(
      "/home/ada/shop: src/config.ts:3:9 (cccccccccccc 2024-05-01 Ada Lovelace <ada@example.com>, 3 versions until 2025-02-03, not in HEAD now; in the history of refs/heads/main)",
    );
    expect(git({ inHead: true, versions: 1, within: ["a.tar", "b"] })).toBe(
      "/home/ada/shop: src/config.ts!a.tar!b:3:9 (cccccccccccc 2024-05-01 Ada Lovelace <ada@example.com>, still in HEAD)",
    );
  });

  test("in no commit, only in a reflog, in a message", () => {
    const nowhere = { path: null, commit: null, author: null, date: null, reachable: false, versions: 1, last: null };
    expect(git({ ...nowhere, refs: [] })).toBe("/home/ada/shop: blob bbbbbbbbbbbb:3:9 (in no branch or tag)");
    expect(git({ ...nowhere, refs: ["reflog"] })).toBe("/home/ada/shop: blob bbbbbbbbbbbb:3:9 (only in a reflog)");
    const message = { ...nowhere, object: "commit", blob: "c".repeat(40), commit: "c".repeat(40) } as const;
    expect(git({ ...message, inHead: true, reachable: true })).toBe(
      "/home/ada/shop: message of commit cccccccccccc:3:9 (in the history of HEAD)",
    );
    expect(git({ ...message, reachable: true, refs: ["refs/heads/other"] })).toBe(
      "/home/ada/shop: message of commit cccccccccccc:3:9 (in the history of refs/heads/other)",
    );
  });

  test("in a tag's message names the tag, not the commit that it tags", () => {
    const tag = { object: "tag", path: null, author: null, date: null, versions: 1 } as const;
    expect(git({ ...tag, refs: ["refs/tags/v1"] })).toBe(
      "/home/ada/shop: message of tag bbbbbbbbbbbb:3:9 (in refs/tags/v1)",
    );
    expect(git({ ...tag, refs: [], reachable: false })).toBe(
      "/home/ada/shop: message of tag bbbbbbbbbbbb:3:9 (in no branch or tag)",
    );
  });

  test("in a name is told as such, not as a message or a file", () => {
    const name = { object: "tree", versions: 1, inHead: true } as const;
    expect(git({ ...name, path: null })).toContain("/home/ada/shop: a name in tree bbbbbbbbbbbb:3:9 (");
    expect(git({ ...name, path: "old/backup" })).toContain("/home/ada/shop: a name in old/backup/:3:9 (");
  });

  test("in a file that a ref names itself has no history", () => {
    expect(git({ path: null, commit: null, author: null, date: null, versions: 1, refs: ["refs/tags/key"] })).toBe(
      "/home/ada/shop: blob bbbbbbbbbbbb:3:9 (in refs/tags/key)",
    );
  });

  test("shows no more of an author than a name takes", () => {
    expect(Array.from(git({ author: "😀".repeat(5000) })).length).toBeLessThan(250);
  });

  test("in the index says that it is staged", () => {
    const index: Place = {
      kind: "index",
      repository: "/home/ada/shop",
      path: "src/config.ts",
      within: [],
      line: 3,
      column: 9,
      blob: "b".repeat(40),
    };
    expect(placeText(index)).toBe("src/config.ts:3:9 (staged)");
  });

  test("in a terminal breaks what is known of it, not its name", async () => {
    const text = await written("pretty", scanReport({ findings: [{ ...FINDING, places: [GIT_PLACE] }] }));
    expect(text).toContain(`    /home/ada/shop: src/config.ts:3:9
      cccccccccccc 2024-05-01 Ada Lovelace <ada@example.com>,
         3 versions until 2025-02-03,
         not in HEAD now; in the history of refs/heads/main
`);
  });
});

describe("what changed since the last scan", () => {
  const earlier = { ...FINDING, place: filePlace(HOSTILE) };
  const changes = {
    since: "2026-05-20T12:00:00.000Z",
    new: [FINDING.fingerprint],
    worse: [FINDING.fingerprint],
    gone: [earlier],
    unread: [earlier],
  };
  const changed = scanReport({ findings: [FINDING], changes });

  test.each(["pretty", "markdown"] as const)("is told in %s", async (name) => {
    const text = (await written(name, changed)).replace(/\s+/g, " ");
    expect(text).toContain("Against the last scan: 1 new, 1 worse, 1 gone, 1 not looked at again since 2026-05-20.");
    expect(
      await written(name, scanReport({ changes: { ...changes, new: [], worse: [], gone: [], unread: [] } })),
    ).toContain("Against the last scan: nothing new since 2026-05-20.");
    expect(await written(name, scanReport({ changes: null }))).not.toContain("since");
  });

  test("is told whole to programs, and where it was never known not at all", async () => {
    expect(JSON.parse(await written("json", changed))).toMatchObject({ changes });
    const summary = (await written("jsonl", changed)).trimEnd().split("\n").at(-1) ?? "";
    expect(JSON.parse(summary)).toMatchObject({ type: "summary", changes });
    expect(await written("jsonl", FOUND)).not.toContain("changes");
  });

  test("names what is gone with --verbose, and lets none of it through to the terminal", async () => {
    const text = await written("pretty", changed, { verbose: true });
    expect(text).toContain(`    gone: AWS access key with its secret ${KEY.id}, `);
    expect(text).not.toMatch(/\x1b|\u202e/);
  });
});

test("says whose the key is, how old that knowledge is, and that an account is outside the organisation", async () => {
  const owner = {
    accountId: ACCOUNT,
    userName: "ci",
    status: "Active",
    createdAt: "2025-01-02",
    lastUsedAt: null,
    asOf: "2026-05-20",
  } as const;
  const outsideOrganization = { organizationId: "o-1", asOf: "2026-05-20" };
  const used = scanReport({ findings: [{ ...FINDING, owner: { ...owner, lastUsedAt: "2026-05-01T10:00:00Z" } }] });
  expect(await written("pretty", used)).toContain("last used 2026-05-01 as of 2026-05-20");
  const text = (
    await written("pretty", scanReport({ findings: [{ ...FINDING, owner, outsideOrganization }] }))
  ).replace(/\s+/g, " ");
  expect(text).toContain("user ci, active, made 2025-01-02 · never used as of 2026-05-20 · outside organization o-1");
});

describe("a file that a repository's history holds too", () => {
  const inTree: Place = { kind: "file", path: "/home/ada/shop/src/config.ts", within: [], line: 3, column: 9 };

  test("is told once, with what the history says of it", async () => {
    const history: Place = { ...GIT_PLACE, versions: 1, inHead: true };
    const text = await written("pretty", scanReport({ findings: [{ ...FINDING, places: [inTree, history] }] }));
    expect(text).toContain(`    /home/ada/shop/src/config.ts:3:9
      cccccccccccc 2024-05-01 Ada Lovelace <ada@example.com>, still in HEAD
  Way off`);
  });

  test("is told apart from another file, a member of it and a message", async () => {
    const others: Place[] = [
      { ...GIT_PLACE, path: "src/other.ts" },
      { ...GIT_PLACE, within: ["a"] },
      { ...GIT_PLACE, object: "commit", path: null },
    ];
    const text = await written("pretty", scanReport({ findings: [{ ...FINDING, places: [inTree, ...others] }] }), {
      verbose: true,
    });
    for (const name of ["shop/src/config.ts:3:9", "src/other.ts:3:9", "src/config.ts!a:3:9", "message of commit"])
      expect(text).toContain(name);
  });
});
