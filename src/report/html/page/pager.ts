import { countText, element } from "./dom.ts";

/** Buttons for the page before and the page after. */
export class Pager {
  readonly element: HTMLElement;
  readonly #before = element("button", { type: "button" }, "Previous");
  readonly #after = element("button", { type: "button" }, "Next");
  readonly #text = element("span");
  #page = 0;
  #pages = 1;

  /** @param label tells it from other pagers. */
  constructor(label: string, turnTo: (page: number) => void) {
    const turnBy = (step: number): void => {
      const page = this.#page + step;
      if (page >= 0 && page < this.#pages) turnTo(page);
    };
    this.#before.addEventListener("click", () => turnBy(-1));
    this.#after.addEventListener("click", () => turnBy(1));
    this.element = element("nav", { class: "pager", "aria-label": label }, this.#before, this.#text, this.#after);
  }

  update(page: number, pages: number): void {
    this.#page = page;
    this.#pages = pages;
    this.element.hidden = pages < 2;
    this.#text.textContent = `Page ${countText(page + 1)} of ${countText(pages)}`;
    // Not `disabled`: a button that is would lose the focus.
    this.#before.setAttribute("aria-disabled", String(page === 0));
    this.#after.setAttribute("aria-disabled", String(page >= pages - 1));
  }
}
