import { describe, expect, test } from "vitest";
import { type Query, Rows } from "../../src/report/html/page/rows.ts";
import type { GridCell, GridData } from "../../src/report/html/page-data.ts";

const ALL: Query = { search: "", chosen: [], sort: null };

const DATA: GridData = {
  head: {
    noun: ["finding", "findings"],
    columns: [
      { title: "Severity", kind: "severity" },
      { title: "User", kind: "text" },
      { title: "Days", kind: "number" },
    ],
    filters: [
      { kind: "choices", label: "Severity", column: 0 },
      { kind: "select", label: "User", column: 1 },
      {
        kind: "marks",
        label: "Status",
        options: [
          { label: "open", mark: "allowed", has: false },
          { label: "allowed", mark: "allowed", has: true },
          { label: "new", mark: "new", has: true },
        ],
      },
    ],
  },
  rows: [
    { id: "row-0", cells: ["high", ["user10", "beside"], 9], marks: ["new"] },
    { id: "row-1", cells: ["info", "User2", 100], detail: { facts: [["Region", "eu-west-1"]] } },
    {
      id: "row-2",
      cells: ["critical", null, null],
      detail: { lists: [{ title: "places", items: [["/srv/.env", "2 versions"]], more: 0 }] },
    },
    { id: "row-3", cells: ["high", "user1", 20], marks: ["allowed"], detail: { text: "Nobody uses it." } },
  ],
  end: { remedies: [], leftOut: 0 },
};
const rows = new Rows(DATA);

function names(query: Partial<Query>): string {
  return rows
    .select({ ...ALL, ...query })
    .map((index) => rows.at(index)?.id ?? "?")
    .join(" ");
}

test("all rows are there in the order in which they came", () => {
  expect(names({})).toBe("row-0 row-1 row-2 row-3");
});

describe("a search", () => {
  test.each([
    ["user1", "row-0 row-3"],
    ["USER2", "row-1"],
    ["beside", "row-0"],
    ["eu-west", "row-1"],
    ["/srv/", "row-2"],
    ["versions", "row-2"],
    ["nobody", "row-3"],
    ["new", "row-0"],
    ["row-2", "row-2"],
    ["user high", "row-0 row-3"],
    ["  high   user10 ", "row-0"],
    ["user10 nobody", ""],
    [".*", ""],
  ])("for %o finds what holds all its words", (search, expected) => {
    expect(names({ search })).toBe(expected);
  });
});

describe("a filter", () => {
  test("lets through any of what is chosen", () => {
    expect(names({ chosen: [["high", "info"]] })).toBe("row-0 row-1 row-3");
    expect(names({ chosen: [[], ["User2"]] })).toBe("row-1");
  });

  test("of marks lets through what has the mark, or has it not", () => {
    expect(names({ chosen: [[], [], ["open"]] })).toBe("row-0 row-1 row-2");
    expect(names({ chosen: [[], [], ["allowed"]] })).toBe("row-3");
    expect(names({ chosen: [["high"], [], ["new"]] })).toBe("row-0");
  });

  test("offers what there is, with numbers, and nothing for what is not known", () => {
    const [severity, user, status] = DATA.head.filters.map((filter) =>
      rows.options(filter).map(({ value, label, count }) => [value, label, count]),
    );
    expect(severity).toEqual([
      ["critical", "critical", 1],
      ["high", "high", 2],
      ["info", "info", 1],
    ]);
    expect(user).toEqual([
      ["user1", "user1", 1],
      ["User2", "User2", 1],
      ["user10", "user10 beside", 1],
    ]);
    expect(status).toEqual([
      ["open", "open", 3],
      ["allowed", "allowed", 1],
      ["new", "new", 1],
    ]);
  });
});

describe("an order", () => {
  test.each([
    [0, false, "row-2 row-0 row-3 row-1"],
    [0, true, "row-1 row-0 row-3 row-2"],
    [1, false, "row-3 row-1 row-0 row-2"],
    [1, true, "row-0 row-1 row-3 row-2"],
    [2, false, "row-0 row-3 row-1 row-2"],
    [2, true, "row-1 row-3 row-0 row-2"],
  ])("by column %i, descending %o: what is not known stands last", (column, descending, expected) => {
    expect(names({ sort: { column, descending } })).toBe(expected);
  });
});

test("names that every object has are values like others", () => {
  const cells: GridCell[] = ["__proto__", "constructor", "toString"];
  const data = { ...DATA, rows: cells.map((cell) => ({ cells: [cell, cell, 1] })) };
  const strange = new Rows(data);
  expect(
    strange.options(DATA.head.filters[1] ?? { kind: "select", label: "", column: 1 }).map(({ value }) => value),
  ).toEqual(["__proto__", "constructor", "toString"]);
  expect(strange.select({ ...ALL, chosen: [[], ["__proto__"]] })).toEqual([0]);
});
