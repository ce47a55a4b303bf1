import { csvCell } from "../../escape.ts";
import { placeText } from "../../place-text.ts";
import type { ScanFormat } from "../scan-format.ts";

const HEADING =
  "fingerprint,rule,severity,title,accessKeyId,accountId,hasSecret,canary,useCase,remedy,allowed,owner,places,firstPlace,kind,allowExpired\r\n";

/** A row a credential, and a row for each thing that was not read: a table that looks complete must say when it is not. */
export const csv: ScanFormat = {
  name: "csv",
  *write({ findings, coverage }) {
    yield HEADING;
    for (const finding of findings) {
      const [first] = finding.places;
      yield row([
        finding.fingerprint,
        finding.rule,
        finding.severity,
        finding.title,
        finding.accessKeyId ?? "",
        finding.accountId ?? "",
        String(finding.hasSecret),
        String(finding.canary),
        finding.useCase ?? "",
        finding.remedy.title,
        finding.allowed?.reason ?? "",
        finding.owner?.userName ?? "",
        String(finding.places.length + (finding.placesLeftOut ?? 0)),
        first === undefined ? "" : placeText(first),
        "finding",
        finding.allowExpired?.expires ?? "",
      ]);
    }
    for (const { place, reason, failure, detail, allowed } of coverage.skipped) {
      const kind = allowed !== undefined ? "skipped-allowed" : failure ? "skipped-failure" : "skipped";
      yield row(["", reason, "", detail, ...Array<string>(6).fill(""), allowed?.reason ?? "", "", "", place, kind, ""]);
    }
  },
};

function row(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}
