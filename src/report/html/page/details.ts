import type { GridCell, GridDetail, GridList, RemedyTemplate, RemedyUse } from "../page-data.ts";
import { countText, element } from "./dom.ts";

/** What a row shows when it is opened. */
export function detailElement(
  { text, facts = [], lists = [], remedy, commands = [] }: GridDetail,
  id: string | undefined,
  remedies: readonly RemedyTemplate[],
): HTMLElement {
  const known = element(
    "div",
    { class: "known" },
    text === undefined ? null : element("p", {}, text),
    facts.length === 0 ? null : factList(facts),
    ...lists.map(placeList),
    id === undefined
      ? null
      : element("p", { class: "permalink" }, element("a", { href: `#${id}` }, "Link to this row")),
  );
  const wayOff = element(
    "div",
    { class: "way-off" },
    ...(remedy === undefined ? [] : remedyElements(remedy, remedies)),
    ...commands.map(([purpose, command]) =>
      element("p", { class: "command" }, `${purpose} `, element("code", {}, command)),
    ),
  );
  return element("div", { class: "detail" }, known, wayOff.childNodes.length === 0 ? null : wayOff);
}

function factList(facts: NonNullable<GridDetail["facts"]>): HTMLElement {
  return element(
    "dl",
    { class: "facts" },
    ...facts.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
  );
}

function placeList({ title, items, more }: GridList): HTMLElement {
  return element(
    "div",
    {},
    element("h3", {}, title),
    element("ul", { class: "places" }, ...items.map((item) => element("li", {}, ...cellNodes(item)))),
    more === 0 ? null : element("p", { class: "more" }, `And ${countText(more)} more.`),
  );
}

function cellNodes(cell: GridCell): Node[] {
  if (cell === null) return [];
  if (typeof cell !== "object") return [element("code", {}, String(cell))];
  return [element("code", {}, cell[0]), ...(cell[1] === "" ? [] : [element("span", { class: "beside" }, cell[1])])];
}

function remedyElements({ template, values }: RemedyUse, remedies: readonly RemedyTemplate[]): HTMLElement[] {
  const remedy = remedies[template];
  if (remedy === undefined) return [];
  const steps = remedy.steps.map((step) =>
    step.map((part) => (typeof part === "number" ? (values[part] ?? "") : part)),
  );
  return [
    element("h3", {}, remedy.title),
    element("ol", { class: "steps" }, ...steps.map((step) => element("li", {}, ...withCode(step.join(""))))),
  ];
}

/** A step with its commands, which stand in backticks, as code. */
function withCode(text: string): (Node | string)[] {
  return text.split("`").map((part, index) => (index % 2 === 1 ? element("code", {}, part) : part));
}
