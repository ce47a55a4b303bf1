import type { Finding } from "../../../model/finding.ts";
import type { Place } from "../../../model/place.ts";
import type { ScanReport } from "../../../model/scan-report.ts";
import type { Severity } from "../../../model/severity.ts";
import { clipped, jsonText, visible } from "../../escape.ts";
import { ownerText, whoseParts, whyPassing } from "../../finding-text.ts";
import type { Verdict } from "../../format.ts";
import { unansweredText, whyUnidentifiedIn } from "../../identification-text.ts";
import { jsonArray } from "../../json-pieces.ts";
import { explainCommand } from "../../next-steps.ts";
import { placeText } from "../../place-text.ts";
import { type Standing, standingIn } from "../../standing.ts";
import { plural } from "../../summary-text.ts";
import { fileLocation } from "../file-location.ts";
import { ruleText } from "../rule-text.ts";
import type { ScanFormat } from "../scan-format.ts";

const VERSION = "15.2.1";
const SCHEMA = `https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v${VERSION}/dist/secret-detection-report-format.json`;

/** What GitLab's own analyzer writes where no commit is known. */
const NO_COMMIT = "0000000";

const LONGEST_NAME = 255;
const LONGEST_SOLUTION = 7000;
const MOST_PLACES = 100;

/** GitLab's report of secret detection: `artifacts: reports: secret_detection`. Never with the source text that holds the secret. */
export const gitlab: ScanFormat = {
  name: "gitlab",
  *write(report, _, { fails, folder }) {
    const { tool, startedAt, finishedAt, coverage, findings, changes, identification } = report;
    const standing = standingIn(changes);
    const why = whyUnidentifiedIn(identification);
    const scanner = { id: "keysweep", name: "keysweep", version: tool.version, vendor: { name: "keysweep" } };
    const scan = {
      analyzer: scanner,
      scanner,
      type: "secret_detection",
      start_time: startedAt.slice(0, 19),
      end_time: finishedAt.slice(0, 19),
      status: coverage.complete ? "success" : "failure",
    };
    yield `{"version":"${VERSION}","schema":"${SCHEMA}",\n"scan":${jsonText(scan).slice(0, -1)},"messages":`;
    yield* jsonArray(messages(report));
    yield `},\n"vulnerabilities":`;
    yield* jsonArray(
      findings
        .values()
        .map((finding) =>
          vulnerability(finding, { fails, standing: standing(finding.fingerprint), why: why(finding), folder }),
        ),
    );
    yield "}\n";
  },
};

interface Message {
  readonly level: "info" | "warn";
  readonly value: string;
}

function* messages({ coverage, identification }: ScanReport): Generator<Message> {
  const { skipped, excluded } = coverage;
  for (const { place, reason, failure, detail, allowed } of skipped) {
    const accepted = allowed === undefined ? "" : `; accepted: ${allowed.reason}`;
    const level = failure && allowed === undefined ? "warn" : "info";
    yield { level, value: visible(`Not read: ${place}: ${reason} (${detail})${accepted}`) };
  }
  for (const { by, pattern, count } of excluded) {
    if (count > 0) yield { level: "info", value: visible(`Left out by ${by}: ${pattern} (${count})`) };
  }
  const unanswered = unansweredText(identification);
  if (unanswered !== "") yield { level: "warn", value: unanswered };
}

const SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
  info: "Info",
};

interface About {
  readonly fails: Verdict;
  readonly standing: Standing | null;
  /** Why AWS did not say whose it is; null: it did, or was not asked. */
  readonly why: string | null;
  readonly folder: string;
}

function vulnerability(finding: Finding, { fails, standing, why, folder }: About): object {
  const { fingerprint, rule, title, severity, remedy, places } = finding;
  const place = places.find((each) => fileLocation(each, folder) !== null) ?? places[0];
  const [url] = ruleText(rule)?.references ?? [];
  const whyNot = fails(finding) ? null : whyPassing(finding, standing);
  const solution = [
    remedy.title,
    ...remedy.steps.map((step, index) => `${index + 1}. ${step}`),
    explainCommand(finding),
  ];
  return {
    id: uuidOf(fingerprint),
    name: clipped(visible(title), LONGEST_NAME),
    description: visible(ruleText(rule)?.description ?? title),
    severity: SEVERITIES[severity],
    solution: clipped(solution.map(visible).join("\n"), LONGEST_SOLUTION),
    identifiers: [
      { type: "keysweep_rule", name: `keysweep rule ${rule}`, value: rule, ...(url === undefined ? {} : { url }) },
      { type: "keysweep_fingerprint", name: `keysweep fingerprint ${fingerprint}`, value: fingerprint },
      { type: "cwe", name: "CWE-798", value: "798", url: "https://cwe.mitre.org/data/definitions/798.html" },
    ],
    location: place === undefined ? { commit: { sha: NO_COMMIT } } : locationOf(place, folder),
    details: detailsOf(finding, standing, why),
    ...(whyNot === null
      ? {}
      : // The only flag that there is.
        { flags: [{ type: "flagged-as-likely-false-positive", origin: "keysweep", description: visible(whyNot) }] }),
  };
}

function locationOf(place: Place, folder: string): object {
  const file = fileLocation(place, folder);
  const line = file?.line ?? null;
  return {
    ...(file === null ? { file: visible(placeText(place)) } : { file: visible(file.path) }),
    ...(line === null ? {} : { start_line: line, end_line: line }),
    commit: commitOf(place),
  };
}

function commitOf(place: Place): object {
  if (place.kind !== "git") return { sha: NO_COMMIT };
  const { commit, author, date } = place;
  return {
    sha: commit ?? NO_COMMIT,
    ...(author === null ? {} : { author: visible(author) }),
    ...(date === null ? {} : { date }),
  };
}

function detailsOf(finding: Finding, standing: Standing | null, why: string | null): object {
  const { places, placesLeftOut = 0, accessKeyId, owner } = finding;
  const text = (name: string, value: string): object => ({ name, type: "text", value: visible(value) });
  const shown = places.slice(0, MOST_PLACES);
  const more = places.length + placesLeftOut - shown.length;
  const items = [...shown.map(placeText), ...(more > 0 ? [`and ${plural(more, "more place")}`] : [])];
  return {
    ...(accessKeyId === null ? {} : { accessKeyId: text("Access key", accessKeyId) }),
    ...(owner === null
      ? Object.fromEntries(whoseParts(finding, null).map((value) => ["account", text("Account", value)]))
      : { owner: text("Owner", ownerText(owner)) }),
    ...(why === null ? {} : { notIdentified: text("Not identified", why) }),
    ...(standing === null ? {} : { standing: text("Against the last run", standing) }),
    places: { name: "Places", type: "list", items: items.map((value) => ({ type: "text", value: visible(value) })) },
  };
}

/** The fingerprint's digits, written as GitLab recommends. */
function uuidOf(fingerprint: Finding["fingerprint"]): string {
  return fingerprint.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
