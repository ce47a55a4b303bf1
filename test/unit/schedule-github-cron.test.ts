import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cronTimes, problemOfCron } from "../../src/runtime/cron-times.ts";
import { githubWorkflow } from "../../src/schedule/install/github-actions.ts";
import { githubCron } from "../../src/schedule/install/github-cron.ts";

const at = (expression: string): string => githubCron("scan", { kind: "cron", expression });

/** What GitHub's own parser says of a workflow that runs at these times. */
async function problems(scan: string): Promise<string[]> {
  const { text: content } = githubWorkflow({ path: "/w.yml", action: "acme/keysweep@v1", scan, audit: null });
  const { context, value } = parseWorkflow({ name: "keysweep.yml", content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

describe("GitHub's times", () => {
  it.each([
    ["0 2 * * *", "0 2 * * *"],
    ["0  30 2 * * 1", "30 2 * * 1"],
    ["0 2 * * 7", "0 2 * * 0"],
    ["0 2 * * 1-7", "0 2 * * 1-6,0"],
    ["0 2 * * 5,7", "0 2 * * 5,0"],
    ["0 2 * jan-mar sun", "0 2 * jan-mar sun"],
  ])("of %s are %s", (given, expected) => {
    expect(at(given)).toBe(expected);
  });

  it.each(["30 0 2 * * *", "* 0 2 * * *", "0 2 * * 1-7/2"])("are none of %s", (given) => {
    expect(problemOfCron(given)).toBeNull();
    expect(() => at(given)).toThrow(/GitHub/);
  });

  it.each([
    [5, "*/5 * * * *"],
    [60, "0 * * * *"],
    [360, "0 */6 * * *"],
    [1440, "0 0 * * *"],
  ])("of every %i minutes are %s", (minutes, expected) => {
    expect(githubCron("scan", { kind: "every", ms: minutes * 60_000 })).toBe(expected);
  });

  it.each([1, 7, 90, 2880, 5.5])("are none of every %d minutes", (minutes) => {
    expect(() => githubCron("scan", { kind: "every", ms: minutes * 60_000 })).toThrow(/GitHub/);
  });

  it("are taken by GitHub and name the same moments, whatever is scheduled", async () => {
    const part = (least: number, most: number) =>
      fc
        .tuple(
          fc.integer({ min: least, max: most }),
          fc.integer({ min: least, max: most }),
          fc.constantFrom("*", "one", "range", "step"),
        )
        .map(([a, b, kind]) => {
          const [from, to] = a < b ? [a, b] : [b, a];
          if (kind === "*") return "*";
          if (kind === "one") return String(a);
          return kind === "range" ? `${from}-${to}` : `${from}-${to}/2`;
        });
    const list = (least: number, most: number) =>
      fc.array(part(least, most), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(","));
    await fc.assert(
      fc.asyncProperty(fc.tuple(list(0, 59), list(0, 23), list(1, 31), list(1, 12), list(0, 7)), async (fields) => {
        const expression = fields.join(" ");
        fc.pre(problemOfCron(expression) === null);
        let cron: string;
        try {
          cron = at(expression);
        } catch {
          return;
        }
        expect(await problems(cron)).toEqual([]);
        const start = Date.parse("2027-01-01T00:00Z");
        expect(cronTimes(cron, "UTC").next(start)).toBe(cronTimes(expression, "UTC").next(start));
      }),
      { numRuns: 150 },
    );
  });
});
