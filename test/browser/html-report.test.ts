import axe from "axe-core";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { htmlFormat as auditHtml } from "../../src/report/audit/formats/html.ts";
import type { Circumstances } from "../../src/report/format.ts";
import { htmlFormat as rotationsHtml } from "../../src/report/rotations/formats/html.ts";
import { htmlFormat as scanHtml } from "../../src/report/scan/formats/html.ts";
import { inReadingOrder } from "../../src/report/scan/reading-order.ts";
import { CHROMIUM, TestBrowser, WHY_SKIPPED } from "../support/browser/chromium.ts";
import { HOSTILE_TEXTS, hostileNaming } from "../support/browser/hostile.ts";
import { auditReport, earlierRuns, rotationReports, scanReport } from "../support/browser/reports.ts";
import { rotationsReport } from "../support/rotation-reports.ts";

const LOOK = { color: false, hyperlinks: false, width: 100, verbose: true };
const PAST: Circumstances = {
  fails: () => false,
  folder: "/",
  earlier: earlierRuns(9),
  rotations: rotationReports(5),
};
const SCAN = scanReport(120);
const SCAN_PAGE = [...scanHtml.write(SCAN, LOOK, PAST)].join("");
const AUDIT_PAGE = [...auditHtml.write(auditReport(90), LOOK, PAST)].join("");

const ROTATIONS_PAGE = [...rotationsHtml.write(rotationsReport(rotationReports(12)), LOOK, PAST)].join("");

let browser: TestBrowser;
beforeAll(async () => {
  if (CHROMIUM !== null) browser = await TestBrowser.start();
});
afterAll(async () => {
  if (CHROMIUM !== null) await browser.stop();
});

/** The parts of the table of findings that a person uses. */
function findings(page: Page) {
  const section = page.locator("#findings");
  return {
    section,
    search: section.getByLabel("Search", { exact: true }),
    severity: (name: string) => section.getByRole("checkbox", { name: new RegExp(`^${name}`) }),
    select: (label: string) => section.getByLabel(label, { exact: true }),
    status: section.getByRole("status"),
    rows: section.locator("tbody tr.row"),
    header: (name: string) => section.getByRole("columnheader", { name }),
    opener: (index: number) => section.locator(".opener").nth(index),
    details: section.locator(".detail"),
  };
}

async function textsOf(rows: Locator, column: number): Promise<string[]> {
  return rows.locator(`td:nth-child(${column}) > :first-child`).allInnerTexts();
}

function numberIn(text: string | null): number {
  return Number((/\d[\d,]*/.exec(text ?? "")?.[0] ?? "").replaceAll(",", ""));
}

describe.skipIf(CHROMIUM === null)(`a page in a browser${WHY_SKIPPED}`, () => {
  const LOOKS = [
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["narrow", { viewport: { width: 360, height: 740 } }],
  ] as const;

  describe.each([
    ["of a scan", SCAN_PAGE],
    ["of an audit", AUDIT_PAGE],
    ["of rotations", ROTATIONS_PAGE],
  ])("%s", (_, html) => {
    test.each(LOOKS)("is quiet, whole and accessible: %s", async (_name, options) => {
      const { page, incidents } = await browser.open(html, options);
      await page.locator(".opener").nth(1).click();
      await page.locator("details.numbers summary").first().click();
      expect(incidents).toEqual([]);
      expect(await violationsOf(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      for (const grid of await page.locator(".grid").all())
        expect(await grid.locator("tbody tr").count()).toBeGreaterThan(0);
    });

    test("says what it can without its script", async () => {
      const { page } = await browser.open(html, { javaScriptEnabled: false });
      expect(await page.locator("h1").innerText()).toMatch(/^\d+ /);
      expect(await page.locator("figure svg").first().isVisible()).toBe(true);
      expect(await page.locator("noscript").first().innerText()).toContain("drawn by the script");
    });
  });

  test("a table of findings that has room is not to be scrolled sideways", async () => {
    const { page } = await browser.open(SCAN_PAGE, { viewport: { width: 1280, height: 900 } });
    const width = (name: string) => page.evaluate(`document.querySelector("#findings .scroll").${name}`);
    expect(await width("scrollWidth")).toBe(await width("clientWidth"));
  });

  test("what a page must not do would be noticed", async () => {
    const { page, incidents } = await browser.open(
      SCAN_PAGE.replace("</main>", `<script>1</script><img src="http://127.0.0.1:9/">$&`),
    );
    await page.evaluate(`(() => { try { document.body.innerHTML = "<b>"; } catch {} })()`);
    expect(incidents.join("\n")).toMatch(/policy: script-src/);
    expect(incidents.join("\n")).toMatch(/policy: img-src/);
    await expect.poll(() => incidents.join("\n")).toMatch(/policy: require-trusted-types-for/);
  });

  test("can be searched by keyboard, and says how many rows are left", async () => {
    const { page } = await browser.open(SCAN_PAGE);
    const { search, status, rows, section } = findings(page);
    await search.focus();
    await page.keyboard.type("infrastructure-code .ENV");
    const left = numberIn(await status.innerText());
    expect(await status.innerText()).toMatch(/^\d+ of 120 findings/);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(120);
    expect(new Set(await textsOf(rows, 5))).toEqual(new Set(["infrastructure-code"]));
    await search.fill("nothing is like this");
    expect(await section.locator("tbody").innerText()).toBe("No finding is like that.");
    await section.getByRole("button", { name: "Clear all" }).click();
    expect(await status.innerText()).toMatch(/^120 findings/);
    expect(await page.evaluate("document.activeElement.type")).toBe("search");
  });

  test("can be filtered by severity, rule, account and status", async () => {
    const { page } = await browser.open(SCAN_PAGE);
    const { severity, select, status, rows } = findings(page);
    await severity("critical").press("Space");
    await severity("low").click();
    expect(new Set(await textsOf(rows, 1))).toEqual(new Set(["critical", "low"]));
    expect(numberIn(await status.innerText())).toBe(
      SCAN.findings.filter((finding) => ["critical", "low"].includes(finding.severity)).length,
    );
    await select("Rule").selectOption("ses-smtp-password");
    expect(new Set(await textsOf(rows, 2))).toEqual(new Set(["Amazon SES SMTP password"]));
    await findings(page).section.getByRole("button", { name: "Clear all" }).click();
    const account = SCAN.findings[0]?.accountId ?? "";
    await select("Account").selectOption(account);
    expect(new Set(await textsOf(rows, 4))).toEqual(new Set([account]));
    await findings(page).section.getByRole("button", { name: "Clear all" }).click();
    await select("Status").selectOption("allowed");
    expect(numberIn(await status.innerText())).toBe(SCAN.findings.filter(({ allowed }) => allowed !== null).length);
    await select("Status").selectOption("new");
    expect(numberIn(await status.innerText())).toBe(SCAN.changes?.new.length);
  });

  test("leads from a number of the summary to the findings that it counts", async () => {
    const { page } = await browser.open(SCAN_PAGE);
    await page.locator(".figure.high a").first().click();
    expect(numberIn(await findings(page).status.innerText())).toBe(SCAN.summary.high);
    await page.locator(".figure", { hasText: "not read" }).getByRole("link").click();
    expect(numberIn(await page.locator("[data-grid=skipped]").getByRole("status").innerText())).toBe(
      SCAN.coverage.skipped.filter(({ failure, allowed }) => failure && allowed === undefined).length,
    );
  });

  test("can be put in order by any column, and back", async () => {
    const { page } = await browser.open(SCAN_PAGE);
    const { header, rows, section } = findings(page);
    const given = await textsOf(rows, 3);
    await header("Places").getByRole("button").click();
    expect(await header("Places").getAttribute("aria-sort")).toBe("ascending");
    await page.keyboard.press("Enter");
    expect(await header("Places").getAttribute("aria-sort")).toBe("descending");
    const places = (await textsOf(rows, 6)).map(numberIn);
    expect(places).toEqual(places.toSorted((a, b) => b - a));
    expect(await section.locator("th[aria-sort=none]").count()).toBe(5);
    await page.keyboard.press("Enter");
    expect(await textsOf(rows, 3)).toEqual(given);
  });

  test("opens and closes the details of a row by keyboard and by mouse", async () => {
    const { page } = await browser.open(SCAN_PAGE);
    const { opener, details, rows } = findings(page);
    const [first] = inReadingOrder(SCAN.findings);
    await opener(0).focus();
    await page.keyboard.press("Enter");
    expect(await opener(0).getAttribute("aria-expanded")).toBe("true");
    expect(await page.evaluate("document.activeElement.id")).toBe(await opener(0).getAttribute("id"));
    const id = (await opener(0).getAttribute("aria-controls")) ?? "";
    const text = await page.locator(`[id="${id}"]`).innerText();
    expect(text).toContain(first?.fingerprint);
    expect(text).toContain(first?.remedy.title);
    for (const step of first?.remedy.steps ?? []) expect(flat(text)).toContain(flat(step.replaceAll("`", "")));
    await page.keyboard.press("Space");
    expect(await details.count()).toBe(0);
    await rows.nth(2).locator("td").nth(0).click();
    expect(await details.count()).toBe(1);
    await details.locator("li").first().click();
    expect(await details.count()).toBe(1);
    await rows.nth(2).locator("td").nth(0).click();
    expect(await details.count()).toBe(0);
  });

  test("has a link to each row, which opens it on whatever page it is", async () => {
    const target = inReadingOrder(SCAN.findings).at(-1);
    const { page } = await browser.open(SCAN_PAGE, { hash: `#${target?.fingerprint}` });
    const { details, search } = findings(page);
    expect(await details.innerText()).toContain(target?.fingerprint);
    expect(await page.evaluate("document.activeElement.className")).toBe("opener");
    const [first] = inReadingOrder(SCAN.findings);
    await search.fill("nothing is like this");
    await page.evaluate(`location.hash = "#${first?.fingerprint}"`);
    await expect.poll(async () => (await details.allInnerTexts()).join()).toContain(first?.fingerprint);
  });

  test("has pages of rows, to be turned above the table and below it", async () => {
    const { page } = await browser.open(SCAN_PAGE);
    const { section, rows, status } = findings(page);
    const [above, below] = [section.locator(".pager").first(), section.locator(".pager").last()];
    expect(await above.innerText()).toContain("Page 1 of 3");
    await above.getByRole("button", { name: "Previous" }).focus();
    await page.keyboard.press("Enter");
    expect(await above.innerText()).toContain("Page 1 of 3");
    await above.getByRole("button", { name: "Next" }).click();
    await below.getByRole("button", { name: "Next" }).click();
    expect(await rows.count()).toBe(20);
    expect(await status.innerText()).toBe("120 findings, 101 to 120 shown");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Next");
    expect(await below.getByRole("button", { name: "Next" }).getAttribute("aria-disabled")).toBe("true");
  });

  test("of a few findings has no search, but a way back from what the summary leads to", async () => {
    const { page } = await browser.open([...scanHtml.write(scanReport(6), LOOK, PAST)].join(""));
    const { section, search, rows } = findings(page);
    expect(await search.isVisible()).toBe(false);
    await page.locator(".figure.medium a").click();
    expect(await rows.count()).toBeLessThan(6);
    await section.getByRole("button", { name: "Clear all" }).click();
    expect(await rows.count()).toBe(6);
    expect(await search.isVisible()).toBe(false);
  });

  test("holds twenty thousand findings, of which a page is drawn", async () => {
    const html = [...auditHtml.write(auditReport(20_000, { accountCount: 200 }), LOOK, PAST)].join("");
    const { page, incidents } = await browser.open(html);
    const { status, rows, search } = findings(page);
    expect(await status.innerText()).toBe("20,000 findings, 1 to 50 shown");
    expect(await rows.count()).toBe(50);
    await search.fill("legacy");
    expect(numberIn(await status.innerText())).toBeGreaterThan(1000);
    expect(await page.evaluate("document.querySelectorAll('*').length")).toBeLessThan(10_000);
    expect(incidents).toEqual([]);
  });

  test("is printed with all its rows, on white, without what only a screen can use", async () => {
    const { page, incidents } = await browser.open(SCAN_PAGE, { colorScheme: "dark" });
    const { rows, search, section } = findings(page);
    await section.getByRole("button", { name: "Next" }).first().click();
    const background = "getComputedStyle(document.body).backgroundColor";
    expect(await page.evaluate(background)).not.toBe("rgb(255, 255, 255)");
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate(background)).toBe("rgb(255, 255, 255)");
    expect(await search.isVisible()).toBe(false);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await rows.count()).toBe(120);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await findings(page).status.innerText()).toBe("120 findings, 51 to 100 shown");
    expect((await page.pdf({ format: "A4" })).subarray(0, 5).toString("latin1")).toBe("%PDF-");
    expect(incidents).toEqual([]);
  });

  test.each([
    ["scan", () => scanHtml.write(scanReport(60, { naming: hostileNaming(), gaps: 60 }), LOOK, hostilePast())],
    ["audit", () => auditHtml.write(auditReport(60, { naming: hostileNaming() }), LOOK, hostilePast())],
  ])("of a hostile %s runs nothing of it, and shows it as text", async (_, written) => {
    const { page, incidents } = await browser.open([...written()].join(""));
    const { search, section } = findings(page);
    for (const text of HOSTILE_TEXTS) await search.fill(text);
    await search.fill("");
    for (const opener of await section.locator(".opener").all()) await opener.click();
    for (const summary of await page.locator("details.numbers summary").all()) await summary.click();
    await page.evaluate(
      `for (const element of document.querySelectorAll("*")) element.dispatchEvent(new MouseEvent("mouseover"))`,
    );
    expect(await page.evaluate("'attacked' in window || 'attacked' in {}")).toBe(false);
    expect(incidents).toEqual([]);
    const foreign =
      "img, iframe, object, embed, link, base, form, svg svg, [onload], [onerror], [onmouseover], [style], a:not([href^='#'])";
    expect(await page.locator(foreign).count()).toBe(0);
    expect(await page.locator("script:not([type])").count()).toBe(1);
    const shown = await page.evaluate<string>("document.body.textContent");
    expect(shown).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Cs}\u2028\u2029]/u);
    expect(await page.locator("main").innerText()).toContain("<img src=x onerror=window.attacked=1>");
  });
});

function hostilePast(): Circumstances {
  return { ...PAST, rotations: rotationReports(8, hostileNaming()) };
}

async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
  );
}

function flat(text: string): string {
  return text.replace(/\s+/g, "");
}
