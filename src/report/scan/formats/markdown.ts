import type { Finding } from "../../../model/finding.ts";
import type { KeyIdentification } from "../../../model/key-identification.ts";
import { markdown, markdownCode } from "../../escape.ts";
import { identificationText, unidentifiedText } from "../../identification-text.ts";
import { placeText } from "../../place-text.ts";
import { byDesignText, changesText, countsText, plural, readText } from "../../summary-text.ts";
import type { ScanFormat } from "../scan-format.ts";

/** The most places that are listed of one finding, and the most rows of what was not read: a comment has its limits. */
const MOST_ROWS = 20;

/** For a pull request's comment or a job's summary. */
export const markdownFormat: ScanFormat = {
  name: "markdown",
  *write(report) {
    const { findings, coverage } = report;
    yield `## keysweep: ${countsText(report.summary)} found\n\n`;
    if (!coverage.complete) yield "**Not everything could be read: see below.**\n\n";
    if (findings.length > 0) {
      yield "| severity | what | key | account | first place | places |\n|---|---|---|---|---|---|\n";
      for (const finding of findings) yield row(finding);
      yield "\n";
    }
    for (const finding of findings) if (finding.allowed === null) yield* details(finding);
    if (report.identification !== undefined) yield* identificationPart(report.identification);
    const failures = coverage.skipped.filter(({ failure, allowed }) => failure && allowed === undefined);
    if (failures.length > 0) {
      yield `### Not read: ${plural(failures.length, "thing")} that should have been\n\n`;
      for (const { place, reason, detail } of failures.slice(0, MOST_ROWS))
        yield `- ${markdownCode(place)}: ${reason} (${markdown(detail)})\n`;
      if (failures.length > MOST_ROWS) yield `- and ${failures.length - MOST_ROWS} more\n`;
      yield "\n";
    }
    const accepted = coverage.skipped.filter(({ allowed }) => allowed !== undefined);
    for (const { place, reason, allowed } of accepted.slice(0, MOST_ROWS))
      yield `- not read, and accepted: ${markdownCode(place)}: ${reason} (${markdown(allowed?.reason ?? "")})\n`;
    if (accepted.length > MOST_ROWS) yield `- not read, and accepted: ${accepted.length - MOST_ROWS} more\n`;
    for (const { by, pattern, count } of coverage.excluded)
      if (count > 0) yield `- left out by ${markdownCode(by)}: ${markdownCode(pattern)} (${count})\n`;
    const design = byDesignText(coverage);
    if (design !== "") yield `- not read by design: ${markdown(design)}\n`;
    yield `\n${markdown(readText(report))}.\n`;
    if (report.changes) yield `\nAgainst the last scan: ${markdown(changesText(report.changes))}.\n`;
  },
};

function* identificationPart(identification: KeyIdentification): Generator<string> {
  const sentence = identificationText(identification);
  if (sentence === "") return;
  yield `${markdown(sentence)}\n\n`;
  const { unidentified } = identification;
  for (const key of unidentified.slice(0, MOST_ROWS)) yield `- ${markdown(unidentifiedText(key))}\n`;
  if (unidentified.length > MOST_ROWS) yield `- and ${unidentified.length - MOST_ROWS} more\n`;
  if (unidentified.length > 0) yield "\n";
}

function row(finding: Finding): string {
  const { severity, title, accessKeyId, accountId, places, placesLeftOut, allowed, allowExpired, canary } = finding;
  const [first] = places;
  const expired = allowExpired === undefined ? "" : ` (allow expired on ${allowExpired.expires})`;
  const marks = `${canary ? " (canary)" : ""}${allowed === null ? "" : " (allowed)"}${expired}`;
  const cells = [
    severity,
    markdown(title) + marks,
    accessKeyId === null ? "" : markdownCode(accessKeyId),
    accountId ?? "",
    first === undefined ? "" : markdownCode(placeText(first)),
    String(places.length + (placesLeftOut ?? 0)),
  ];
  return `| ${cells.join(" | ")} |\n`;
}

function* details({
  title,
  accessKeyId,
  fingerprint,
  rule,
  severity,
  remedy,
  places,
  ...more
}: Finding): Generator<string> {
  const total = places.length + (more.placesLeftOut ?? 0);
  yield `<details><summary>${markdown(title)} ${accessKeyId ?? ""}</summary>\n\n`;
  const shown = places.slice(0, MOST_ROWS);
  for (const place of shown) yield `- ${markdownCode(placeText(place))}\n`;
  if (shown.length < total) yield `- and ${total - shown.length} more\n`;
  yield `\n**${markdown(remedy.title)}**\n\n`;
  for (const [index, step] of remedy.steps.entries()) yield `${index + 1}. ${markdown(step)}\n`;
  yield `\n${markdownCode(`keysweep allow ${fingerprint} --rule ${rule} --severity ${severity} --reason "…" --owner "…" --expires YYYY-MM-DD`)}\n\n</details>\n\n`;
}
