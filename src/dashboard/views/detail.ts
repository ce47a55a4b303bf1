import type { AuditFinding } from "../../model/audit-report.ts";
import type { Finding, Remedy } from "../../model/finding.ts";
import type { IamUser } from "../../model/iam-user.ts";
import type { TargetState } from "../../model/rotation.ts";
import { ownerText } from "../../report/finding-text.ts";
import { distinctPlaces } from "../../report/place-text.ts";
import { stateText, targetText, timeText } from "../../report/rotations/summary-text.ts";
import { plural } from "../../report/summary-text.ts";
import { type Act, acts } from "../acts.ts";
import { glyphsOf, type Look, shown, widthOf, wrapped } from "../look.ts";
import { ageDays, type FindingRow, hasLeft, mfaText, type RotationRow, type UserRow } from "../rows.ts";
import { detailWidth, isSideBySide, type State } from "../state.ts";
import { selectedRow } from "../table.ts";
import { BLANK, type Line, line, type Tone } from "./line.ts";
import { STATE_TONES } from "./table-lines.ts";

/** Wraps texts of whatever origin into lines of the pane. */
class Pane {
  readonly lines: Line[] = [];
  readonly #width: number;
  readonly #look: Look;

  constructor(width: number, look: Look) {
    this.#width = Math.max(20, width);
    this.#look = look;
  }

  text(text: string, tone: Tone = "plain", hanging = ""): this {
    const pieces = wrapped(shown(text, this.#look), this.#width - hanging.length);
    for (const [at, piece] of pieces.entries())
      this.lines.push(line({ text: (at === 0 ? "" : hanging) + piece, tone }));
    return this;
  }

  labelled(label: string, text: string, tone: Tone = "plain"): this {
    const head = label.padEnd(LABEL);
    const harmless = shown(text, this.#look);
    // What has no room beside its label but has some below, such as a fingerprint, is told in one piece: so it can be copied.
    if (!harmless.includes(" ") && widthOf(harmless) > this.#width - LABEL && widthOf(harmless) <= this.#width) {
      this.lines.push(line({ text: label, tone: "dim" }), line({ text: harmless, tone }));
      return this;
    }
    const pieces = wrapped(harmless, Math.max(10, this.#width - LABEL));
    for (const [at, piece] of pieces.entries()) {
      this.lines.push(line({ text: at === 0 ? head : " ".repeat(LABEL), tone: "dim" }, { text: piece, tone }));
    }
    return this;
  }

  title(text: string): this {
    this.lines.push(BLANK, line({ text: shown(text, this.#look), tone: "title" }));
    return this;
  }
}

const LABEL = 13;
/** More places than a person would read. */
const MOST_PLACES = 50;
const MOST_EVENTS = 200;

/** The detail as wide as it is shown; null: none is selected. */
export function shownDetail(state: State): Line[] | null {
  return detailLines(state, isSideBySide(state) ? detailWidth(state) - 2 : state.columns - 4);
}

/** All that is known of the selected row, with what to do about it; null: none is selected. */
export function detailLines(state: State, width: number): Line[] | null {
  const { look } = state;
  const pane = new Pane(width, look);
  const { findings, users, rotations } = state.tables;
  const can = acts(state);
  if (state.view === "findings") {
    const row = selectedRow(findings);
    if (row === null) return null;
    aboutFinding(pane, row, can);
  } else if (state.view === "users") {
    const row = selectedRow(users);
    if (row === null) return null;
    aboutUser(pane, row, can, state.now);
  } else if (state.view === "rotations") {
    const row = selectedRow(rotations);
    if (row === null) return null;
    aboutRotation(pane, row, can, look);
  } else if (state.view === "log") {
    const row = selectedRow(state.tables.log);
    return row === null ? null : pane.labelled("When", timeText(row.at)).text(row.text, row.tone).lines;
  } else return null;
  return pane.lines;
}

/** Before what is long: what is refused stands nowhere else. */
function whatCanBeDone(pane: Pane, can: readonly Act[]): void {
  pane.title("What you can do");
  for (const { key, label, refused } of can) {
    if (refused === null) pane.lines.push(line({ text: ` ${key} `, tone: "accent" }, label));
    else pane.text(` ${key} ${label}: ${refused}`, "dim", "   ");
  }
}

function aboutFinding(pane: Pane, row: FindingRow, can: readonly Act[]): void {
  const { severity, title, accessKeyId, source, rule, allowed, accountId } = row;
  pane.text(`${severity.toUpperCase()}  ${title}`, severity);
  if (accessKeyId !== null) pane.labelled("Key", accessKeyId, "bold");
  pane.labelled(source.kind === "account" ? "Check" : "Rule", rule);
  if (allowed !== null)
    pane.labelled(
      "Allowed",
      `${allowed.reason} (${allowed.owner ?? "nobody"}, until ${allowed.expires ?? "further notice"})`,
      "dim",
    );
  if (source.kind === "disk") aboutDisk(pane, source.finding, can);
  else if (source.kind === "account") aboutAccount(pane, source.finding, can);
  else {
    pane
      .labelled("Account", accountId ?? "unknown")
      .labelled("Place", row.where)
      .text("The scan that saw it has not ended: it is not remembered yet.", "dim");
    whatCanBeDone(pane, can);
  }
}

function aboutDisk(pane: Pane, finding: Finding, can: readonly Act[]): void {
  const { owner, accountId, canary, useCase, places, placesLeftOut = 0, remedy, fingerprint } = finding;
  pane.labelled(
    "Owner",
    owner === null ? (accountId === null ? "unknown" : `account ${accountId}, user unknown`) : ownerText(owner),
  );
  if (canary) pane.text("A decoy: using it alarms its owner.", "medium");
  if (useCase !== null && useCase !== "unknown") pane.labelled("Use", useCase);
  pane.labelled("Fingerprint", fingerprint, "dim");
  whatCanBeDone(pane, can);
  const told = distinctPlaces(places.slice(0, MOST_PLACES));
  pane.title(`Places (${places.length + placesLeftOut})`);
  for (const { where, about } of told) {
    pane.text(where, "plain", "  ");
    for (const text of about) pane.text(`  ${text}`, "dim", "  ");
  }
  if (places.length + placesLeftOut > MOST_PLACES)
    pane.text(`and ${places.length + placesLeftOut - MOST_PLACES} more`, "dim");
  remedyOf(pane, remedy);
}

function aboutAccount(
  pane: Pane,
  { detail, accountId, userName, compliance, remedy }: AuditFinding,
  can: readonly Act[],
): void {
  pane.labelled("User", `${userName ?? "the account itself"} in ${accountId}`);
  pane.text(detail);
  const controls = Object.entries(compliance).map(([name, ids]) => `${name} ${ids.join(", ")}`);
  if (controls.length > 0) pane.labelled("Controls", controls.join("; "), "dim");
  whatCanBeDone(pane, can);
  remedyOf(pane, remedy);
}

function remedyOf(pane: Pane, { title, steps }: Remedy): void {
  pane.title("Instead");
  pane.text(title, "bold");
  for (const [at, step] of steps.entries()) pane.text(`${at + 1}. ${step}`, "plain", "   ");
}

function aboutUser(pane: Pane, { user, findings }: UserRow, can: readonly Act[], now: number): void {
  pane.text(user.userName, "bold");
  pane
    .labelled("Account", user.accountId)
    .labelled("Made", `${user.createdAt.slice(0, 10)}, ${plural(ageDays(user.createdAt, now), "day")} ago`);
  pane
    .labelled("Password", passwordText(user))
    .labelled("MFA", mfaText(user), mfaText(user) === "none" ? "bad" : "plain");
  const tags = Object.entries(user.tags).map(([name, value]) => `${name}=${value}`);
  if (tags.length > 0) pane.labelled("Tags", tags.join(", "), "dim");
  pane.title(`Keys (${user.keys.length})`);
  for (const { accessKeyId, status, createdAt, lastUsedAt, lastUsedService, lastUsedRegion } of user.keys) {
    const days = ageDays(createdAt, now);
    const tone = status !== "Active" ? "dim" : days > 365 ? "high" : days > 90 ? "medium" : "plain";
    pane.text(`${accessKeyId}  ${status.toLowerCase()}, ${plural(days, "day")} old`, tone);
    const use =
      lastUsedAt === null
        ? "never used"
        : `used ${lastUsedAt.slice(0, 10)}${lastUsedService === null ? "" : `, ${lastUsedService}`}${lastUsedRegion === null ? "" : ` in ${lastUsedRegion}`}`;
    pane.text(`  ${use}`, "dim", "  ");
  }
  whatCanBeDone(pane, can);
  if (findings.length === 0) return;
  pane.title(`Findings (${findings.length})`);
  for (const { severity, title, remedy } of findings.slice(0, MOST_PLACES)) {
    pane.text(`${severity}: ${title}`, severity, "  ");
    pane.text(`  ${remedy.title}`, "dim", "  ");
  }
}

function passwordText({ console }: IamUser): string {
  if (!console.enabled) return "none";
  return console.lastUsedAt === null ? "never used" : `used ${console.lastUsedAt.slice(0, 10)}`;
}

const LEFT =
  "The configuration does not have its user any more, so it goes no further. Put it back there, give it up, or bring the old key back.";

function aboutRotation(pane: Pane, { report }: RotationRow, can: readonly Act[], look: Look): void {
  const { name, state, userName, accountId, oldKeyId, newKeyId, nextStepAt, reason, targets, history } = report;
  const glyphs = glyphsOf(look);
  pane.text(name, "bold");
  pane.labelled("State", `${state}: ${stateText(state)}`, STATE_TONES[state] ?? "plain");
  pane.labelled("User", `${userName} in ${accountId}`);
  if (oldKeyId !== null) pane.labelled("Old key", oldKeyId).labelled("New key", newKeyId ?? "not made yet");
  if (nextStepAt !== null) pane.labelled(state === "idle" ? "Due" : "Next step", timeText(nextStepAt));
  if (reason !== null) pane.labelled("Why", reason);
  if (hasLeft(report)) pane.labelled("Mind", LEFT, "medium");
  else if (report.configured === false) pane.labelled("Mind", "No longer in the configuration.", "dim");
  if (targets.length > 0) pane.title(`Targets (${targets.length})`);
  else if (state === "idle") pane.labelled("Targets", "its plan says which they are, and what they hold", "dim");
  const marks: Readonly<Record<TargetState, readonly [string, Tone]>> = {
    pending: [glyphs.waiting, "dim"],
    writing: [glyphs.arrow, "accent"],
    accepted: [glyphs.done, "good"],
    verified: [glyphs.done, "good"],
    failed: [glyphs.failed, "bad"],
  };
  for (const target of targets) {
    // Nothing is to be done there yet.
    const [mark, tone] = state === "idle" ? ([" ", "plain"] as const) : marks[target.state];
    pane.text(`${mark} ${target.name} (${target.type})`, tone, "  ");
    if (state !== "idle") pane.text(`  ${targetText(target)}`, "dim", "  ");
    if (target.error !== null) pane.text(`  ${target.error}`, "bad", "  ");
  }
  whatCanBeDone(pane, can);
  if (history.length > 0) pane.title("History (UTC), the last first");
  for (const { at, event } of history.slice(-MOST_EVENTS).toReversed()) {
    pane.text(`${at.slice(0, 16).replace("T", " ")}  ${event}`, "plain", "    ");
  }
}
