import type { GridData, GridEnd, GridHead, GridRow } from "../page-data.ts";
import { GridView } from "./grid.ts";

/*
 * The script of a report's page: it draws the tables from the data beside them. Everything else in the page needs no script. Texts of the data
 * are set as text alone; the page's policy refuses anything else.
 */

const grids = new Map<string, GridView>();

for (const place of document.querySelectorAll<HTMLElement>(".grid")) {
  const { grid = "" } = place.dataset;
  grids.set(grid, new GridView(place, grid, dataOf(`${grid}-rows`)));
}

reveal();
addEventListener("hashchange", reveal);
addEventListener("beforeprint", () => print(true));
addEventListener("afterprint", () => print(false));

for (const link of document.querySelectorAll<HTMLElement>("a[data-choose]")) {
  const { grid = "", choose = "{}" } = link.dataset;
  const choices = new Map(Object.entries(JSON.parse(choose) as Record<string, string>));
  link.addEventListener("click", () => grids.get(grid)?.choose(choices));
}

/** One value a line: the head, the rows, the end. */
function dataOf(id: string): GridData {
  const lines = document.getElementById(id)?.textContent.trim().split("\n") ?? [];
  const values: unknown[] = lines.map((line) => JSON.parse(line));
  return { head: values[0] as GridHead, rows: values.slice(1, -1) as GridRow[], end: values.at(-1) as GridEnd };
}

/** Shows the row that the address names. */
function reveal(): void {
  const id = location.hash.slice(1);
  if (id !== "") grids.values().some((grid) => grid.reveal(id));
}

function print(isPrinting: boolean): void {
  for (const grid of grids.values()) grid.printing = isPrinting;
}
