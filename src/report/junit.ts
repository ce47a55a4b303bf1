import Builder from "fast-xml-builder";
import { visible } from "./escape.ts";

/*
 * JUnit's XML as Jenkins, GitLab, CircleCI and Buildkite read it (the schema is that of Jenkins's xUnit plugin): what fails the run is a
 * failure, what was not looked at is an error.
 */

export interface JunitSuite {
  readonly name: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Gone through twice: the counts stand before the cases. */
  readonly cases: () => Iterable<JunitCase>;
  /** What is said where there is no case at all, since an empty suite counts as one that did not run. */
  readonly nothing: string;
}

export interface JunitCase {
  /** What it is a case of: a rule, a check, or `coverage`. */
  readonly group: string;
  readonly name: string;
  readonly outcome: "failure" | "error" | "skipped" | "passed";
  /** Why, in a sentence. */
  readonly message: string;
  /** The severity, or the reason. */
  readonly type: string;
  readonly lines: readonly string[];
}

/** The suite in pieces, a case each. */
export function* junitSuite(suite: JunitSuite): Generator<string> {
  const counts = { tests: 0, failure: 0, error: 0, skipped: 0, passed: 0 };
  for (const { outcome } of suite.cases()) {
    counts.tests++;
    counts[outcome]++;
  }
  const isEmpty = counts.tests === 0;
  const seconds = (Date.parse(suite.finishedAt) - Date.parse(suite.startedAt)) / 1000;
  const totals = {
    "@tests": String(isEmpty ? 1 : counts.tests),
    "@failures": String(counts.failure),
    "@errors": String(counts.error),
    "@time": seconds.toFixed(3),
  };
  yield `<?xml version="1.0" encoding="UTF-8"?>\n`;
  yield opening("testsuites", { "@name": "keysweep", ...totals });
  yield opening("testsuite", {
    "@name": suite.name,
    ...totals,
    "@skipped": String(counts.skipped),
    "@timestamp": suite.startedAt.slice(0, 19),
  });
  for (const each of suite.cases()) yield caseText(each);
  if (isEmpty) {
    yield caseText({ group: "coverage", name: suite.nothing, outcome: "passed", message: "", type: "", lines: [] });
  }
  yield "</testsuite>\n</testsuites>\n";
}

const builder = new Builder({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  textNodeName: "#text",
  format: true,
  suppressEmptyNode: true,
});

function caseText({ group, name, outcome, message, type, lines }: JunitCase): string {
  const body = lines.map(xmlText).join("\n");
  const told = { "@message": xmlText(message), "@type": type, "#text": body };
  return builder.build({
    testcase: {
      "@name": xmlText(name),
      "@classname": `keysweep.${group}`,
      "@time": "0",
      ...(outcome === "passed" ? (body === "" ? {} : { "system-out": body }) : { [outcome]: told }),
    },
  });
}

function opening(name: string, attributes: Readonly<Record<string, string>>): string {
  return builder.build({ [name]: attributes }).replace(/\/>\s*$/, ">\n");
}

/** What no XML may hold is replaced: control characters are escapes already, and these two are nothing at all. */
function xmlText(text: string): string {
  return visible(text).replace(/[\ufffe\uffff]/g, "\ufffd");
}
