import type { Skipped } from "../../../model/coverage.ts";
import type { Finding } from "../../../model/finding.ts";
import type { ScanReport } from "../../../model/scan-report.ts";
import { credentialText, placesText, whoseParts, whyPassing } from "../../finding-text.ts";
import type { Verdict } from "../../format.ts";
import { unansweredText, whyUnidentifiedIn } from "../../identification-text.ts";
import { type JunitCase, junitSuite } from "../../junit.ts";
import { explainCommand } from "../../next-steps.ts";
import { placeText } from "../../place-text.ts";
import { type Standing, standingIn } from "../../standing.ts";
import { plural } from "../../summary-text.ts";
import type { ScanFormat } from "../scan-format.ts";

/** The most places of one finding that are listed. */
const MOST_PLACES = 50;

/** For the test reports of CI systems. */
export const junit: ScanFormat = {
  name: "junit",
  *write(report, _, { fails }) {
    yield* junitSuite({
      name: "keysweep scan",
      startedAt: report.startedAt,
      finishedAt: report.finishedAt,
      cases: () => cases(report, fails),
      nothing: "no AWS credentials found, and everything was read",
    });
  },
};

function* cases({ findings, coverage, changes, identification }: ScanReport, fails: Verdict): Generator<JunitCase> {
  const standing = standingIn(changes);
  const why = whyUnidentifiedIn(identification);
  for (const finding of findings) yield findingCase(finding, fails, standing(finding.fingerprint), why(finding));
  for (const row of coverage.skipped) yield skippedCase(row);
  for (const { by, pattern, count } of coverage.excluded) {
    if (count === 0) continue;
    const message = `left out by ${by}: ${plural(count, "file or folder", "files and folders")}`;
    yield { group: "coverage", name: `excluded: ${pattern}`, outcome: "skipped", message, type: "excluded", lines: [] };
  }
  const message = unansweredText(identification);
  if (message === "") return;
  yield {
    group: "identification",
    name: "whose the keys are",
    outcome: "skipped",
    message,
    type: "unidentified",
    lines: [],
  };
}

function findingCase(finding: Finding, fails: Verdict, standing: Standing | null, why: string | null): JunitCase {
  const { rule, severity, fingerprint, places, placesLeftOut = 0, remedy } = finding;
  const isFailing = fails(finding);
  const shown = places.slice(0, MOST_PLACES);
  const more = places.length + placesLeftOut - shown.length;
  return {
    group: rule,
    name: `${credentialText(finding)}: ${placesText(finding)}`,
    outcome: isFailing ? "failure" : "skipped",
    message: isFailing
      ? [
          `${severity}${standing === null ? "" : ` (${standing})`}`,
          ...whoseParts(finding, why),
          `way off: ${remedy.title}`,
        ].join("; ")
      : whyPassing(finding, standing),
    type: severity,
    lines: [
      ...shown.map(placeText),
      ...(more > 0 ? [`and ${plural(more, "more place")}`] : []),
      ...whoseParts(finding, why),
      `fingerprint ${fingerprint}`,
      `way off: ${remedy.title}`,
      explainCommand(finding),
    ],
  };
}

function skippedCase({ place, reason, failure, detail, allowed }: Skipped): JunitCase {
  const isError = failure && allowed === undefined;
  return {
    group: "coverage",
    name: `not read: ${place}`,
    outcome: isError ? "error" : "skipped",
    message: `${reason}: ${detail}${allowed === undefined ? "" : `; accepted: ${allowed.reason}`}`,
    type: reason,
    lines: [],
  };
}
