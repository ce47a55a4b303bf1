import * as fc from "fast-check";
import { expect, test } from "vitest";
import { validateXML } from "xmllint-wasm";
import { skipped } from "../../src/model/coverage.ts";
import { scanFormats } from "../../src/report/scan/scan-formats.ts";
import { filePlace, gitPlace, scanFinding, scanReport } from "../support/reports.ts";

/** Names of any code units, halves of characters too, and of what means something to a reader. */
const name = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("\n::error::", "]]>", "\ud800", "\udc00", "\uffff", "\x1b]8;;", "%0A", "</script>"),
    ),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(""));

const names = fc.array(name, { minLength: 1, maxLength: 12 });

function reportOf(given: readonly string[]): ReturnType<typeof scanReport> {
  const findings = given.map((each, index) =>
    scanFinding(index, {
      places: [filePlace(each), filePlace("/work/a.zip", 1, [each]), gitPlace({ path: each, author: each })],
      allowed: index % 3 === 0 ? { reason: each, owner: each, expires: null } : null,
    }),
  );
  const rows = given.map((each) => skipped(each, "read-error", each));
  return scanReport(
    { findings },
    { complete: false, skipped: rows, excluded: [{ by: "keysweep", pattern: given.join(""), count: 1 }] },
  );
}

async function written(format: (typeof scanFormats.names)[number], given: readonly string[]): Promise<string> {
  const appearance = { color: false, hyperlinks: true, width: 80, verbose: true };
  const circumstances = { fails: ({ allowed }: { allowed: unknown }) => allowed === null, folder: "/work" };
  return [...(await scanFormats.load(format)).write(reportOf(given), appearance, circumstances)].join("");
}

test.each(["json", "sarif", "gitlab"] as const)(
  "%s is JSON that any reader takes, whatever names there are",
  async (format) => {
    await fc.assert(
      fc.asyncProperty(names, async (given) => {
        const text = await written(format, given);
        expect(text.isWellFormed()).toBe(true);
        expect(() => JSON.parse(text)).not.toThrow();
      }),
      { numRuns: 60 },
    );
  },
);

test("junit is XML that a strict reader takes, whatever names there are", async () => {
  await fc.assert(
    fc.asyncProperty(names, async (given) => {
      const contents = await written("junit", given);
      const { errors } = await validateXML({ xml: [{ fileName: "report.xml", contents }], normalization: "format" });
      expect(errors).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test("github gives one command a line, whatever names there are", async () => {
  await fc.assert(
    fc.asyncProperty(names, async (given) => {
      const lines = (await written("github", given)).trimEnd().split(/\r\n|\r|\n/);
      expect(lines).toHaveLength(2 * given.length + 1);
      for (const line of lines) expect(line).toMatch(/^::(?:error|warning|notice) /);
    }),
    { numRuns: 60 },
  );
});

test("pretty ends every link that it begins, whatever names there are", async () => {
  await fc.assert(
    fc.asyncProperty(names, async (given) => {
      const text = await written("pretty", given);
      const rest = text.replaceAll(/\x1b\]8;;[!-~]*\x1b\\/g, "");
      expect(rest).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    }),
    { numRuns: 60 },
  );
});
