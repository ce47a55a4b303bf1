import { PAGE_SCRIPT, PAGE_SCRIPT_HASH, PAGE_STYLE, PAGE_STYLE_HASH } from "../../generated/html-page.ts";
import { grouped } from "../summary-text.ts";
import { html, type Markup, ownMarkup } from "./markup.ts";

/** One file that a browser shows by itself: style, script and data are in it, and nothing else is ever loaded. */
export interface Page {
  /** What was reported on, e.g. `keysweep scan`. */
  readonly kind: string;
  /** What came out, in one line. */
  readonly headline: string;
  /** What was read and in how long, as sentences. */
  readonly lead: readonly string[];
  /** What makes the report less than the whole truth, with the section that says more; null where nothing does. */
  readonly warning: Warning | null;
  readonly figures: readonly KeyFigure[];
  readonly sections: readonly Section[];
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly finishedAt: string;
}

export interface Warning {
  readonly text: string;
  readonly section: string;
}

/** A number of the summary; with a section it is a link there. */
export interface KeyFigure {
  readonly value: number;
  readonly label: string;
  /** The class that colours it where it is not 0. */
  readonly tone?: string;
  readonly section?: string;
  /** What a table of the section is to show then. */
  readonly choose?: TableChoice;
}

export interface TableChoice {
  readonly grid: string;
  /** Names of filters with what is chosen there. */
  readonly filters: Readonly<Record<string, string>>;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly intro?: string;
  readonly body: Iterable<Markup>;
}

/**
 * The page as text, piece by piece. No script runs but its own, by its digest, nothing is fetched, and no text can become markup
 * (https://www.w3.org/TR/CSP3/, https://w3c.github.io/trusted-types/).
 */
export function* pageText(page: Page): Generator<string> {
  yield head(page).text;
  for (const { id, title, intro, body } of page.sections) {
    yield html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${intro === undefined ? null : html`<p class="intro">${intro}</p>`}`.text;
    for (const piece of body) yield piece.text;
    yield "</section>\n";
  }
  yield foot(page).text;
}

const POLICY = [
  "default-src 'none'",
  `script-src '${PAGE_SCRIPT_HASH}'`,
  `style-src '${PAGE_STYLE_HASH}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

function head({ kind, headline, lead, warning, figures, sections, version, finishedAt }: Page): Markup {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${ownMarkup(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<meta name="generator" content="keysweep ${version}">
<title>keysweep: ${headline}</title>
<style>${ownMarkup(PAGE_STYLE)}</style>
</head>
<body>
<a class="skip" href="#${sections[0]?.id}">Skip to ${sections[0]?.title.toLowerCase()}</a>
<header>
<p class="kind">${kind} <time datetime="${finishedAt}">${finishedAt.slice(0, 16).replace("T", " ")} UTC</time></p>
<h1>${headline}</h1>
${lead.map((sentence) => html`<p class="lead">${sentence}</p>\n`)}${
  warning === null
    ? null
    : html`<p class="warning"><strong>${warning.text}</strong> <a href="#${warning.section}">See what is missing</a></p>\n`
}<dl class="figures">
${figures.map(figureMarkup)}</dl>
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>
`;
}

function figureMarkup({ value, label, tone, section, choose }: KeyFigure): Markup {
  const number = grouped(value);
  const choice =
    choose === undefined ? null : html` data-grid="${choose.grid}" data-choose="${JSON.stringify(choose.filters)}"`;
  const shown =
    section === undefined || value === 0 ? html`${number}` : html`<a href="#${section}"${choice}>${number}</a>`;
  return html`<div class="figure ${value === 0 ? "zero" : (tone ?? "")}"><dt>${label}</dt><dd>${shown}</dd></div>\n`;
}

function foot({ version }: Page): Markup {
  return html`</main>
<footer><p>Made by keysweep ${version}. No secret is in this file, but it says whose keys there are and where they lie: share it with care.</p></footer>
<script>${ownMarkup(PAGE_SCRIPT)}</script>
</body>
</html>
`;
}
