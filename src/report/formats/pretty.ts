import type { Finding } from "../../model/finding.ts";
import type { ScanReport } from "../../model/scan-report.ts";
import type { Severity } from "../../model/severity.ts";
import { visible } from "../escape.ts";
import { placeText } from "../place-text.ts";
import type { Appearance, ScanFormat } from "../scan-format.ts";
import { byDesignText, countsText, plural, readText } from "../summary-text.ts";

/** How many places and steps are shown of one finding, unless all are asked for. */
const FEW = 3;

/** Colours that are legible on a light and on a dark background. */
const COLORS: Readonly<Record<Severity, number>> = { critical: 35, high: 31, medium: 33, low: 36, info: 2 };

/** For a person at a terminal: worst first, where it is, and what to do next. */
export const pretty: ScanFormat = {
  name: "pretty",
  *write(report, appearance) {
    const paint = painter(appearance.color);
    for (const finding of report.findings) yield* findingLines(finding, appearance, paint);
    yield* coverageLines(report, appearance, paint);
  },
};

type Paint = (text: string, code: number) => string;

function painter(color: boolean): Paint {
  return (text, code) => (color ? `\x1b[${code}m${text}\x1b[0m` : text);
}

function* findingLines(finding: Finding, { verbose, width }: Appearance, paint: Paint): Generator<string> {
  const marks = [finding.canary ? "canary: never use it" : "", finding.allowed === null ? "" : "allowed"].filter(
    Boolean,
  );
  yield `${paint(finding.severity.toUpperCase(), COLORS[finding.severity])}  ${paint(finding.title, 1)}${marks.map((mark) => ` (${mark})`).join("")}\n`;
  const facts = [
    finding.accessKeyId ?? "no id seen",
    finding.accountId === null ? "" : `account ${finding.accountId}`,
    finding.owner === null
      ? ""
      : `user ${visible(finding.owner.userName)}, ${finding.owner.status.toLowerCase()}, made ${finding.owner.createdAt.slice(0, 10)}`,
    finding.useCase === null || finding.useCase === "unknown" ? "" : `used by: ${finding.useCase}`,
  ];
  yield `  ${facts.filter(Boolean).join(" · ")}\n`;
  const places = verbose ? finding.places : finding.places.slice(0, FEW);
  for (const place of places) yield `    ${visible(placeText(place))}\n`;
  const more = finding.places.length - places.length + (finding.placesLeftOut ?? 0);
  if (more > 0) yield `    and ${plural(more, "more place")}\n`;
  if (finding.allowed !== null) {
    const { reason, owner, expires } = finding.allowed;
    yield* wrapped(
      `Allowed: ${visible(reason)}${owner === null ? "" : `, by ${visible(owner)}`}${expires === null ? "" : `, until ${expires}`}`,
      "  ",
      width,
    );
  } else {
    yield* wrapped(`Way off: ${finding.remedy.title}`, "  ", width);
    const steps = verbose ? finding.remedy.steps : finding.remedy.steps.slice(0, FEW);
    for (const [index, step] of steps.entries()) yield* wrapped(`${index + 1}. ${visible(step)}`, "    ", width);
    if (steps.length < finding.remedy.steps.length) {
      const use = finding.useCase === null ? "" : ` --use ${finding.useCase}`;
      yield `    … ${finding.remedy.steps.length - steps.length} more: keysweep explain ${finding.rule}${use}\n`;
    }
    yield `  Accept it: keysweep allow ${finding.fingerprint} \\\n`;
    yield `    --rule ${finding.rule} --severity ${finding.severity} \\\n`;
    yield '    --reason "…" --owner "…" --expires YYYY-MM-DD\n';
  }
  yield "\n";
}

function* coverageLines(report: ScanReport, { verbose, width }: Appearance, paint: Paint): Generator<string> {
  const failures = report.coverage.skipped.filter(({ failure }) => failure);
  if (failures.length > 0) {
    yield `${paint("NOT READ", 31)}  ${plural(failures.length, "thing")} that should have been:\n`;
    const shown = verbose ? failures : failures.slice(0, 10);
    for (const { place, reason, detail } of shown) yield `    ${visible(place)}: ${reason} (${visible(detail)})\n`;
    if (shown.length < failures.length) yield `    and ${failures.length - shown.length} more: --verbose\n`;
    yield "\n";
  }
  for (const { by, pattern, count } of report.coverage.excluded) {
    if (count > 0) yield* wrapped(`Left out by ${visible(by)}: ${visible(pattern)} (${count})`, "", width);
  }
  const design = byDesignText(report.coverage);
  if (design !== "") yield* wrapped(`Not read by design: ${design}`, "", width);
  const allowed = report.findings.filter((finding) => finding.allowed !== null).length;
  const found = `${countsText(report.summary)} found${allowed > 0 ? `, ${allowed} allowed` : ""}`;
  yield* wrapped(
    `${readText(report)}: ${found}${report.coverage.complete ? "." : "; NOT EVERYTHING COULD BE READ."}`,
    "",
    width,
  );
}

/** The text in lines of the terminal's width; a word that is longer is left whole, so that it can be copied. */
function* wrapped(text: string, indent: string, width: number): Generator<string> {
  let line = indent;
  for (const word of text.split(" ")) {
    if (line.trim() !== "" && line.length + 1 + word.length > width) {
      yield `${line}\n`;
      line = `${indent}   ${word}`;
    } else line = line.trim() === "" ? `${indent}${word}` : `${line} ${word}`;
  }
  yield `${line}\n`;
}
