import { describe, expect, test } from "vitest";
import type { AccountId } from "../../src/model/access-key-id.ts";
import type { EarlierRun } from "../../src/model/earlier-run.ts";
import type { IamUser, MfaKind } from "../../src/model/iam-user.ts";
import { AgeCounts, daysBetween } from "../../src/report/html/age-counts.ts";
import { AGE_BANDS, keyAgeChart } from "../../src/report/html/charts/key-age.ts";
import { mfaChart } from "../../src/report/html/charts/mfa.ts";
import { rotationTimeline } from "../../src/report/html/charts/rotations.ts";
import { trendChart } from "../../src/report/html/charts/trend.ts";
import { UserFigures } from "../../src/report/html/user-figures.ts";
import { rotationReports } from "../support/browser/reports.ts";

const NOW = "2026-11-21T00:00:00.000Z";
const ONE = "111122223333" as AccountId;
const TWO = "444455556666" as AccountId;

function ago(days: number): string {
  return new Date(Date.parse(NOW) - days * 86_400_000).toISOString();
}

/** The rows of the table beside a drawing, as text. */
function numbers(markup: { readonly text: string } | null): string[] {
  const [, table = ""] = /<tbody>([^]*?)<\/tbody>/.exec(markup?.text ?? "") ?? [];
  return table
    .split("</tr>")
    .map((row) => Array.from(row.matchAll(/<t[hd][^>]*>([^<]*)/g), ([, cell]) => cell).join(" | "))
    .filter(Boolean);
}

function says(markup: { readonly text: string } | null): string {
  return /<figcaption>.*?<span>(.*?)<\/span>/.exec(markup?.text ?? "")?.[1] ?? "";
}

describe("ages", () => {
  test.each([
    [0, 0],
    [29, 0],
    [30, 1],
    [89, 1],
    [90, 2],
    [364, 3],
    [365, 4],
    [1094, 5],
    [1095, 6],
    [9999, 6],
  ])("of %i days are in band %i", (days, band) => {
    const counts = new AgeCounts();
    counts.add(ONE, days);
    expect(counts.accounts()).toEqual([{ account: ONE, counts: AGE_BANDS.map((_, index) => Number(index === band)) }]);
  });

  test("are whole days, and never less than none", () => {
    expect(daysBetween(ago(1.9), NOW)).toBe(1);
    expect(daysBetween(ago(-3), NOW)).toBe(0);
  });
});

test("a histogram of ages has the accounts with the most old keys first", () => {
  const counts = new AgeCounts();
  for (const [account, days] of [
    [ONE, 1],
    [ONE, 2],
    [ONE, 100],
    [TWO, 400],
    [TWO, 91],
  ] as const)
    counts.add(account, days);
  const chart = keyAgeChart(counts.accounts(), "Ages");
  expect(says(chart)).toBe("3 keys of 5 are older than 90 days.");
  expect(numbers(chart)).toEqual([
    "All accounts | 2 | 0 | 2 | 0 | 1 | 0 | 0 | 5",
    `${TWO} | 0 | 0 | 1 | 0 | 1 | 0 | 0 | 2`,
    `${ONE} | 2 | 0 | 1 | 0 | 0 | 0 | 0 | 3`,
  ]);
  expect(keyAgeChart([], "Ages")).toBeNull();
});

test("a histogram of many accounts adds up those that it does not draw", () => {
  const ages = Array.from({ length: 600 }, (_, index) => ({ account: `a${index}`, counts: [1, 0, 0, 0, 0, 0, 1] }));
  const chart = keyAgeChart(ages, "Ages");
  expect(chart?.text).toContain("587 more accounts");
  expect(chart?.text).toContain("<p>And 100 more.</p>");
});

function user(accountId: AccountId, kinds: readonly MfaKind[], given: Partial<IamUser> = {}): IamUser {
  return {
    accountId,
    userName: "u",
    arn: "",
    createdAt: ago(900),
    console: { enabled: true, lastUsedAt: null },
    mfa: kinds.map((kind) => ({ serial: kind, kind })),
    keys: [],
    tags: {},
    ...given,
  };
}

test("MFA counts users with a password by the best device that they have", () => {
  const figures = new UserFigures(
    [
      user(ONE, []),
      user(ONE, ["virtual", "fido"]),
      user(ONE, ["virtual", "hardware"]),
      user(TWO, ["virtual"]),
      user(TWO, [], { console: { enabled: false, lastUsedAt: null } }),
    ],
    NOW,
  );
  const chart = mfaChart(figures.mfa((id) => id));
  expect(says(chart)).toBe("1 user of 4 has none.");
  expect(numbers(chart)).toEqual([
    "All accounts | 1 | 1 | 1 | 1 | 4",
    `${ONE} | 1 | 1 | 0 | 1 | 3`,
    `${TWO} | 0 | 0 | 1 | 0 | 1`,
  ]);
  expect(mfaChart([])).toBeNull();
});

test("keys are counted: active ones by age, inactive ones and those never used", () => {
  const key = {
    accessKeyId: "K",
    createdAt: ago(100),
    lastUsedAt: ago(2),
    lastUsedService: null,
    lastUsedRegion: null,
  };
  const figures = new UserFigures(
    [
      user(ONE, [], {
        keys: [
          { ...key, status: "Active" },
          { ...key, status: "Inactive", lastUsedAt: null },
        ],
      }),
      user(ONE, [], { keys: [{ ...key, status: "Active", lastUsedAt: null }] }),
    ],
    NOW,
  );
  expect(figures.ages((id) => id)).toEqual([{ account: ONE, counts: [0, 0, 2, 0, 0, 0, 0] }]);
  expect([figures.inactiveKeys, figures.neverUsedKeys]).toEqual([1, 2]);
});

describe("a trend", () => {
  const run = (days: number, high: number, complete = true): EarlierRun => ({
    finishedAt: ago(days),
    complete,
    summary: { critical: 0, high, medium: 1, low: 0, info: 0 },
  });

  test("is told from the first run to the last, in whatever order they come", () => {
    const chart = trendChart([run(1, 2), run(9, 5), run(4, 3, false)]);
    expect(says(chart)).toBe("From 6 to 3, in 3 runs. What was allowed does not count.");
    expect(numbers(chart)).toEqual([
      "2026-11-20 00:00 UTC | 0 | 2 | 1 | 0 | 0 | 3 | everything",
      "2026-11-17 00:00 UTC | 0 | 3 | 1 | 0 | 0 | 4 | in part",
      "2026-11-12 00:00 UTC | 0 | 5 | 1 | 0 | 0 | 6 | everything",
    ]);
  });

  test("needs two runs", () => {
    expect(trendChart([])).toBeNull();
    expect(trendChart([run(1, 1)])).toBeNull();
  });

  test("of nothing is a flat line, and no number is not one", () => {
    const none = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
    const chart = trendChart([1, 2].map((days) => ({ finishedAt: ago(days), complete: true, summary: none })));
    expect(chart?.text).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("a timeline of rotations", () => {
  test("has the last first, with their events", () => {
    const chart = rotationTimeline(rotationReports(5));
    expect(says(chart)).toBe("5 rotations; 1 stuck. A dashed line leads to the next step.");
    expect(numbers(chart).map((row) => row.split(" | ")[0])).toEqual([
      "deploy-4",
      "deploy-3",
      "deploy-2",
      "deploy-1",
      "deploy-0",
    ]);
    expect(chart?.text.match(/<circle /g)).toHaveLength(15);
    expect(chart?.text.match(/class="ahead"/g)).toHaveLength(2);
    expect(chart?.text).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("leaves out what was never begun, and what is too old to draw", () => {
    const [rotation] = rotationReports(1);
    if (rotation === undefined) throw new Error("there is a rotation");
    expect(rotationTimeline([{ ...rotation, startedAt: null, history: [] }])).toBeNull();
    expect(rotationTimeline([{ ...rotation, startedAt: ago(1), history: [] }])?.text).not.toMatch(/NaN/);
    expect(rotationTimeline(rotationReports(60))?.text).toContain("<p>And 20 more.</p>");
  });
});
