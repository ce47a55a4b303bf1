import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { HtmlValidate } from "html-validate";
import { describe, expect, test } from "vitest";
import type { RotationReport } from "../../src/model/rotation.ts";
import { htmlFormat as auditHtml } from "../../src/report/audit/formats/html.ts";
import { visible } from "../../src/report/escape.ts";
import type { Circumstances } from "../../src/report/format.ts";
import { type GridBounds, gridMarkup } from "../../src/report/html/grid.ts";
import { html, jsonMarkup } from "../../src/report/html/markup.ts";
import type { GridEnd, GridRow } from "../../src/report/html/page-data.ts";
import { RemedyBook } from "../../src/report/html/remedies.ts";
import { htmlFormat as rotationsHtml } from "../../src/report/rotations/formats/html.ts";
import { htmlFormat as scanHtml } from "../../src/report/scan/formats/html.ts";
import { HOSTILE_TEXTS, hostileNaming } from "../support/browser/hostile.ts";
import { auditReport, earlierRuns, rotationReports, scanReport } from "../support/browser/reports.ts";
import { rotationOf, rotationsReport } from "../support/rotation-reports.ts";

const LOOK = { color: false, hyperlinks: false, width: 100, verbose: true };
const ALONE: Circumstances = { fails: () => false, folder: "/" };
const WITH_PAST: Circumstances = { ...ALONE, earlier: earlierRuns(9), rotations: rotationReports(5) };

function scanPage(report = scanReport(60), circumstances = WITH_PAST): string {
  return [...scanHtml.write(report, LOOK, circumstances)].join("");
}

function auditPage(report = auditReport(90), circumstances = WITH_PAST): string {
  return [...auditHtml.write(report, LOOK, circumstances)].join("");
}

function scanWithoutAnything(): string {
  const { changes: _changes, ...report } = scanReport(0, { gaps: 0 });
  return scanPage(report, ALONE);
}

/** The texts of the elements of that name, in their order. */
function contentsOf(page: string, pattern: RegExp): string[] {
  return Array.from(page.matchAll(pattern), ([, content = ""]) => content);
}

function rotationsPage(rotations: readonly RotationReport[]): string {
  return [...rotationsHtml.write(rotationsReport(rotations), LOOK, ALONE)].join("");
}

const PAGES = [
  ["a scan", () => scanPage()],
  ["a scan that found nothing", scanWithoutAnything],
  ["a scan with hostile names", () => scanPage(scanReport(40, { naming: hostileNaming() }))],
  ["an audit", () => auditPage()],
  ["an audit that found nothing", () => auditPage(auditReport(0, { accountCount: 1, gaps: 0 }), ALONE)],
  ["an audit with hostile names", () => auditPage(auditReport(60, { naming: hostileNaming() }))],
  ["rotations", () => rotationsPage(rotationReports(12))],
  ["no rotations", () => rotationsPage([])],
  ["rotations with hostile names", () => rotationsPage(rotationReports(12, hostileNaming()))],
] as const;

describe.each(PAGES)("the page of %s", (_, page) => {
  test("is valid HTML", async () => {
    const validator = new HtmlValidate({ extends: ["html-validate:recommended"] });
    const { results } = await validator.validateString(page());
    const problems = results.flatMap(({ messages }) =>
      messages.map(({ ruleId, message, line }) => `${line}: ${ruleId}: ${message}`),
    );
    expect(problems).toEqual([]);
  });

  test("lets its own script and style in by their digests, and nothing else", () => {
    const text = page();
    const digest = (content = ""): string => `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
    const [policy = ""] = contentsOf(text, /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/g);
    const scripts = contentsOf(text, /<script>([^]*?)<\/script>/g);
    const styles = contentsOf(text, /<style>([^]*?)<\/style>/g);
    expect([scripts.length, styles.length]).toEqual([1, 1]);
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `script-src ${digest(scripts[0])}`,
      `style-src ${digest(styles[0])}`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
  });

  test("names nothing that would be loaded, and has no attribute that is code or style", () => {
    const markup = page().replace(/<(script|style)[^>]*>[^]*?<\/\1>/g, "");
    expect(contentsOf(markup, /(<(?:link|img|iframe|object|embed|base|form|a [^>]*href="(?!#))[^>]*>)/g)).toEqual([]);
    expect(contentsOf(markup, /(<[^>]* (?:src|srcset|action|style|on\w+)=[^>]*>)/g)).toEqual([]);
  });

  test("has data that is JSON, a value a line", () => {
    for (const data of contentsOf(page(), /<script type="application\/jsonl"[^>]*>([^]*?)<\/script>/g)) {
      const [head, ...rest] = data
        .trim()
        .split("\n")
        .map((line): unknown => JSON.parse(line));
      expect(head).toHaveProperty("columns");
      expect(rest.at(-1)).toHaveProperty("remedies");
    }
  });
});

describe("a page", () => {
  const TITLES = /<h2 id="[^"]*">([^<]*)<\/h2>/g;

  test("draws no section without data", () => {
    expect(contentsOf(scanWithoutAnything(), TITLES)).toEqual(["Findings", "Coverage"]);
  });

  test("draws what there is of a scan", () => {
    expect(contentsOf(scanPage(), TITLES)).toEqual([
      "Findings",
      "Whose keys they are",
      "Found before, and not now",
      "Trend",
      "Rotations",
      "Coverage",
    ]);
  });

  test("draws what there is of an audit", () => {
    expect(contentsOf(auditPage(), TITLES)).toEqual([
      "Findings",
      "Access keys",
      "MFA",
      "Keys never used",
      "Found before, and not now",
      "Trend",
      "Rotations",
      "Coverage",
    ]);
  });

  test("draws rotations with their targets and events, those first that need a person", () => {
    const page = rotationsPage([rotationOf(), rotationOf({ name: "other", state: "stuck", nextStepAt: null })]);
    expect(contentsOf(page, TITLES)).toEqual(["Rotations", "Timeline"]);
    expect(page.indexOf('"other"')).toBeLessThan(page.indexOf('"travis-deploy"'));
    expect(page).toContain('["dotenv: /srv/app/.env","verified: it was read back"]');
    expect(page).toContain('["begun","2026-11-21 10:00 UTC"]');
    expect(contentsOf(rotationsPage([]), TITLES)).toEqual(["Rotations"]);
  });

  test("says above all that something was not read", () => {
    const [header = ""] = contentsOf(scanPage(), /<header>([^]*?)<\/header>/g);
    expect(header).toContain("Not everything could be read: 7 things that should have been were not.");
    expect(contentsOf(scanWithoutAnything(), /class="(warning)"/g)).toEqual([]);
    expect(auditPage()).toContain("Not everything could be audited: 2 accounts, or parts of them.");
  });

  test("has every row of a report, with the steps of each finding", () => {
    const report = scanReport(60);
    const page = scanPage(report);
    for (const { fingerprint } of report.findings) expect(page).toContain(`{"id":"${fingerprint}"`);
    for (const { place } of report.coverage.skipped) expect(page).toContain(place);
  });

  test("is written row by row", () => {
    const longest = (size: number): number =>
      Math.max(...Array.from(auditHtml.write(auditReport(size), LOOK, ALONE), ({ length }) => length));
    expect(longest(300) - longest(100)).toBeLessThan(2_000);
  });
});

describe("a table's data", () => {
  const head = { noun: ["row", "rows"], columns: [], filters: [] } as const;
  const rows: GridRow[] = Array.from({ length: 10 }, (_, index) => ({ cells: [index] }));

  function written(bounds: GridBounds): unknown[] {
    const text = Array.from(gridMarkup({ id: "t", head, rows }, bounds), (markup) => markup.text).join("");
    const [data = ""] = contentsOf(text, /<script[^>]*>([^]*?)<\/script>/g);
    return data
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
  }

  test.each([
    [{ rows: 10, characters: 1000 }, 10],
    [{ rows: 4, characters: 1000 }, 4],
    [{ rows: 10, characters: 30 }, 2],
  ])("is bounded by %o, and says what is left out", (bounds, kept) => {
    const data = written(bounds);
    expect(data.slice(1, -1)).toEqual(rows.slice(0, kept));
    expect(data.at(-1)).toEqual({ remedies: [], leftOut: 10 - kept } satisfies GridEnd);
  });
});

describe("markup", () => {
  test("escapes whatever stands in it", () => {
    expect(html`<a title="${`"><img onerror='x'>&`}">${["<b>", html`<i>${1}</i>`, null, undefined]}</a>`.text).toBe(
      '<a title="&quot;&gt;&lt;img onerror=&#39;x&#39;&gt;&amp;">&lt;b&gt;<i>1</i></a>',
    );
  });

  test("takes no object of another kind for markup", () => {
    const forged = JSON.parse('{"text":"<script>"}') as never;
    expect(() => html`${forged}`.text).toThrow(TypeError);
  });

  test("of any text has no character that a browser would read as more than text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...HOSTILE_TEXTS)), (text) => {
        expect(html`${text}`.text).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)|[\p{Cc}\p{Cs}\u2028\u2029\u202e]/u);
        const data = jsonMarkup({ text }).text;
        expect(data).not.toMatch(/[<\n\r\u2028\u2029]/);
        expect(JSON.parse(data)).toEqual({ text: visible(text) });
      }),
    );
  });
});

describe("a book of remedies", () => {
  test("keeps steps that differ in a row's own values once", () => {
    const book = new RemedyBook();
    const uses = ["ada", "bob"].map((user) => book.use({ title: "Go", steps: [`delete ${user}`] }, [user]));
    expect(uses).toEqual([
      { template: 0, values: ["ada"] },
      { template: 0, values: ["bob"] },
    ]);
    expect(book.templates).toEqual([{ title: "Go", steps: [["delete ", 0]] }]);
  });

  test("gives every step back as it was", () => {
    const word = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom("a", "aa", "0", "1", "`", "{userName}"));
    fc.assert(
      fc.property(
        fc.array(fc.array(word, { maxLength: 6 })),
        fc.array(fc.option(word), { maxLength: 3 }),
        (steps, own) => {
          const remedy = { title: "t", steps: steps.map((words) => words.join("")) };
          const book = new RemedyBook();
          const { template, values } = book.use(remedy, own);
          const filled = book.templates[template]?.steps.map((parts) =>
            parts.map((part) => (typeof part === "number" ? values[part] : part)).join(""),
          );
          expect(filled).toEqual(remedy.steps);
        },
      ),
    );
  });
});
