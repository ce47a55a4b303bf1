"use strict";
// Prints how the tests went, from vitest's own report, as the last line of a run. Plain syntax: any Node can run it.
const fs = require("node:fs");

let report;
try {
  report = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
} catch {
  process.stdout.write("0 passed, 1 failed\n");
  process.exit(1);
}
// A file that could not be loaded counts as a failure of its own: it has no tests to count.
const unloaded = report.testResults.filter(
  (file) => file.status === "failed" && file.assertionResults.length === 0,
).length;
const failed = report.numFailedTests + unloaded;
const skipped = report.numPendingTests + report.numTodoTests;
process.stdout.write(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
process.exit(failed > 0 || report.numPassedTests === 0 ? 1 : 0);
