import type { AuditFinding } from "../model/audit-report.ts";
import type { Allowed, Finding } from "../model/finding.ts";
import type { AccessKey, IamUser } from "../model/iam-user.ts";
import type { RotationReport, RotationState } from "../model/rotation.ts";
import type { RotationCommand } from "../model/rotation-event.ts";
import type { CommandProspect, StepAhead } from "../model/rotation-prospect.ts";
import { type Severity, severityRank } from "../model/severity.ts";
import { placeParts } from "../report/place-text.ts";
import { grouped } from "../report/summary-text.ts";
import type { TableKind } from "./table.ts";

/** A finding of the disk or of an account, as the table has it. */
export interface FindingRow {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** The rule or the check. */
  readonly rule: string;
  readonly accessKeyId: string | null;
  readonly accountId: string | null;
  readonly userName: string | null;
  /** Where it is, for people; not escaped. */
  readonly where: string;
  readonly allowed: Allowed | null;
  readonly isNew: boolean;
  readonly source:
    | { readonly kind: "disk"; readonly finding: Finding }
    | { readonly kind: "account"; readonly finding: AuditFinding }
    /** A scan that still runs has seen it. */
    | { readonly kind: "just-seen" };
}

export interface UserRow {
  readonly id: string;
  readonly user: IamUser;
  readonly activeKeys: number;
  /** Of the oldest active key, in days; -1: there is none. */
  readonly oldestDays: number;
  /** The last use of any key or of the password, ISO 8601; empty: none. */
  readonly lastUsedAt: string;
  /** What audits found. */
  readonly findings: readonly AuditFinding[];
  /** Smaller is worse, as {@link severityRank}; 5: nothing. */
  readonly worst: number;
}

export interface RotationRow {
  readonly id: string;
  readonly report: RotationReport;
  /** What a command does now, or why it is refused. */
  readonly commands: Readonly<Record<RotationCommand, CommandProspect | { readonly refused: string }>>;
  /** What a run does now, and from when on; null: its journal was not read yet, or there is none. */
  readonly ahead: readonly StepAhead[] | null;
}

export interface LogRow {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly tone: "plain" | "good" | "bad";
  readonly text: string;
}

export function diskRow(finding: Finding, isNew: boolean): FindingRow {
  const { fingerprint, severity, title, rule, accessKeyId, accountId, allowed, owner, places } = finding;
  const [first] = places;
  return {
    id: fingerprint,
    severity,
    title,
    rule,
    accessKeyId,
    accountId: owner?.accountId ?? accountId,
    userName: owner?.userName ?? null,
    where: first === undefined ? "" : placeParts(first).where,
    allowed,
    isNew,
    source: { kind: "disk", finding },
  };
}

export function accountRow(finding: AuditFinding, isNew: boolean): FindingRow {
  const { fingerprint, severity, title, check, accessKeyId, accountId, userName, allowed } = finding;
  return {
    id: fingerprint,
    severity,
    title,
    rule: check,
    accessKeyId,
    accountId,
    userName,
    where: `${userName ?? "the account"} in ${accountId}`,
    allowed,
    isNew,
    source: { kind: "account", finding },
  };
}

const DAY_MS = 86_400_000;

export function ageDays(createdAt: string, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(createdAt)) / DAY_MS));
}

/** @param now milliseconds since 1970. */
export function userRow(user: IamUser, findings: readonly AuditFinding[], now: number): UserRow {
  const active = user.keys.filter(({ status }) => status === "Active");
  const uses = [user.console.lastUsedAt, ...user.keys.map(({ lastUsedAt }) => lastUsedAt)].filter((at) => at !== null);
  return {
    id: user.arn,
    user,
    activeKeys: active.length,
    oldestDays: Math.max(-1, ...active.map((key: AccessKey) => ageDays(key.createdAt, now))),
    lastUsedAt: uses.reduce((a, b) => (a > b ? a : b), ""),
    findings,
    worst: Math.min(5, ...findings.filter(({ allowed }) => allowed === null).map((one) => severityRank(one.severity))),
  };
}

const ACCOUNT_WIDTH = 12;

export const FINDINGS: TableKind<FindingRow> = {
  columns: [
    {
      name: "severity",
      title: "Severity",
      text: ({ severity, allowed }) => (allowed === null ? severity : "allowed"),
      // Allowed ones after all others.
      order: ({ severity, allowed }) => severityRank(severity) + (allowed === null ? 0 : 10),
      width: 9,
    },
    {
      name: "what",
      title: "What",
      text: ({ isNew, title }) => (isNew ? `new: ${title}` : title),
      // Titles of different rules differ only where they are cut.
      brief: ({ isNew, rule }) => (isNew ? "new: " : "") + rule.replace(/^aws-/, ""),
      width: 30,
      narrow: 16,
      from: 44,
    },
    { name: "key", title: "Key", text: ({ accessKeyId }) => accessKeyId ?? "", width: 20, from: 72, besideFrom: 92 },
    {
      name: "where",
      title: "Where",
      text: ({ where }) => where,
      width: 14,
      grows: true,
      // Of a path the file, of an account the user.
      isPath: ({ source }) => source.kind !== "account",
    },
    {
      name: "account",
      title: "Account",
      text: ({ accountId }) => accountId ?? "",
      width: ACCOUNT_WIDTH,
      from: 110,
      besideFrom: 140,
    },
  ],
  groupings: [
    { name: "severity", of: ({ severity, allowed }) => (allowed === null ? severity : "allowed") },
    { name: "rule", of: ({ rule }) => rule },
    { name: "account", of: ({ accountId }) => accountId ?? "account unknown" },
    {
      name: "owner",
      of: ({ userName, accountId }) => (userName === null ? "owner unknown" : `${userName} in ${accountId}`),
    },
    { name: "folder", of: folderOf },
  ],
  searched: (row) => {
    const { severity, title, rule, accessKeyId, accountId, userName } = row;
    return `${severity} ${title} ${rule} ${accessKeyId ?? ""} ${accountId ?? ""} ${userName ?? ""} ${everywhere(row)}`;
  },
  id: ({ id }) => id,
};

/** More places than a person would look through. */
const MOST_SEARCHED = 1000;

function everywhere({ where, source }: FindingRow): string {
  if (source.kind !== "disk") return where;
  return source.finding.places
    .slice(0, MOST_SEARCHED)
    .map((place) => placeParts(place).where)
    .join(" ");
}

function folderOf({ where, source }: FindingRow): string {
  if (source.kind === "account") return "accounts";
  const slash = where.lastIndexOf("/");
  return slash > 0 ? where.slice(0, slash) : "elsewhere";
}

const MFA_TEXT = { none: "none", off: "no password" } as const;

/** Whether somebody who knows the password alone can get in. */
export function mfaText({ mfa, console }: IamUser): string {
  if (mfa.length > 0) return [...new Set(mfa.map(({ kind }) => kind))].join("+");
  return console.enabled ? MFA_TEXT.none : MFA_TEXT.off;
}

export const USERS: TableKind<UserRow> = {
  columns: [
    { name: "user", title: "User", text: ({ user }) => user.userName, width: 16, grows: true },
    { name: "account", title: "Account", text: ({ user }) => user.accountId, width: ACCOUNT_WIDTH, from: 66 },
    {
      name: "keys",
      title: "Keys",
      text: ({ user, activeKeys }) => (user.keys.length === 0 ? "" : `${activeKeys}/${user.keys.length}`),
      order: ({ activeKeys }) => -activeKeys,
      width: 4,
    },
    {
      name: "oldest",
      title: "Oldest",
      text: ({ oldestDays }) => (oldestDays < 0 ? "" : `${grouped(oldestDays)} d`),
      order: ({ oldestDays }) => -oldestDays,
      width: 7,
      align: "right",
    },
    {
      name: "used",
      title: "Last used",
      text: ({ lastUsedAt }) => lastUsedAt.slice(0, 10) || "never",
      order: ({ lastUsedAt }) => (lastUsedAt === "" ? 0 : Date.parse(lastUsedAt)),
      width: 10,
      from: 60,
    },
    { name: "mfa", title: "MFA", text: ({ user }) => mfaText(user), width: 11, from: 50 },
    {
      name: "findings",
      title: "Findings",
      text: ({ findings }) => (findings.length === 0 ? "" : String(findings.length)),
      order: ({ worst, findings }) => worst * 1000 - Math.min(999, findings.length),
      width: 8,
      align: "right",
      from: 80,
    },
  ],
  groupings: [
    { name: "account", of: ({ user }) => user.accountId },
    { name: "mfa", of: ({ user }) => `MFA: ${mfaText(user)}` },
    { name: "keys", of: ({ activeKeys }) => `${activeKeys} active keys` },
  ],
  searched: ({ user: { userName, accountId, keys, arn, tags } }) =>
    `${userName} ${accountId} ${arn} ${keys.map(({ accessKeyId }) => accessKeyId).join(" ")} ${Object.entries(tags).flat().join(" ")}`,
  id: ({ id }) => id,
};

export function isUnderWay({ state }: RotationReport): boolean {
  return !["idle", "done", "abandoned"].includes(state);
}

/** Whether it is under way, but goes no further: nobody says any more how its targets are written. */
export function hasLeft(report: RotationReport): boolean {
  return report.configured === false && isUnderWay(report);
}

/** Those that need somebody first, then those under way. */
const URGENCY: Readonly<Record<RotationState, number>> = {
  stuck: 0,
  reactivated: 1,
  creating: 2,
  created: 2,
  proving: 2,
  writing: 2,
  soaking: 3,
  deactivating: 3,
  quarantined: 3,
  deleting: 3,
  planned: 3,
  idle: 4,
  done: 5,
  abandoned: 5,
};

/** `2026-11-21 10:32Z`: a person plans by minutes. */
function minuteText(iso: string | null): string {
  return iso === null ? "" : `${iso.slice(0, 10)} ${iso.slice(11, 16)}Z`;
}

export const ROTATIONS: TableKind<RotationRow> = {
  columns: [
    {
      name: "state",
      title: "State",
      text: ({ report }) => report.state,
      order: ({ report }) =>
        Math.min(URGENCY[report.state], hasLeft(report) ? URGENCY.reactivated : Number.MAX_SAFE_INTEGER),
      width: 12,
    },
    { name: "name", title: "Rotation", text: ({ report }) => report.name, width: 16, grows: true },
    { name: "user", title: "User", text: ({ report }) => report.userName, width: 16, from: 76 },
    {
      name: "targets",
      title: "Targets",
      text: ({ report: { state, targets } }) =>
        targets.length === 0
          ? ""
          : state === "idle"
            ? String(targets.length)
            : `${targets.filter(({ state }) => state === "verified" || state === "accepted").length}/${targets.length}`,
      width: 7,
      from: 60,
    },
    {
      name: "next",
      title: "Next step",
      text: ({ report }) => (hasLeft(report) ? "not configured" : minuteText(report.nextStepAt)),
      order: ({ report }) => (report.nextStepAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(report.nextStepAt)),
      width: 17,
      from: 50,
    },
    { name: "account", title: "Account", text: ({ report }) => report.accountId, width: ACCOUNT_WIDTH, from: 100 },
  ],
  groupings: [
    { name: "state", of: ({ report }) => report.state },
    { name: "account", of: ({ report }) => report.accountId },
  ],
  searched: ({ report: { name, userName, accountId, state, oldKeyId, newKeyId } }) =>
    `${name} ${userName} ${accountId} ${state} ${oldKeyId ?? ""} ${newKeyId ?? ""}`,
  id: ({ id }) => id,
};

export const LOG: TableKind<LogRow> = {
  columns: [
    { name: "at", title: "When", text: ({ at }) => `${at.slice(11, 19)}Z`, order: ({ id }) => Number(id), width: 9 },
    { name: "text", title: "What", text: ({ text }) => text, width: 40, grows: true },
  ],
  groupings: [],
  searched: ({ text }) => text,
  id: ({ id }) => id,
};
