import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = "src/report/html/page";

/** The script and the style of html reports as text, each with the digest by which a page's policy lets them in. */
export async function generate(): Promise<Map<string, string>> {
  const script = await bundled(`${FOLDER}/main.ts`);
  const style = await readFile(`${ROOT}${FOLDER}/page.css`, "utf8");
  for (const text of [script, style]) {
    if (/<\/(?:script|style)|<!--/i.test(text)) throw new Error(`${FOLDER}: what would end its element is in it`);
    // A browser reads some of them as others, and the digest would not fit.
    if (/[^\n\P{Cc}]/u.test(text)) throw new Error(`${FOLDER}: a control character is in it`);
  }
  return new Map([
    [
      "src/generated/html-page.ts",
      [
        `// Generated from ${FOLDER} by npm run generate; do not edit.`,
        `export const PAGE_SCRIPT = ${JSON.stringify(script)};`,
        `export const PAGE_SCRIPT_HASH = ${JSON.stringify(digest(script))};`,
        `export const PAGE_STYLE = ${JSON.stringify(style)};`,
        `export const PAGE_STYLE_HASH = ${JSON.stringify(digest(style))};`,
        "",
      ].join("\n"),
    ],
  ]);
}

/** As plain and readable as the rest of what users get: somebody may want to know what a report does before opening it. */
async function bundled(entry: string): Promise<string> {
  const { output } = await build({
    cwd: ROOT,
    input: entry,
    platform: "browser",
    logLevel: "warn",
    write: false,
    output: { format: "iife", minify: false },
  });
  return output[0].code.replace(/^\t+/gm, (tabs) => "  ".repeat(tabs.length));
}

/** As a Content-Security-Policy names it. */
function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
