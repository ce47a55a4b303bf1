import type { Skipped } from "../../../model/coverage.ts";
import type { Finding } from "../../../model/finding.ts";
import { csvCell } from "../../escape.ts";
import { unansweredText, whyUnidentifiedIn } from "../../identification-text.ts";
import { placeText } from "../../place-text.ts";
import { type Standing, standingIn } from "../../standing.ts";
import type { ScanFormat } from "../scan-format.ts";

/** New ones go to the end, so that what reads a table by position goes on reading it. */
const COLUMNS = [
  "fingerprint",
  "rule",
  "severity",
  "title",
  "accessKeyId",
  "accountId",
  "hasSecret",
  "canary",
  "useCase",
  "remedy",
  "allowed",
  "owner",
  "places",
  "firstPlace",
  "kind",
  "allowExpired",
  "ownerAccountId",
  "ownerStatus",
  "ownerCreatedAt",
  "ownerLastUsedAt",
  "ownerAsOf",
  "outsideOrganization",
  "standing",
  "notIdentified",
] as const;

type Row = Partial<Record<(typeof COLUMNS)[number], string>>;

/**
 * A row a credential, and a row for each thing that was not read or was left out: a table that looks complete must say when it is not.
 */
export const csv: ScanFormat = {
  name: "csv",
  *write({ findings, coverage, changes, identification }) {
    const standing = standingIn(changes);
    const why = whyUnidentifiedIn(identification);
    const unanswered = unansweredText(identification);
    yield `${COLUMNS.join(",")}\r\n`;
    for (const finding of findings) {
      yield row({ ...findingRow(finding, standing(finding.fingerprint)), notIdentified: why(finding) ?? "" });
    }
    for (const skipped of coverage.skipped) yield row(skippedRow(skipped));
    for (const { by, pattern, count } of coverage.excluded)
      yield row({ rule: "excluded", title: by, places: String(count), firstPlace: pattern, kind: "excluded" });
    if (unanswered !== "") yield row({ rule: "identification", title: unanswered, kind: "identification" });
  },
};

function findingRow(finding: Finding, standing: Standing | null): Row {
  const { places, placesLeftOut = 0, allowed, allowExpired, owner, outsideOrganization } = finding;
  const [first] = places;
  return {
    fingerprint: finding.fingerprint,
    rule: finding.rule,
    severity: finding.severity,
    title: finding.title,
    accessKeyId: finding.accessKeyId ?? "",
    accountId: finding.accountId ?? "",
    hasSecret: String(finding.hasSecret),
    canary: String(finding.canary),
    useCase: finding.useCase ?? "",
    remedy: finding.remedy.title,
    allowed: allowed?.reason ?? "",
    owner: owner?.userName ?? "",
    places: String(places.length + placesLeftOut),
    firstPlace: first === undefined ? "" : placeText(first),
    kind: "finding",
    allowExpired: allowExpired?.expires ?? "",
    ownerAccountId: owner?.accountId ?? "",
    ownerStatus: owner?.status ?? "",
    ownerCreatedAt: owner?.createdAt ?? "",
    ownerLastUsedAt: owner?.lastUsedAt ?? "",
    ownerAsOf: owner?.asOf ?? "",
    outsideOrganization: outsideOrganization?.organizationId ?? "",
    standing: standing ?? "",
  };
}

function skippedRow({ place, reason, failure, detail, allowed }: Skipped): Row {
  const kind = allowed !== undefined ? "skipped-allowed" : failure ? "skipped-failure" : "skipped";
  return { rule: reason, title: detail, allowed: allowed?.reason ?? "", firstPlace: place, kind };
}

function row(cells: Row): string {
  return `${COLUMNS.map((name) => csvCell(cells[name] ?? "")).join(",")}\r\n`;
}
