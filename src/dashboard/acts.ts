import type { Finding } from "../model/finding.ts";
import type { FilePlace } from "../model/place.ts";
import type { RotationCommand } from "../model/rotation-event.ts";
import { identifyRequest, planRequest } from "./job-requests.ts";
import type { Effect, JobRequest } from "./message.ts";
import { allowQuestion, commandQuestion, goOnQuestion } from "./questions.ts";
import { type FindingRow, isUnderWay, type RotationRow, type UserRow } from "./rows.ts";
import type { Dialog, State } from "./state.ts";
import { selectedRow } from "./table.ts";

/** Something that can be done with what is selected. */
export interface Act {
  /** The letter that does it. */
  readonly key: string;
  readonly label: string;
  /** The same where there is little room. */
  readonly brief: string;
  /** Why it cannot be done; null: it can. */
  readonly refused: string | null;
  /** What is done, or what is asked first. */
  readonly begin: { readonly effect: Effect } | { readonly dialog: Dialog };
}

const NOTHING: Act["begin"] = { effect: { kind: "redraw" } };

/** What can be done with what is selected, and why not. */
export function acts(state: State): readonly Act[] {
  const { findings, users, rotations } = state.tables;
  if (state.view === "findings") return withRow(selectedRow(findings), (row) => findingActs(state, row));
  if (state.view === "users") return withRow(selectedRow(users), (row) => userActs(state, row));
  if (state.view === "rotations") return withRow(selectedRow(rotations), (row) => rotationActs(state, row));
  return [];
}

function withRow<Row>(row: Row | null, of: (row: Row) => readonly Act[]): readonly Act[] {
  return row === null ? [] : of(row);
}

function isRunning({ jobs }: State, purpose: JobRequest["purpose"], about?: string): boolean {
  return jobs.some(({ request }) => request.purpose === purpose && (about === undefined || request.about === about));
}

function findingActs(state: State, row: FindingRow): readonly Act[] {
  const { accessKeyId: id } = row;
  const finding = row.source.kind === "disk" ? row.source.finding : null;
  const place = finding === null ? null : fileOf(finding);
  return [
    {
      key: "e",
      label: "open in editor",
      brief: "edit",
      refused: state.noEditor ?? (place === null ? whyNotOpen(row) : null),
      begin: place === null ? NOTHING : { effect: { kind: "edit", path: place.path, line: place.line } },
    },
    copying(id ?? row.id, id === null ? "copy fingerprint" : "copy key id"),
    {
      key: "i",
      label: "identify owner",
      brief: "owner",
      refused: whyNotIdentify(state, row),
      begin: id === null ? NOTHING : { effect: { kind: "run", request: identifyRequest(id) } },
    },
    {
      key: "a",
      label: "allow",
      brief: "allow",
      refused: finding === null ? whyNotAllow(row) : row.allowed === null ? null : "it is allowed already",
      begin: { dialog: allowQuestion(row, state.now) },
    },
    rotating(
      state,
      row.accountId,
      row.userName,
      row.source.kind === "account" ? "it is about the account, and no user's key" : NOBODY,
    ),
    ...(id === null ? [] : [{ ...copying(row.id, "copy fingerprint"), key: "C", brief: "fingerprint" }]),
  ];
}

const NOBODY = "whose key it is is not known: identify it first";

/** A plain file: what is in an archive or a history opens in no editor. */
function fileOf({ places }: Finding): FilePlace | null {
  return places.find((place): place is FilePlace => place.kind === "file" && place.within.length === 0) ?? null;
}

function copying(text: string, label: string): Act {
  return { key: "c", label, brief: "copy", refused: null, begin: { effect: { kind: "copy", text } } };
}

function whyNotIdentify(state: State, { accessKeyId: id, userName, source }: FindingRow): string | null {
  if (id === null) return "no key id was seen";
  if (!id.startsWith("AKIA")) return "it is no long-term key of a user";
  if (source.kind === "disk" && source.finding.canary) return "it is a decoy: asking would alarm its owner";
  if (userName !== null) return "its owner is known";
  if (isRunning(state, "identify", id)) return "AWS is being asked";
  return state.awsProblem;
}

function whyNotAllow({ source, rule }: FindingRow): string {
  return source.kind === "account"
    ? `findings of accounts are accepted in the configuration, below "allow" by "check: ${rule}": docs/audit.md`
    : NOT_ENDED;
}

function whyNotOpen({ source }: FindingRow): string {
  return source.kind === "just-seen" ? NOT_ENDED : "it is in no file that can be opened";
}

const NOT_ENDED = "the scan that saw it has not ended";

function userActs(state: State, { user }: UserRow): readonly Act[] {
  const [key] = user.keys.toSorted((a, b) => (a.status === b.status ? 0 : a.status === "Active" ? -1 : 1));
  return [
    copying(key?.accessKeyId ?? user.arn, key === undefined ? "copy ARN" : "copy key id"),
    rotating(state, user.accountId, user.userName, NOBODY),
  ];
}

/** To the rotation of this user. @param nobody why there is no user. */
function rotating(state: State, accountId: string | null, userName: string | null, nobody: string): Act {
  const row = state.tables.rotations.rows.find(
    ({ report }) => report.accountId === accountId && report.userName === userName,
  );
  const refused =
    userName === null
      ? nobody
      : row === undefined
        ? `no rotation of ${userName} is configured: docs/configuration.md`
        : whyNotPlan(state, row);
  return {
    key: "p",
    label: "plan rotation",
    brief: "plan",
    refused,
    begin: row === undefined ? NOTHING : planning(row),
  };
}

function rotationActs(state: State, row: RotationRow): readonly Act[] {
  const { report } = row;
  const underWay = isUnderWay(report);
  return [
    { key: "p", label: "plan", brief: "plan", refused: whyNotPlan(state, row), begin: planning(row) },
    {
      key: "n",
      label: underWay ? "take next steps" : "rotate",
      brief: underWay ? "go on" : "rotate",
      refused: whyNotRun(state, row),
      // One that is not begun is planned first: the plan says which key is meant.
      begin: underWay ? { dialog: goOnQuestion(row, state.now) } : planning(row),
    },
    commanding(state, row, "reactivate", "b", "bring old key back", "bring back"),
    commanding(state, row, "abandon", "d", "give up", "give up"),
    commanding(state, row, "confirm", "y", "confirm consumers", "confirm"),
    copying(report.newKeyId ?? report.oldKeyId ?? report.name, "copy key id"),
  ];
}

function planning({ report: { name } }: RotationRow): Act["begin"] {
  return { effect: { kind: "run", request: planRequest(name) } };
}

const NOT_CONFIGURED = "the configuration does not have its user any more";

function whyNotPlan(state: State, row: RotationRow): string | null {
  if (isUnderWay(row.report)) return "it is under way";
  if (isRunning(state, "plan", row.id)) return "it is being planned";
  return whyNotRun(state, row);
}

function whyNotRun(state: State, row: RotationRow): string | null {
  if (row.report.configured === false) return NOT_CONFIGURED;
  if (isRunning(state, "rotate", row.id) || isRunning(state, "command", row.id)) return "it is being worked on";
  if (row.report.state === "reactivated") return "the old key was brought back: confirm, or give up";
  if (isUnderWay(row.report) && row.ahead === null) return "its journal is being read";
  return state.awsProblem;
}

function commanding(
  state: State,
  row: RotationRow,
  command: RotationCommand,
  key: string,
  label: string,
  brief: string,
): Act {
  const prospect = row.commands[command];
  if ("refused" in prospect) return { key, label, brief, refused: prospect.refused, begin: NOTHING };
  const refused =
    (command === "confirm" && row.report.configured === false ? `${NOT_CONFIGURED}: nobody would go on` : null) ??
    (isRunning(state, "rotate", row.id) || isRunning(state, "command", row.id) ? "it is being worked on" : null) ??
    // The way out of an emergency is never barred by what went wrong elsewhere: it is tried.
    (command === "reactivate" ? null : state.awsProblem);
  return { key, label, brief, refused, begin: { dialog: commandQuestion(row.report, command, prospect, state.now) } };
}
