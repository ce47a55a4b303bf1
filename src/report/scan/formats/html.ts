import type { Excluded, Skipped } from "../../../model/coverage.ts";
import type { Finding, Owner } from "../../../model/finding.ts";
import type { UnidentifiedKey } from "../../../model/key-identification.ts";
import type { EarlierFinding, ScanChanges } from "../../../model/scan-changes.ts";
import type { ScanReport } from "../../../model/scan-report.ts";
import { AgeCounts, daysBetween } from "../../html/age-counts.ts";
import { keyAgeChart } from "../../html/charts/key-age.ts";
import { pageText, type Section, type Warning } from "../../html/document.ts";
import type { Grid } from "../../html/grid.ts";
import type { Markup } from "../../html/markup.ts";
import { neverUsedGrid } from "../../html/never-used.ts";
import type { GridCell, GridDetail, GridRow } from "../../html/page-data.ts";
import {
  allowedText,
  countList,
  findingFigures,
  headlineText,
  rotationsSection,
  STATUS,
  sectionBody,
  standingMarks,
  type TitledGrid,
  trendSection,
} from "../../html/parts.ts";
import { RemedyBook } from "../../html/remedies.ts";
import { identificationText } from "../../identification-text.ts";
import { allowCommand, explainCommand } from "../../next-steps.ts";
import { distinctPlaces, placeText } from "../../place-text.ts";
import { type Standing, standingIn } from "../../standing.ts";
import { bytesText, changesText, comparedWith, grouped, plural, readText } from "../../summary-text.ts";
import { inReadingOrder } from "../reading-order.ts";
import type { ScanFormat } from "../scan-format.ts";

/** The most places of one finding that are listed. */
const MOST_PLACES = 200;

/** A page for people: one file, with nothing loaded from elsewhere. */
export const htmlFormat: ScanFormat = {
  name: "html",
  *write(report, _appearance, circumstances) {
    const { coverage, findings, finishedAt, identification, summary, tool, changes } = report;
    const allowed = findings.filter((finding) => finding.allowed !== null).length;
    yield* pageText({
      kind: "keysweep scan",
      version: tool.version,
      finishedAt,
      headline: headlineText(summary, "credential found", "credentials found"),
      lead: [
        `${readText(report)}.`,
        ...(identification === undefined ? [] : [identificationText(identification)]),
        ...(changes ? [`Against ${comparedWith(changes, "the last scan")}: ${changesText(changes)}.`] : []),
      ].filter(Boolean),
      warning: warningOf(report),
      figures: [
        ...findingFigures(summary, allowed, changes),
        {
          label: "not read",
          value: failuresOf(report).length,
          tone: "high apart",
          section: "coverage",
          choose: { grid: "skipped", filters: { Kind: "should have been read" } },
        },
      ],
      sections: [
        findingsSection(report),
        ownersSection(report),
        changes ? changesSection(changes) : null,
        trendSection(circumstances, { finishedAt, complete: coverage.complete, summary }),
        rotationsSection(circumstances),
        coverageSection(report),
      ].filter((section) => section !== null),
    });
  },
};

function failuresOf({ coverage }: ScanReport): readonly Skipped[] {
  return coverage.skipped.filter(({ failure, allowed }) => failure && allowed === undefined);
}

function warningOf(report: ScanReport): Warning | null {
  if (report.coverage.complete) return null;
  const count = failuresOf(report).length;
  return {
    text: `Not everything could be read: ${plural(count, "thing")} that should have been ${count === 1 ? "was" : "were"} not.`,
    section: "coverage",
  };
}

function findingsSection(report: ScanReport): Section {
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

/** Leads from a key to its finding. */
const BY_FINDING = { columns: [{ title: "Fingerprint", kind: "text", hidden: true }] } as const;

/** What an audit knows of the found keys: null where it knows none. */
function ownersSection({ findings, finishedAt, identification }: ScanReport): Section | null {
  const ages = new AgeCounts();
  const neverUsed: GridRow[] = [];
  for (const { fingerprint, accessKeyId, owner } of findings) {
    if (owner === null) continue;
    const days = daysBetween(owner.createdAt, finishedAt);
    if (owner.status === "Active") ages.add(owner.accountId, days);
    if (owner.lastUsedAt === null) {
      const made = owner.createdAt.slice(0, 10);
      neverUsed.push({
        cells: [accessKeyId, owner.userName, owner.accountId, owner.status, made, days, fingerprint],
      });
    }
  }
  const chart = keyAgeChart(ages.accounts(), "Age of the active keys that were found");
  const unidentified = identification?.unidentified ?? [];
  const parts = [
    chart,
    neverUsed.length === 0 ? null : { title: "Never used", grid: neverUsedGrid(neverUsed, BY_FINDING) },
    unidentified.length === 0 ? null : unidentifiedGrid(unidentified),
  ].filter((part) => part !== null);
  if (parts.length === 0) return null;
  return {
    id: "owners",
    title: "Whose keys they are",
    intro: "As far as AWS was asked, or an audit has seen the users that the found keys belong to.",
    body: sectionBody(parts),
  };
}

function unidentifiedGrid(keys: readonly UnidentifiedKey[]): TitledGrid {
  return {
    title: "Not identified",
    grid: {
      id: "unidentified",
      head: {
        noun: ["unidentified key", "unidentified keys"],
        columns: [
          { title: "Access key", kind: "code" },
          { title: "Account", kind: "word", wide: true },
          { title: "Why", kind: "text", beside: "code" },
        ],
        filters: [{ kind: "select", label: "Account", column: 1 }],
      },
      rows: keys.map(({ accessKeyId, accountId, reason, permission }) => ({
        cells: [accessKeyId, accountId, permission === null ? reason : [reason, `missing: ${permission}`]],
      })),
    },
  };
}

function changesSection(changes: ScanChanges): Section | null {
  const rows = [
    ...changes.unread.map((finding) => earlierRow(finding, "not looked at again")),
    ...changes.gone.map((finding) => earlierRow(finding, "gone")),
  ];
  if (rows.length === 0) return null;
  const grid: Grid = {
    id: "earlier",
    head: {
      noun: ["earlier finding", "earlier findings"],
      columns: [
        { title: "Severity", kind: "severity" },
        { title: "Credential", kind: "text", beside: "code" },
        { title: "Access key", kind: "code", wide: true },
        { title: "Account", kind: "word", wide: true },
        { title: "Now", kind: "text" },
      ],
      filters: [
        { kind: "choices", label: "Severity", column: 0 },
        { kind: "select", label: "Now", column: 4 },
      ],
    },
    rows,
  };
  return {
    id: "earlier",
    title: "Found before, and not now",
    intro: `Against ${comparedWith(changes, "the scan")} of ${changes.since.slice(0, 10)}. What could not be looked at again may still be there.`,
    body: sectionBody([{ grid }]),
  };
}

function earlierRow({ severity, title, accessKeyId, accountId, place }: EarlierFinding, now: string): GridRow {
  return { cells: [severity, [title, placeText(place)], accessKeyId, accountId, now] };
}

function coverageSection({ coverage }: ScanReport): Section {
  const { files, bytes, repositories, objects, processes, skipped, excluded, complete } = coverage;
  const counts: (readonly [string, string])[] = [
    ["Files", grouped(files)],
    ["Read", bytesText(bytes)],
    ["Repositories", grouped(repositories)],
    ["Objects of histories", grouped(objects)],
    ["Processes", grouped(processes)],
  ];
  return {
    id: "coverage",
    title: "Coverage",
    intro: complete
      ? "Everything that should have been read was read."
      : "Not everything that should have been read was read: credentials may be where nobody looked.",
    body: sectionBody([
      countList(counts.filter(([, value]) => value !== "0")),
      skipped.length === 0 ? null : { title: "Not read", grid: skippedGrid(skipped) },
      excluded.some(({ count }) => count > 0) ? { title: "Left out on request", grid: excludedGrid(excluded) } : null,
    ] satisfies (Markup | TitledGrid | null)[]),
  };
}

function skippedGrid(skipped: readonly Skipped[]): Grid {
  return {
    id: "skipped",
    head: {
      noun: ["thing", "things"],
      columns: [
        { title: "Place", kind: "code", opens: true, beside: "text" },
        { title: "Kind", kind: "word" },
        { title: "Reason", kind: "text", wide: true },
      ],
      filters: [
        { kind: "select", label: "Kind", column: 1 },
        { kind: "select", label: "Reason", column: 2 },
      ],
    },
    rows: skipped.values().map(({ place, reason, failure, detail, allowed }) => ({
      cells: [
        [place, allowed === undefined ? detail : `${detail}; ${allowedText(allowed)}`],
        allowed !== undefined ? "accepted" : failure ? "should have been read" : "by design",
        reason,
      ],
      ...(failure && allowed === undefined ? { marks: ["failure"] } : {}),
    })),
  };
}

function excludedGrid(excluded: readonly Excluded[]): Grid {
  return {
    id: "excluded",
    head: {
      noun: ["pattern", "patterns"],
      columns: [
        { title: "Pattern", kind: "code" },
        { title: "Asked for by", kind: "text" },
        { title: "Left out", kind: "number" },
      ],
      filters: [{ kind: "select", label: "Asked for by", column: 1 }],
    },
    rows: excluded.filter(({ count }) => count > 0).map(({ by, pattern, count }) => ({ cells: [pattern, by, count] })),
  };
}
