import type { Finding } from "../../../model/finding.ts";
import type { KeyIdentification } from "../../../model/key-identification.ts";
import type { ScanReport } from "../../../model/scan-report.ts";
import { Budget, code, fitting, leftOutText, list, MOST_CHARACTERS, MOST_ROWS, text } from "../../bounded-markdown.ts";
import { markdown, markdownCode, markdownSentences } from "../../escape.ts";
import { whoseParts } from "../../finding-text.ts";
import { identificationText, unidentifiedText } from "../../identification-text.ts";
import { allowCommand, stepsOf, type WayOff, waysOff } from "../../next-steps.ts";
import { placeText } from "../../place-text.ts";
import { type Standing, standingIn } from "../../standing.ts";
import { byDesignText, changesText, comparedWith, countsText, plural, readText } from "../../summary-text.ts";
import { inReadingOrder } from "../reading-order.ts";
import type { ScanFormat } from "../scan-format.ts";

const TABLE = "| severity | what | key | whose | first place | places |\n|---|---|---|---|---|---|\n";

/**
 * For a pull request's comment or a job's summary, and no longer than a comment may be: what was not read and the table of findings come
 * first, and what is left out for its length is counted.
 */
export const markdownFormat: ScanFormat = {
  name: "markdown",
  *write(report) {
    const budget = new Budget(MOST_CHARACTERS);
    const standing = standingIn(report.changes);
    const findings = inReadingOrder(report.findings);
    const head = [...headPart(report)].join("");
    const tail = [...tailPart(report)].join("");
    for (const text of [
      head,
      tail,
      TABLE,
      leftOutText(findings.length, "finding"),
      leftOutText(findings.length, "guide"),
      leftOutText(findings.length, "detail"),
    ])
      budget.reserve(text);
    yield head;
    if (findings.length > 0) yield TABLE;
    yield* fitting(findings, budget, "finding", (finding) => [row(finding, standing(finding.fingerprint))]);
    yield "\n";
    const open = findings.filter(({ allowed }) => allowed === null);
    yield* fitting(waysOff(open), budget, "guide", wayOff);
    yield* fitting(open, budget, "detail", details);
    yield tail;
  },
};

function* headPart({ summary, coverage, identification }: ScanReport): Generator<string> {
  yield `## keysweep: ${countsText(summary)} found\n\n`;
  if (!coverage.complete) yield "**Not everything could be read.**\n\n";
  const failures = coverage.skipped.filter(({ failure, allowed }) => failure && allowed === undefined);
  if (failures.length > 0) {
    yield `### Not read: ${plural(failures.length, "thing")} that should have been\n\n`;
    yield* list(failures, ({ place, reason, detail }) => `${code(place)}: ${reason} (${text(detail)})`);
    yield "\n";
  }
  if (identification !== undefined) yield* identificationPart(identification);
}

function* tailPart(report: ScanReport): Generator<string> {
  const { coverage, changes } = report;
  const accepted = coverage.skipped.filter(({ allowed }) => allowed !== undefined);
  yield* list(
    accepted,
    ({ place, reason, allowed }) =>
      `not read, and accepted: ${code(place)}: ${reason} (${text(allowed?.reason ?? "")})`,
  );
  const excluded = coverage.excluded.filter(({ count }) => count > 0);
  yield* list(excluded, ({ by, pattern, count }) => `left out by ${code(by)}: ${code(pattern)} (${count})`);
  const design = byDesignText(coverage);
  if (design !== "") yield `- not read by design: ${markdown(design)}\n`;
  yield `\n${markdown(readText(report))}.\n`;
  if (changes) yield `\nAgainst ${text(comparedWith(changes, "the last scan"))}: ${markdown(changesText(changes))}.\n`;
}

function* identificationPart(identification: KeyIdentification): Generator<string> {
  const sentence = identificationText(identification);
  if (sentence === "") return;
  yield `${markdown(sentence)}\n\n`;
  yield* list(identification.unidentified, (key) => text(unidentifiedText(key)));
  if (identification.unidentified.length > 0) yield "\n";
}

function row(finding: Finding, standing: Standing | null): string {
  const { severity, title, accessKeyId, places, placesLeftOut, allowed, allowExpired, canary } = finding;
  const [first] = places;
  const marks = [
    ...(canary ? ["canary"] : []),
    ...(allowed === null ? [] : ["allowed"]),
    ...(allowExpired === undefined ? [] : [`allow expired on ${allowExpired.expires}`]),
    ...(standing === null || standing === "known" ? [] : [standing]),
  ];
  const cells = [
    severity,
    markdown(title) + marks.map((mark) => ` (${mark})`).join(""),
    accessKeyId === null ? "" : markdownCode(accessKeyId),
    text(whoseParts(finding, null).join("; ")),
    first === undefined ? "" : code(placeText(first)),
    String(places.length + (placesLeftOut ?? 0)),
  ];
  return `| ${cells.join(" | ")} |\n`;
}

/** What to do is said once for all findings that it is to be done for. */
function* wayOff({ title, findings }: WayOff): Generator<string> {
  const many = findings.length === 1 ? "" : ` (${findings.length} findings)`;
  yield `<details><summary>Way off: ${markdown(title)}${many}</summary>\n\n`;
  for (const [index, step] of stepsOf(findings).entries()) yield `${index + 1}. ${markdownSentences(step)}\n`;
  yield "\n</details>\n\n";
}

function* details(finding: Finding): Generator<string> {
  const { title, accessKeyId, remedy, places, placesLeftOut = 0 } = finding;
  const total = places.length + placesLeftOut;
  yield `<details><summary>${markdown(title)} ${accessKeyId ?? ""}</summary>\n\n`;
  const shown = places.slice(0, MOST_ROWS);
  for (const place of shown) yield `- ${code(placeText(place))}\n`;
  if (shown.length < total) yield `- and ${total - shown.length} more\n`;
  yield `\nWay off: ${markdown(remedy.title)}\n`;
  yield `\n${markdownCode(allowCommand(finding))}\n\n</details>\n\n`;
}
