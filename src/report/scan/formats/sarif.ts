import type { CodeFlow, Location, Notification, ReportingDescriptor, Result, ThreadFlowLocation } from "sarif";
import type { Finding } from "../../../model/finding.ts";
import type { GitPlace, Place } from "../../../model/place.ts";
import type { ScanReport } from "../../../model/scan-report.ts";
import { visible } from "../../escape.ts";
import { credentialText, day, whoseParts } from "../../finding-text.ts";
import { unansweredText, whyUnidentifiedIn } from "../../identification-text.ts";
import { explainCommand } from "../../next-steps.ts";
import { placeText } from "../../place-text.ts";
import { commonResult, notification, type RuledResult, sarifLog } from "../../sarif.ts";
import { type Standing, standingIn } from "../../standing.ts";
import { plural, readText } from "../../summary-text.ts";
import { fileLocation, uriOf } from "../file-location.ts";
import { ruleText } from "../rule-text.ts";
import type { ScanFormat } from "../scan-format.ts";

/** The most places of one finding that are listed; GitHub reads a thousand. */
const MOST_PLACES = 1000;

/** The most places in histories whose commits are told. */
const MOST_FLOWS = 20;

/** For code scanning at GitHub, for editors, and for whatever else reads SARIF. */
export const sarif: ScanFormat = {
  name: "sarif",
  *write(report, _, { folder }) {
    const standing = standingIn(report.changes);
    const why = whyUnidentifiedIn(report.identification);
    yield* sarifLog({
      category: "keysweep/scan/",
      version: report.tool.version,
      startedAt: report.startedAt,
      finishedAt: report.finishedAt,
      complete: report.coverage.complete,
      notifications: notifications(report),
      results: report.findings
        .values()
        .map((finding) => ruledResult(finding, { standing: standing(finding.fingerprint), why: why(finding), folder })),
      properties: { read: readText(report), summary: report.summary },
    });
  },
};

interface About {
  readonly standing: Standing | null;
  /** Why AWS did not say whose it is; null: it did, or was not asked. */
  readonly why: string | null;
  readonly folder: string;
}

function ruledResult(finding: Finding, about: About): RuledResult {
  return { severity: finding.severity, rule: ruleOf(finding), result: resultOf(finding, about) };
}

function resultOf(finding: Finding, { standing, why, folder }: About): RuledResult["result"] {
  const { places, placesLeftOut = 0, remedy } = finding;
  const [first, ...others] = places.slice(0, MOST_PLACES);
  const total = places.length + placesLeftOut;
  return {
    ...commonResult(finding, standing),
    message: { text: messageOf(finding, total, why) },
    locations: first === undefined ? [] : [locationOf(first, folder)],
    ...(others.length === 0 ? {} : { relatedLocations: others.map((place, index) => relatedTo(place, index, folder)) }),
    ...codeFlowsOf(places, folder),
    properties: {
      severity: finding.severity,
      accessKeyId: finding.accessKeyId,
      accountId: finding.accountId,
      owner: finding.owner,
      ...(why === null ? {} : { notIdentified: visible(why) }),
      canary: finding.canary,
      places: total,
      useCase: finding.useCase,
      remedy: { title: remedy.title, steps: remedy.steps },
      allowed: finding.allowed,
    },
  };
}

function messageOf(finding: Finding, total: number, why: string | null): string {
  const parts = [
    credentialText(finding),
    ...whoseParts(finding, why),
    ...(total > 1 ? [`in ${plural(total, "place")}`] : []),
  ];
  return visible(`${parts.join("; ")}. Way off: ${finding.remedy.title} (${explainCommand(finding)})`);
}

function ruleOf({ rule, title, remedy }: Finding): ReportingDescriptor {
  const known = ruleText(rule);
  const description = known?.description ?? title;
  const steps = `\`keysweep explain ${rule}\` says what to do instead of a key, for each use.`;
  const references = (known?.references ?? []).map((url) => `- <${url}>`).join("\n");
  const [helpUri] = known?.references ?? [];
  return {
    id: rule,
    name: title,
    shortDescription: { text: title },
    fullDescription: { text: description },
    help: {
      text: `${description} Way off: ${remedy.title}. ${steps}`,
      markdown: `${description}\n\n${steps}\n\n${references}`,
    },
    ...(helpUri === undefined ? {} : { helpUri }),
  };
}

function relatedTo(place: Place, index: number, folder: string): Location {
  return { id: index + 1, ...locationOf(place, folder), message: { text: visible(placeText(place)) } };
}

function locationOf(place: Place, folder: string): Location {
  const file = fileLocation(place, folder);
  if (file === null) return { logicalLocations: [{ fullyQualifiedName: visible(placeText(place)), kind: place.kind }] };
  const { line, column, within } = file;
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      ...(line === null ? {} : { region: { startLine: line, ...(column === null ? {} : { startColumn: column }) } }),
    },
    ...(within.length === 0
      ? {}
      : { logicalLocations: [{ fullyQualifiedName: visible(within.join("!")), kind: "member" }] }),
  };
}

/** Of what a history holds, from the commit that brought it in to the last that wrote it. */
function codeFlowsOf(places: readonly Place[], folder: string): Pick<Result, "codeFlows"> {
  const flows = places
    .values()
    .flatMap((place) => (place.kind === "git" && place.commit !== null ? [codeFlow(place, place.commit, folder)] : []))
    .take(MOST_FLOWS)
    .toArray();
  return flows.length === 0 ? {} : { codeFlows: flows };
}

function codeFlow(place: GitPlace, commit: string, folder: string): CodeFlow {
  const { author, date, last, inHead } = place;
  const by = `${author === null ? "" : ` of ${author}`}${date === null ? "" : `, ${day(date)}`}`;
  const step = (text: string): ThreadFlowLocation => ({
    location: { ...locationOf(place, folder), message: { text: visible(text) } },
  });
  const end = inHead ? "; it is still in HEAD" : "; it is not in HEAD now";
  return {
    threadFlows: [
      {
        locations: [
          step(`commit ${commit}${by}, brought it in`),
          ...(last === null
            ? []
            : [step(`commit ${last.commit}, ${day(last.date)}, is the last that wrote a version with it${end}`)]),
        ],
      },
    ],
  };
}

function* notifications({ coverage, identification }: ScanReport): Generator<Notification> {
  const { skipped, excluded } = coverage;
  for (const { place, reason, failure, detail, allowed } of skipped) {
    const isOpen = failure && allowed === undefined;
    const accepted = allowed === undefined ? "" : `; accepted: ${allowed.reason}`;
    yield notification(isOpen ? "error" : "note", reason, `Not read: ${place}: ${reason} (${detail})${accepted}`);
  }
  for (const { by, pattern, count } of excluded) {
    if (count > 0) yield notification("note", "excluded", `Left out by ${by}: ${pattern} (${count})`);
  }
  const unanswered = unansweredText(identification);
  if (unanswered !== "") yield notification("warning", "identification", unanswered);
}
