import type { Coverage } from "../../../model/coverage.ts";
import type { Allowed, Finding, Owner } from "../../../model/finding.ts";
import type { ScanChanges } from "../../../model/scan-changes.ts";
import type { ScanReport } from "../../../model/scan-report.ts";
import type { Severity } from "../../../model/severity.ts";
import { visible } from "../../escape.ts";
import type { Appearance } from "../../format.ts";
import { explainCommand, stepsOf, waysOff } from "../../next-steps.ts";
import { distinctPlaces, placeText } from "../../place-text.ts";
import { byDesignText, changesText, countsText, plural, readText } from "../../summary-text.ts";
import type { ScanFormat } from "../scan-format.ts";

/** How many lines the places of one finding take, unless all are asked for. */
const PLACE_LINES = 3;

/** How many things that could not be read are named, unless all are asked for. */
const FAILURE_LINES = 10;

/** Colours that are legible on a light and on a dark background. */
const COLORS: Readonly<Record<Severity, number>> = { critical: 35, high: 31, medium: 33, low: 36, info: 2 };
const RED = 31;
const BOLD = 1;
const DIM = 2;

/**
 * For a person at a terminal: worst first, a few lines a credential: what it is, where it is, and what to do next. The steps in full are
 * asked for with `explain`, or with --verbose, which prints those that several findings share once.
 */
export const pretty: ScanFormat = {
  name: "pretty",
  *write(report, appearance) {
    const paint = painter(appearance.color);
    const open = report.findings.filter(({ allowed }) => allowed === null);
    const allowed = report.findings.filter((finding) => finding.allowed !== null);
    for (const finding of [...open, ...allowed]) yield* findingLines(finding, appearance, paint);
    if (appearance.verbose) yield* wayOffLines(open, appearance, paint);
    if (open.length > 0) {
      yield* wrapped(
        words("To accept one: keysweep allow FINGERPRINT --reason … --owner … --expires DATE"),
        appearance,
      );
      yield "\n";
    }
    yield* coverageLines(report, appearance, paint);
  },
};

type Paint = (text: string, code: number) => string;

function painter(color: boolean): Paint {
  return (text, code) => (color ? `\x1b[${code}m${text}\x1b[0m` : text);
}

function* findingLines(finding: Finding, appearance: Appearance, paint: Paint): Generator<string> {
  const { width } = appearance;
  yield* headLines(finding, width, paint);
  yield* wrapped(factsOf(finding), { width, indent: "  ", separator: " · " });
  yield* placeLines(finding, appearance);
  if (finding.allowExpired !== undefined) {
    yield* wrapped(words(`No longer allowed: ${allowText(finding.allowExpired)}`), { width, indent: "  " });
  }
  if (finding.allowed !== null) {
    yield* wrapped(words(`Allowed: ${allowText(finding.allowed)}`), { width, indent: "  " });
  } else if (finding.severity !== "info" || appearance.verbose) {
    yield* wrapped(words(`Way off: ${finding.remedy.title}`), { width, indent: "  " });
    if (!appearance.verbose) yield `    ${explainCommand(finding)}\n`;
  }
  yield "\n";
}

/** What it is, and the fingerprint: beside it where there is room, else below. */
function headLines(
  { severity, title, canary, allowed, fingerprint }: Finding,
  width: number,
  paint: Paint,
): Iterable<string> {
  const parts = [
    `${paint(severity.toUpperCase(), COLORS[severity])}  ${paint(title, BOLD)}`,
    canary ? "(canary: never use it)" : "",
    allowed === null ? "" : "(allowed)",
    paint(fingerprint, DIM),
  ];
  return wrapped(parts.filter(Boolean), { width, separator: "  ", hanging: "  " });
}

function allowText({ reason, owner, expires }: Allowed): string {
  return `${reason}${owner === null ? "" : `, by ${owner}`}${expires === null ? "" : `, until ${expires}`}`;
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
function* placeLines({ places, placesLeftOut = 0 }: Finding, { verbose, width }: Appearance): Generator<string> {
  const distinct = distinctPlaces(places);
  const total = distinct.length + placesLeftOut;
  const shown = verbose ? distinct : distinct.slice(0, total > PLACE_LINES ? PLACE_LINES - 1 : PLACE_LINES);
  for (const { where, about } of shown) {
    const name = visible(where);
    const beside = `    ${name}${about.length === 0 ? "" : ` (${visible(about.join(", "))})`}`;
    if (beside.length <= width || about.length === 0) yield `${beside}\n`;
    else {
      yield `    ${name}\n`;
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
  const { changes, coverage, findings, summary } = report;
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
  const allowed = findings.filter((finding) => finding.allowed !== null).length;
  const found = `${countsText(summary)} found${allowed > 0 ? `, ${allowed} allowed` : ""}`;
  yield* wrapped(words(`${readText(report)}: ${found}${coverage.complete ? "." : "; NOT EVERYTHING COULD BE READ."}`), {
    width,
  });
  if (changes) yield* changeLines(changes, appearance);
}

/** What is new stands above; what is gone is named with --verbose. */
function* changeLines(changes: ScanChanges, { verbose, width }: Appearance): Generator<string> {
  yield* wrapped(words(`Against the last scan: ${changesText(changes)}.`), { width });
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

function words(text: string): string[] {
  return visible(text).split(" ");
}

interface Wrapping {
  readonly width: number;
  /** What every line begins with. */
  readonly indent?: string;
  /** What the second and further lines begin with besides. */
  readonly hanging?: string;
  /** Between two parts on a line. */
  readonly separator?: string;
}

/**
 * The parts in lines of the terminal's width. One that is longer than a line is broken between its words; a word is left whole, so that
 * it can be copied.
 */
function* wrapped(
  parts: readonly string[],
  { width, indent = "", hanging = "   ", separator = " " }: Wrapping,
): Generator<string> {
  const trailing = separator.trimEnd();
  const isLong = (part: string): boolean => columns(indent + hanging + part + trailing) > width;
  let line = "";
  for (const part of parts) {
    for (const [index, piece] of (isLong(part) ? part.split(" ") : [part]).entries()) {
      const [between, end] = index === 0 ? [separator, trailing] : [" ", ""];
      if (line === "") line = indent + piece;
      else if (columns(line + between + piece + trailing) <= width) line += between + piece;
      else {
        yield `${line}${end}\n`;
        line = indent + hanging + piece;
      }
    }
  }
  yield `${line}\n`;
}

/** How wide a text is on a terminal, without the colours. */
function columns(text: string): number {
  return text.replace(/\x1b\[\d+m/g, "").length;
}
