import type { Finding } from "../../../model/finding.ts";
import { visible } from "../../escape.ts";
import { credentialText, placesText, whoseParts, whyPassing } from "../../finding-text.ts";
import { unansweredText, whyUnidentifiedIn } from "../../identification-text.ts";
import { explainCommand } from "../../next-steps.ts";
import { type Standing, standingIn } from "../../standing.ts";
import { byDesignText, countsText, readText } from "../../summary-text.ts";
import { type FileLocation, fileLocation } from "../file-location.ts";
import type { ScanFormat } from "../scan-format.ts";

/**
 * Workflow commands, which GitHub Actions shows beside the lines of a change. It shows ten of each kind a step, so the worst come first.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export const github: ScanFormat = {
  name: "github",
  *write(report, _, { fails, folder }) {
    const { findings, coverage, changes, identification, summary } = report;
    const standing = standingIn(changes);
    const why = whyUnidentifiedIn(identification);
    for (const finding of findings) {
      const isFailing = fails(finding);
      const how = standing(finding.fingerprint);
      const file = shownLocation(finding, folder);
      const message = messageOf(finding, isFailing, how, why(finding));
      yield command(isFailing ? "error" : "notice", credentialText(finding), message, file);
    }
    for (const { place, reason, failure, detail, allowed } of coverage.skipped) {
      if (failure && allowed === undefined) yield command("warning", `Not read: ${reason}`, `${place} (${detail})`);
    }
    const accepted = coverage.skipped.filter(({ allowed }) => allowed !== undefined).length;
    const left = coverage.excluded.reduce((sum, { count }) => sum + count, 0);
    const design = byDesignText(coverage);
    const unanswered = unansweredText(identification);
    const parts = [
      `${readText(report)}: ${countsText(summary)} found`,
      ...(coverage.complete ? [] : ["NOT EVERYTHING COULD BE READ"]),
      ...(accepted === 0 ? [] : [`not read, and accepted: ${accepted}`]),
      ...(left === 0 ? [] : [`left out because somebody asked for it: ${left}`]),
      ...(design === "" ? [] : [`not read by design: ${design}`]),
      ...(unanswered === "" ? [] : [unanswered]),
    ];
    yield command("notice", "keysweep", parts.join("; "));
  },
};

/** A line that a change could show: what only a history holds has none. */
function shownLocation({ places }: Finding, folder: string): FileLocation | null {
  const place =
    places.find(({ kind }) => kind === "file" || kind === "index") ??
    places.find((each) => each.kind === "git" && each.inHead);
  return place === undefined ? null : fileLocation(place, folder);
}

function messageOf(finding: Finding, isFailing: boolean, standing: Standing | null, why: string | null): string {
  const parts = [
    `${finding.severity}${standing === null ? "" : ` (${standing})`}`,
    ...whoseParts(finding, why),
    `in ${placesText(finding)}`,
    ...(isFailing ? [] : [whyPassing(finding, standing)]),
  ];
  return `${parts.join("; ")}. Way off: ${finding.remedy.title} (${explainCommand(finding)})`;
}

function command(
  kind: "error" | "warning" | "notice",
  title: string,
  message: string,
  at: FileLocation | null = null,
): string {
  const properties = [
    ...(at === null ? [] : [["file", at.path] as const]),
    ...(at === null || at.line === null ? [] : [["line", String(at.line)] as const]),
    ...(at === null || at.column === null ? [] : [["col", String(at.column)] as const]),
    ["title", title] as const,
  ];
  return `::${kind} ${properties.map(([name, value]) => `${name}=${property(value)}`).join(",")}::${data(message)}\n`;
}

/** As the runner's own toolkit escapes what is said; a line feed cannot begin a command of its own. */
function data(text: string): string {
  return visible(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
