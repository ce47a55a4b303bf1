import type { Coverage } from "../../../model/coverage.ts";
import type { Finding, Owner } from "../../../model/finding.ts";
import type { KeyIdentification } from "../../../model/key-identification.ts";
import type { ScanChanges } from "../../../model/scan-changes.ts";
import type { ScanReport } from "../../../model/scan-report.ts";
import { allowedText } from "../../allowed-text.ts";
import { visible } from "../../escape.ts";
import type { Appearance } from "../../format.ts";
import { identificationText, unidentifiedText } from "../../identification-text.ts";
import { explainCommand, stepsOf, waysOff } from "../../next-steps.ts";
import { distinctPlaces, placeText } from "../../place-text.ts";
import { type Standing, standingIn } from "../../standing.ts";
import { byDesignText, changesText, comparedWith, countsText, plural, readText } from "../../summary-text.ts";
import {
  BOLD,
  columns,
  DIM,
  hyperlink,
  type Paint,
  painter,
  RED,
  SEVERITY_COLORS,
  words,
  wrapped,
} from "../../terminal.ts";
import { uriOf } from "../file-location.ts";
import { inReadingOrder } from "../reading-order.ts";
import type { ScanFormat } from "../scan-format.ts";

/** How many lines the places of one finding take, unless all are asked for. */
const PLACE_LINES = 3;

/** How many things that could not be read are named, unless all are asked for. */
const FAILURE_LINES = 10;

/**
 * For a person at a terminal: worst first, a few lines a credential: what it is, where it is, and what to do next. The steps in full are
 * asked for with `explain`, or with --verbose, which prints those that several findings share once.
 */
export const pretty: ScanFormat = {
  name: "pretty",
  *write(report, appearance, { fails }) {
    const paint = painter(appearance.color);
    const standing = standingIn(report.changes);
    const ordered = inReadingOrder(report.findings);
    const open = ordered.filter(({ allowed }) => allowed === null);
    const allowed = ordered.filter((finding) => finding.allowed !== null);
    // Where only what is new fails the run, that stands before what is known and no less severe.
    for (const finding of [...open.filter(fails), ...open.filter((each) => !fails(each)), ...allowed])
      yield* findingLines(finding, standing(finding.fingerprint), appearance, paint);
    if (appearance.verbose) yield* wayOffLines(open, appearance, paint);
    if (open.length > 0) {
      yield* wrapped(
        words("To accept one: keysweep allow FINGERPRINT --reason … --owner … --expires DATE"),
        appearance,
      );
      yield "\n";
    }
    if (report.identification !== undefined) yield* identificationLines(report.identification, appearance);
    yield* coverageLines(report, appearance, paint);
  },
};

/** Whose the keys are AWS was asked; which it did not say is told too. */
function* identificationLines(identification: KeyIdentification, { verbose, width }: Appearance): Generator<string> {
  const sentence = identificationText(identification);
  if (sentence === "") return;
  yield* wrapped(words(sentence), { width });
  const { unidentified } = identification;
  const shown = verbose ? unidentified : unidentified.slice(0, FAILURE_LINES);
  for (const key of shown) yield* wrapped(words(unidentifiedText(key)), { width, indent: "    " });
  if (shown.length < unidentified.length) yield `    and ${unidentified.length - shown.length} more: --verbose\n`;
  yield "\n";
}

function* findingLines(
  finding: Finding,
  standing: Standing | null,
  appearance: Appearance,
  paint: Paint,
): Generator<string> {
  const { width } = appearance;
  yield* headLines(finding, standing, width, paint);
  yield* wrapped(factsOf(finding), { width, indent: "  ", separator: " · " });
  yield* placeLines(finding, appearance);
  if (finding.allowExpired !== undefined) {
    yield* wrapped(words(`No longer allowed: ${allowedText(finding.allowExpired)}`), { width, indent: "  " });
  }
  if (finding.allowed !== null) {
    yield* wrapped(words(`Allowed: ${allowedText(finding.allowed)}`), { width, indent: "  " });
  } else if (finding.severity !== "info" || appearance.verbose) {
    yield* wrapped(words(`Way off: ${finding.remedy.title}`), { width, indent: "  " });
    if (!appearance.verbose) yield `    ${explainCommand(finding)}\n`;
  }
  yield "\n";
}

/** What it is, and the fingerprint: beside it where there is room, else below. */
function headLines(
  { severity, title, canary, allowed, fingerprint }: Finding,
  standing: Standing | null,
  width: number,
  paint: Paint,
): Iterable<string> {
  const parts = [
    `${paint(severity.toUpperCase(), SEVERITY_COLORS[severity])}  ${paint(title, BOLD)}`,
    canary ? "(canary: never use it)" : "",
    allowed === null ? "" : "(allowed)",
    standing === null || standing === "known" ? "" : `(${standing})`,
    paint(fingerprint, DIM),
  ];
  return wrapped(parts.filter(Boolean), { width, separator: "  ", hanging: "  " });
}

function factsOf({ accessKeyId, accountId, owner, outsideOrganization, useCase }: Finding): string[] {
  return [
    accessKeyId ?? "no id seen",
    accountId === null ? "" : `account ${accountId}`,
    ...(owner === null ? [] : ownerFacts(owner)),
    outsideOrganization === undefined ? "" : `outside organization ${visible(outsideOrganization.organizationId)}`,
    useCase === null || useCase === "unknown" ? "" : `use: ${useCase}`,
  ].filter(Boolean);
}

function ownerFacts({ userName, status, createdAt, lastUsedAt, asOf }: Owner): string[] {
  return [
    `user ${visible(userName)}, ${status.toLowerCase()}, made ${createdAt.slice(0, 10)}`,
    `${lastUsedAt === null ? "never used" : `last used ${lastUsedAt.slice(0, 10)}`} as of ${asOf.slice(0, 10)}`,
  ];
}

/** A place's name is left whole, so that it can be copied; what else is known of it stands below. */
function* placeLines(
  { places, placesLeftOut = 0 }: Finding,
  { verbose, width, hyperlinks }: Appearance,
): Generator<string> {
  const distinct = distinctPlaces(places);
  const total = distinct.length + placesLeftOut;
  const shown = verbose ? distinct : distinct.slice(0, total > PLACE_LINES ? PLACE_LINES - 1 : PLACE_LINES);
  for (const { where, about, path } of shown) {
    const name = visible(where);
    const linked = hyperlinks && path !== null ? hyperlink(name, uriOf({ path })) : name;
    const beside = about.length === 0 ? "" : ` (${visible(about.join(", "))})`;
    if (columns(`    ${name}${beside}`) <= width || about.length === 0) yield `    ${linked}${beside}\n`;
    else {
      yield `    ${linked}\n`;
      yield* wrapped(about.map(visible), { width, indent: "      ", separator: ", " });
    }
  }
  if (shown.length < total) yield `    and ${plural(total - shown.length, "more place")}\n`;
}

/** The steps of every way off, once each, with the keys that are to go it. */
function* wayOffLines(findings: readonly Finding[], { width }: Appearance, paint: Paint): Generator<string> {
  for (const { title, findings: concerned } of waysOff(findings)) {
    yield* wrapped(
      words(title).map((word) => paint(word, BOLD)),
      { width },
    );
    yield* wrapped(
      concerned.map((finding, index) => `${index === 0 ? "for " : ""}${finding.accessKeyId ?? finding.fingerprint}`),
      { width, indent: "  ", hanging: "    ", separator: ", " },
    );
    for (const [index, step] of stepsOf(concerned).entries())
      yield* wrapped(words(`${index + 1}. ${step}`), { width, indent: "  " });
    yield "\n";
  }
}

function* coverageLines(report: ScanReport, appearance: Appearance, paint: Paint): Generator<string> {
  const { changes, coverage } = report;
  const { verbose, width } = appearance;
  yield* failureLines(coverage, appearance, paint);
  for (const { by, pattern, count } of coverage.excluded) {
    if (count > 0) yield* wrapped(words(`Left out by ${by}: ${pattern} (${count})`), { width });
  }
  const accepted = coverage.skipped.filter((row) => row.allowed !== undefined);
  if (accepted.length > 0) {
    yield* wrapped(words(`Not read, and accepted by the configuration: ${accepted.length}`), { width });
    if (verbose) {
      for (const { place, reason, allowed } of accepted)
        yield `    ${visible(place)}: ${reason} (${visible(allowed?.reason ?? "")})\n`;
    }
  }
  const design = byDesignText(coverage);
  if (design !== "") yield* wrapped(words(`Not read by design: ${design}`), { width });
  if (verbose) {
    for (const { place, reason, failure, detail } of coverage.skipped)
      if (!failure) yield `    ${visible(place)}: ${reason} (${visible(detail)})\n`;
  }
  if (changes) yield* changeLines(changes, appearance);
  yield* wrapped(words(lastLine(report)), { width });
}

/** What was looked at, in how long, what was found, and what was not looked at. */
function lastLine(report: ScanReport): string {
  const { coverage, findings, summary } = report;
  const allowed = findings.filter((finding) => finding.allowed !== null).length;
  const found = `${readText(report)}: ${countsText(summary)} found${allowed > 0 ? `, ${allowed} allowed` : ""}`;
  if (!coverage.complete) return `${found}; NOT EVERYTHING COULD BE READ.`;
  const design = coverage.skipped.filter(({ failure }) => !failure).length;
  const left = coverage.excluded.reduce((sum, { count }) => sum + count, 0);
  const parts = [...(design > 0 ? [`${design} not read by design`] : []), ...(left > 0 ? [`${left} left out`] : [])];
  return `${[found, ...parts].join("; ")}.`;
}

/** What is new stands above; what is gone is named with --verbose. */
function* changeLines(changes: ScanChanges, { verbose, width }: Appearance): Generator<string> {
  yield* wrapped(words(`Against ${comparedWith(changes, "the last scan")}: ${changesText(changes)}.`), { width });
  if (!verbose) return;
  for (const [word, findings] of [
    ["gone", changes.gone],
    ["not looked at again", changes.unread],
  ] as const) {
    for (const { title, accessKeyId, fingerprint, place } of findings)
      yield `    ${word}: ${visible(`${title} ${accessKeyId ?? fingerprint}, ${placeText(place)}`)}\n`;
  }
}

function* failureLines({ skipped }: Coverage, { verbose }: Appearance, paint: Paint): Generator<string> {
  const failures = skipped.filter(({ failure, allowed }) => failure && allowed === undefined);
  if (failures.length === 0) return;
  yield `${paint("NOT READ", RED)}  ${plural(failures.length, "thing")} that should have been:\n`;
  const shown = verbose ? failures : failures.slice(0, FAILURE_LINES);
  for (const { place, reason, detail } of shown) yield `    ${visible(place)}: ${reason} (${visible(detail)})\n`;
  if (shown.length < failures.length) yield `    and ${failures.length - shown.length} more: --verbose\n`;
  yield "\n";
}
