import type { GridFilter } from "../page-data.ts";
import { countText, element } from "./dom.ts";
import type { Rows } from "./rows.ts";

/** A filter as a person uses it. */
export interface FilterControl {
  readonly label: string;
  readonly element: HTMLElement;
  /** Empty: nothing is chosen, and all rows pass. */
  readonly chosen: readonly string[];
  set(values: readonly string[]): void;
}

/** @param id for the control in the page */
export function filterControl(filter: GridFilter, id: string, rows: Rows, onChange: () => void): FilterControl {
  return filter.kind === "choices" ? choices(filter, rows, onChange) : selection(filter, id, rows, onChange);
}

/** A control under its label. */
export function labelled(label: string, control: HTMLElement, style: string): HTMLElement {
  return element("div", { class: style }, element("label", { for: control.id }, label), control);
}

function choices(filter: GridFilter, rows: Rows, onChange: () => void): FilterControl {
  const boxes = rows.options(filter).map(({ value, label, count }) => {
    const box = element("input", { type: "checkbox", value });
    box.addEventListener("change", onChange);
    const number = element("span", { class: "count" }, countText(count));
    return { box, shown: element("label", { class: "choice" }, box, label, number) };
  });
  const legend = element("legend", { class: "unseen" }, filter.label);
  return {
    label: filter.label,
    element: element("fieldset", {}, legend, ...boxes.map(({ shown }) => shown)),
    get chosen() {
      return boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
    },
    set(values) {
      for (const { box } of boxes) box.checked = values.includes(box.value);
    },
  };
}

function selection(filter: GridFilter, id: string, rows: Rows, onChange: () => void): FilterControl {
  const options = rows.options(filter).filter(({ count }) => count > 0);
  const select = element(
    "select",
    { id },
    element("option", { value: "" }, "all"),
    ...options.map(({ value, label, count }) => element("option", { value }, `${label} (${countText(count)})`)),
  );
  select.addEventListener("change", onChange);
  const shown = labelled(filter.label, select, "field");
  // With one choice there is nothing to choose.
  shown.hidden = options.length < 2;
  return {
    label: filter.label,
    element: shown,
    get chosen() {
      return select.value === "" ? [] : [select.value];
    },
    set([value = ""]) {
      select.value = value;
      if (select.selectedIndex < 0) select.value = "";
    },
  };
}
