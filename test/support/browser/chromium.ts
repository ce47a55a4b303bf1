import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const KNOWN_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The system's Chromium; null where there is none. CHROMIUM names another. */
export const CHROMIUM: string | null =
  process.env["CHROMIUM"] ?? KNOWN_PLACES.find((place) => existsSync(place)) ?? null;

/** For the name of what is skipped where there is no browser. */
export const WHY_SKIPPED =
  CHROMIUM === null ? " (skipped: there is no Chromium; apt-get install chromium, or name one in CHROMIUM)" : "";

/** A page as a browser shows it from disk, with all that it did besides. */
export interface OpenPage {
  readonly page: Page;
  /** Messages of the console, errors, dialogs, refusals by the page's policy, and requests for anything but the file itself. */
  readonly incidents: string[];
}

/** A browser, and a folder for the files that it shows. */
export class TestBrowser {
  readonly #browser: Browser;
  readonly #folder = mkdtempSync(join(tmpdir(), "keysweep-pages-"));
  #files = 0;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(): Promise<TestBrowser> {
    if (CHROMIUM === null) throw new Error("there is no Chromium");
    // Root has no sandbox; what is shown is our own.
    return new TestBrowser(await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] }));
  }

  async open(html: string, options: BrowserContextOptions & { readonly hash?: string } = {}): Promise<OpenPage> {
    const file = join(this.#folder, `page-${this.#files++}.html`);
    writeFileSync(file, html);
    const { hash = "", ...context } = options;
    const page = await (
      await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, ...context })
    ).newPage();
    const url = pathToFileURL(file).href;
    const incidents = await watched(page, url);
    await page.goto(`${url}${hash}`);
    return { page, incidents };
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function watched(page: Page, url: string): Promise<string[]> {
  const incidents: string[] = [];
  page.on("console", (message) => incidents.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => incidents.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url) incidents.push(`request: ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    incidents.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.exposeFunction("tellViolation", (text: string) => incidents.push(`policy: ${text}`));
  await page.addInitScript(
    `addEventListener("securitypolicyviolation", (event) => tellViolation(event.violatedDirective))`,
  );
  return incidents;
}
