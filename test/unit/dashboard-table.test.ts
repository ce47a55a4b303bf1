import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  emptyTable,
  groupedBy,
  movedTo,
  selectedRow,
  selecting,
  sortedBy,
  type Table,
  type TableKind,
  toggled,
  windowOf,
  withFilter,
  withRows,
} from "../../src/dashboard/table.ts";

interface Row {
  readonly id: string;
  readonly name: string;
  readonly size: number;
}

/** Counts what is asked of rows: that is the work that grows with them. */
function counting() {
  const work = { texts: 0, orders: 0 };
  const kind: TableKind<Row> = {
    columns: [
      { name: "name", title: "Name", text: ({ name }) => name, width: 10 },
      {
        name: "size",
        title: "Size",
        text: ({ size }) => String(size),
        order: ({ size }) => {
          work.orders++;
          return size;
        },
        width: 5,
      },
    ],
    groupings: [{ name: "size", of: ({ size }) => `size ${size}` }],
    searched: ({ name, size }) => {
      work.texts++;
      return `${name} ${size}`;
    },
    id: ({ id }) => id,
  };
  return { kind, work };
}

const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, at) => ({ id: `row-${at}`, name: `name ${(at * 7919) % count}`, size: at % 5 }));

const BY_SIZE = { column: "size", descending: false };

function shownIds(table: Table<Row>, height: number): string[] {
  return windowOf(table, height).map((line) => (line.kind === "row" ? (table.rows[line.row]?.id ?? "") : line.label));
}

describe("a table of 50,000 rows", () => {
  const COUNT = 50_000;

  test("asks rows for nothing when the cursor moves, and shows no more than fit", () => {
    const { kind, work } = counting();
    let table = withRows(kind, emptyTable<Row>(BY_SIZE), rows(COUNT));
    expect(work).toEqual({ texts: 0, orders: COUNT });
    for (const to of [1, 20, 21, COUNT - 1, COUNT + 5, 0, -3]) {
      table = movedTo(table, to, 20);
      const window = windowOf(table, 20);
      expect(window).toHaveLength(20);
      expect(window.some((line) => line.kind === "row" && table.lines[table.cursor] === line.row)).toBe(true);
    }
    expect(work).toEqual({ texts: 0, orders: COUNT });
  });

  test("reads each row's text once however long the filter gets, and sorts by a column once", () => {
    const { kind, work } = counting();
    let table = withRows(kind, emptyTable<Row>(BY_SIZE), rows(COUNT));
    for (const filter of ["n", "na", "nam", "name 4", "name 47", "name 4", ""]) table = withFilter(kind, table, filter);
    expect(work.texts).toBe(COUNT);
    table = sortedBy(kind, table, "name");
    table = sortedBy(kind, table, "size");
    expect(work.orders).toBe(COUNT);
    expect(table.lines).toHaveLength(COUNT);
  });
});

describe("filter, order and groups", () => {
  test("say what a plain filter and sort would say, whatever way led there", () => {
    const keys = fc.array(fc.constantFrom("a", "b", "1", " ", "!", "back", "sort", "reverse", "group"), {
      maxLength: 14,
    });
    const someRows = fc.array(fc.record({ name: fc.stringMatching(/^[ab1 ]{0,5}$/), size: fc.nat(3) }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(someRows, keys, (given, pressed) => {
        const { kind } = counting();
        const all = given.map((row, at): Row => ({ ...row, id: String(at) }));
        let table = withRows(kind, emptyTable<Row>(BY_SIZE), all);
        for (const key of pressed) {
          if (key === "sort") table = sortedBy(kind, table, table.sorting.column === "size" ? "name" : "size");
          else if (key === "reverse") table = sortedBy(kind, table, table.sorting.column);
          else if (key === "group") table = groupedBy(kind, table, table.grouping === null ? "size" : null);
          else table = withFilter(kind, table, key === "back" ? table.filter.slice(0, -1) : table.filter + key);
        }
        const words = table.filter
          .toLowerCase()
          .split(/\s+/)
          .filter((word) => word !== "" && word !== "!");
        const passes = (row: Row): boolean =>
          words.every((word) => `${row.name} ${row.size}`.includes(word.replace(/^!/, "")) !== word.startsWith("!"));
        const { column, descending } = table.sorting;
        const sign = descending ? -1 : 1;
        const by = (a: Row, b: Row): number =>
          column === "size" ? a.size - b.size : a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
        const expected = all.filter(passes).sort((a, b) => sign * by(a, b) || Number(a.id) - Number(b.id));
        expect(table.passing.map((at) => all[at]?.id)).toEqual(expected.map(({ id }) => id));
        const inGroups = table.lines.filter((line) => typeof line === "number");
        expect(new Set(inGroups)).toEqual(new Set(table.passing));
        expect(inGroups).toHaveLength(table.passing.length);
      }),
    );
  });

  test("a group closes and opens, and says how many are in it", () => {
    const { kind } = counting();
    const grouped = groupedBy(kind, withRows(kind, emptyTable<Row>(BY_SIZE), rows(10)), "size");
    expect(shownIds(grouped, 4)).toEqual(["size 0", "row-0", "row-5", "size 1"]);
    const closed = toggled(kind, grouped);
    expect(shownIds(closed, 2)).toEqual(["size 0", "size 1"]);
    expect(closed.lines[0]).toMatchObject({ count: 2, closed: true });
    expect(toggled(kind, closed).lines).toEqual(grouped.lines);
  });
});

test("the selection stays with its row when rows come and go, and at the top when it was there", () => {
  const { kind } = counting();
  const table = withRows(kind, emptyTable<Row>(BY_SIZE), rows(10));
  const chosen = selecting(kind, table, "row-7");
  expect(selectedRow(chosen)?.id).toBe("row-7");
  const fewer = withRows(kind, chosen, rows(10).slice(5));
  expect(selectedRow(fewer)?.id).toBe("row-7");
  expect(selectedRow(withRows(kind, chosen, []))).toBeNull();
  expect(withRows(kind, table, rows(20)).cursor).toBe(0);
  // Where somebody looks at the first row and may act on it, it stays theirs.
  const first = selectedRow(table);
  const looked = withRows(
    kind,
    table,
    rows(20)
      .toReversed()
      .map((row) => ({ ...row, size: row.id === first?.id ? 1 : row.size - 1000 })),
    false,
  );
  expect(selectedRow(looked)?.id).toBe(first?.id);
  expect(looked.cursor).toBeGreaterThan(0);
});
