import type { Grid } from "./grid.ts";
import type { GridHead, GridRow } from "./page-data.ts";

/** The table of keys that nobody has used. @param more columns and filters that one page has beside those of both */
export function neverUsedGrid(rows: Iterable<GridRow>, more: Partial<Pick<GridHead, "columns" | "filters">>): Grid {
  const { columns = [], filters = [] } = more;
  return {
    id: "never-used",
    head: {
      noun: ["unused key", "unused keys"],
      columns: [
        { title: "Access key", kind: "code" },
        { title: "User", kind: "text" },
        { title: "Account", kind: "word", wide: true },
        { title: "Status", kind: "word", wide: true },
        { title: "Made", kind: "word" },
        { title: "Days", kind: "number", wide: true },
        ...columns,
      ],
      filters: [{ kind: "select", label: "Account", column: 2 }, ...filters],
    },
    rows,
  };
}
