import type { Finding, Owner } from "../../../model/finding.ts";
import type { ScanReport } from "../../../model/scan-report.ts";
import { allowedText } from "../../allowed-text.ts";
import { daysBetween } from "../../html/age-counts.ts";
import type { Section } from "../../html/document.ts";
import type { Grid } from "../../html/grid.ts";
import type { GridCell, GridDetail, GridRow } from "../../html/page-data.ts";
import { STATUS, sectionBody, standingMarks, type TitledGrid } from "../../html/parts.ts";
import { RemedyBook } from "../../html/remedies.ts";
import { allowCommand, explainCommand } from "../../next-steps.ts";
import { distinctPlaces } from "../../place-text.ts";
import { type Standing, standingIn } from "../../standing.ts";
import { plural } from "../../summary-text.ts";
import { inReadingOrder } from "../reading-order.ts";

/** The most places of one finding that are listed. */
const MOST_PLACES = 200;

/** Each with its places, and the way off. */
export function findingsSection(report: ScanReport): Section {
  const { findings } = report;
  const book = new RemedyBook();
  const grid: Grid = {
    id: "findings",
    head: {
      noun: ["finding", "findings"],
      columns: [
        { title: "Severity", kind: "severity" },
        { title: "Credential", kind: "text", opens: true, beside: "code" },
        { title: "Access key", kind: "code", wide: true },
        { title: "Account", kind: "word", wide: true },
        { title: "Use", kind: "word", wide: true },
        { title: "Places", kind: "number", wide: true },
        { title: "Rule", kind: "text", hidden: true },
      ],
      filters: [
        { kind: "choices", label: "Severity", column: 0 },
        { kind: "select", label: "Rule", column: 6 },
        { kind: "select", label: "Account", column: 3 },
        STATUS,
      ],
    },
    rows: findingRows(report, book),
    remedies: () => book.templates,
  };
  return { id: "findings", title: "Findings", ...withRows(findings.length > 0, "Nothing was found.", { grid }) };
}

/** A table, or the sentence that stands where it would be. */
function withRows(hasRows: boolean, otherwise: string, part: TitledGrid): Pick<Section, "intro" | "body"> {
  return hasRows ? { body: sectionBody([part]) } : { intro: otherwise, body: [] };
}

function marksOf({ allowed, allowExpired, canary }: Finding, standing: Standing | null): string[] {
  return [
    ...standingMarks(standing),
    ...(allowed === null ? [] : ["allowed"]),
    ...(allowExpired === undefined ? [] : ["allow expired"]),
    ...(canary ? ["canary"] : []),
  ];
}

function* findingRows({ findings, finishedAt, changes }: ScanReport, book: RemedyBook): Generator<GridRow> {
  const standingOf = standingIn(changes);
  for (const finding of inReadingOrder(findings)) {
    const { fingerprint, severity, title, accessKeyId, accountId, owner, useCase, places, rule } = finding;
    const marks = marksOf(finding, standingOf(fingerprint));
    const distinct = distinctPlaces(places);
    const total = distinct.length + (finding.placesLeftOut ?? 0);
    const [first] = distinct;
    yield {
      id: fingerprint,
      cells: [
        severity,
        first === undefined ? title : [title, first.where],
        accessKeyId,
        accountId === null ? null : [accountId, owner === null ? "" : owner.userName],
        useCase === "unknown" ? null : useCase,
        total,
        rule,
      ],
      ...(marks.length === 0 ? {} : { marks }),
      detail: detailOf(finding, finishedAt, book),
    };
  }
}

function detailOf(finding: Finding, now: string, book: RemedyBook): GridDetail {
  const { fingerprint, rule, accessKeyId, accountId, hasSecret, owner, useCase, places, remedy } = finding;
  const { allowed, allowExpired, outsideOrganization, canary, placesLeftOut = 0 } = finding;
  const distinct = distinctPlaces(places);
  const facts: (readonly [string, string | null])[] = [
    ["Access key", accessKeyId],
    ["Account", accountId],
    ["Its secret", hasSecret ? "was seen too" : "was not seen"],
    ["Decoy", canary ? "yes: using it alarms its owner" : null],
    ["Use", useCase === "unknown" ? null : useCase],
    ...(owner === null ? [] : ownerFacts(owner, now)),
    ["Outside", outsideOrganization === undefined ? null : `organization ${outsideOrganization.organizationId}`],
    ["Allowed", allowed === null ? null : allowedText(allowed)],
    ["No longer allowed", allowExpired === undefined ? null : allowedText(allowExpired)],
    ["Rule", rule],
    ["Fingerprint", fingerprint],
  ];
  return {
    facts: facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
    lists: [
      {
        title: plural(distinct.length + placesLeftOut, "place"),
        items: distinct.slice(0, MOST_PLACES).map(({ where, about }): GridCell => [where, about.join(", ")]),
        more: Math.max(0, distinct.length - MOST_PLACES) + placesLeftOut,
      },
    ],
    remedy: book.use(remedy, [accessKeyId, accountId]),
    commands: [
      ["More about it:", explainCommand(finding)],
      ["To accept it:", allowCommand(finding)],
    ],
  };
}

function ownerFacts({ userName, status, createdAt, lastUsedAt, asOf }: Owner, now: string): [string, string][] {
  return [
    ["User", userName],
    [
      "Key",
      `${status.toLowerCase()}, made ${createdAt.slice(0, 10)}, ${plural(daysBetween(createdAt, now), "day")} ago`,
    ],
    ["Last used", `${lastUsedAt === null ? "never" : lastUsedAt.slice(0, 10)}, as of ${asOf.slice(0, 10)}`],
  ];
}
