import { type Content, html, type Markup } from "../markup.ts";

/** A drawing with what it says in words, and with its numbers as a table: for those who do not see it, and for copying. */
export interface Figure {
  readonly title: string;
  /** What it shows, in one sentence. */
  readonly says: string;
  /** In units of the drawing, which is as wide as its place in the page. */
  readonly width: number;
  readonly height: number;
  readonly drawing: Content;
  readonly legend?: readonly LegendEntry[];
  readonly table: FigureTable;
}

export interface LegendEntry {
  /** The class that gives the colour. */
  readonly name: string;
  readonly label: string;
}

export interface FigureTable {
  readonly columns: readonly string[];
  /** The first cell names the row. */
  readonly rows: readonly (readonly (string | number)[])[];
  /** How many more rows there were. */
  readonly leftOut?: number;
}

export function figureMarkup({ title, says, width, height, drawing, legend = [], table }: Figure): Markup {
  return html`<figure>
<figcaption><strong>${title}</strong> <span>${says}</span></figcaption>
${legend.length === 0 ? null : html`<ul class="legend">${legend.map(({ name, label }) => html`<li class="${name}">${label}</li>`)}</ul>`}
<div class="drawing" tabindex="0" role="group" aria-label="${title}"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}. ${says}">${drawing}</svg></div>
<details class="numbers"><summary>The numbers</summary>${tableMarkup(title, table)}</details>
</figure>
`;
}

function tableMarkup(title: string, { columns, rows, leftOut = 0 }: FigureTable): Markup {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${title}, the numbers"><table>
<caption class="unseen">${title}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([name = "", ...cells]) =>
      html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td class="${typeof cell}">${cell}</td>`)}</tr>\n`,
  )}</tbody>
</table></div>${leftOut > 0 ? html`<p>And ${leftOut} more.</p>` : null}`;
}

/** A text that is to fit, in characters. Names come from whoever made them. */
export function clipped(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
