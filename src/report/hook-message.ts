import type { Finding } from "../model/finding.ts";
import type { Place } from "../model/place.ts";
import type { ScanReport } from "../model/scan-report.ts";
import { visible } from "./escape.ts";
import { explainCommand } from "./next-steps.ts";
import { gitObjectName, placeText } from "./place-text.ts";
import { plural } from "./summary-text.ts";

/** What a hook has stopped. */
export type Stopped = "commit" | "push";

const FEW_PLACES = 5;

/**
 * What a person reads whose commit or push was stopped: what is where, how to go on, how to accept it, and when that is not enough.
 * @param findings those that stop it, worst first
 * @param isFirst whether it is about the first commit of the repository, which has no parent
 */
export function* hookMessage(findings: readonly Finding[], stopped: Stopped, isFirst: boolean): Generator<string> {
  yield `keysweep: this ${stopped} would add ${plural(findings.length, "AWS credential")}, so git was stopped.\n\n`;
  for (const finding of findings) yield* findingLines(finding, stopped);
  yield* stopped === "commit" ? commitSteps(isFirst) : pushSteps(findings, isFirst);
  yield "\nA key that was pushed or shared before has to be rotated: taking it out does not take it back.\n";
  yield* acceptLines(findings, stopped);
}

function* findingLines(finding: Finding, stopped: Stopped): Generator<string> {
  const { title, accessKeyId, accountId, places, remedy, canary } = finding;
  const facts = [
    title,
    accessKeyId ?? "no id seen",
    accountId === null ? "" : `account ${accountId}`,
    canary ? "a decoy: never use it" : "",
  ];
  for (const place of places.slice(0, FEW_PLACES)) yield `  ${visible(where(place, stopped))}\n`;
  const more = places.length - FEW_PLACES + (finding.placesLeftOut ?? 0);
  if (more > 0) yield `  and ${plural(more, "more place")}\n`;
  yield `    ${facts.filter(Boolean).join(" · ")}\n`;
  yield `    Way off: ${visible(remedy.title)} (${explainCommand(finding)})\n\n`;
}

/** `file:line:column`, as editors understand it; for a push with the commit that adds it. */
function where(place: Place, stopped: Stopped): string {
  if (stopped === "commit" && place.kind === "index")
    return `${[place.path, ...place.within].join("!")}:${place.line}:${place.column}`;
  if (place.kind !== "git") return placeText(place);
  const { object, within, line, column, commit, author } = place;
  const name = gitObjectName(place);
  const by = commit === null || object !== "blob" ? "" : ` in commit ${commit.slice(0, 12)}`;
  return `${[name, ...within].join("!")}:${line}:${column}${by}${author === null ? "" : ` of ${author}`}`;
}

function* commitSteps(isFirst: boolean): Generator<string> {
  yield "To go on: take it out of the file, `git add` the file, and commit again.\n";
  const unstage = isFirst ? "git rm --cached -- FILE" : "git restore --staged -- FILE";
  yield `  To keep the file as it is and commit the rest: ${unstage}\n`;
}

function* pushSteps(findings: readonly Finding[], isFirst: boolean): Generator<string> {
  const places = findings.flatMap((finding) => finding.places).filter((place) => place.kind === "git");
  // What a tag brings without a commit no rebase reaches.
  const isTagged = places.some(({ commit }) => commit === null);
  if (!isTagged || places.some(({ commit }) => commit !== null)) {
    yield "To go on: take it out of the commits themselves, not in a further commit, since history keeps it:\n";
    const from = isFirst ? "--root" : "COMMIT^";
    yield `  git rebase --interactive ${from}    (mark the commit \`edit\`, mend the file, git commit --amend)\n`;
    if (places.some(({ object }) => object === "commit"))
      yield "  Where its message holds the key, mark it `reword`.\n";
  }
  if (isTagged) yield "To go on with the tag: git tag --delete TAG, and make it again without the key.\n";
}

function* acceptLines(findings: readonly Finding[], stopped: Stopped): Generator<string> {
  const [finding] = findings;
  if (finding === undefined) return;
  const only = findings.length === 1 ? finding.fingerprint : "FINGERPRINT";
  yield "\nTo accept it, with a reason:\n";
  if (stopped === "commit") {
    yield "  in a comment on its line:  keysweep:allow owner=NAME expires=YYYY-MM-DD REASON\n";
    yield `  or: keysweep allow ${only} --reason "…" --owner "…" --expires YYYY-MM-DD   and git add keysweep.yaml\n`;
  } else {
    yield `  keysweep allow ${only} --reason "…" --owner "…" --expires YYYY-MM-DD\n`;
    yield "  and get keysweep.yaml to where you push first: a push cannot bring its own permission,\n";
    yield "  nor does a keysweep:allow in it count, unless the operator's hooks.inlineAllow says so.\n";
  }
  if (findings.length > 1) {
    for (const { fingerprint, accessKeyId, title } of findings)
      yield `    ${fingerprint}  ${accessKeyId ?? title.toLowerCase()}\n`;
  }
}

/** What a person reads when not everything could be checked. */
export function* uncheckedMessage({ coverage }: ScanReport, stopped: Stopped, blocks: boolean): Generator<string> {
  const failures = coverage.skipped.filter(({ failure, allowed }) => failure && allowed === undefined);
  yield `keysweep: not all of this ${stopped} could be checked${blocks ? ", so git was stopped" : ""}:\n`;
  for (const { place, reason, detail } of failures.slice(0, 10))
    yield `  ${visible(place)}: ${reason} (${visible(detail)})\n`;
  if (failures.length > 10) yield `  and ${failures.length - 10} more\n`;
  if (blocks) yield "An `allow` entry with `skipped: REASON` accepts it: docs/configuration.md, What cannot be read.\n";
}
