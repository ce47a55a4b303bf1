import { figuresOf } from "./figures.ts";
import type { Part, Remembered } from "./message.ts";
import type { FindingRow, RotationRow } from "./rows.ts";
import { KINDS, type State, type Tables, tableHeight } from "./state.ts";
import { told } from "./step.ts";
import { movedTo, withRows } from "./table.ts";

/** What was read anew, in its tables and figures. */
export function recalled(state: State, remembered: Remembered): State {
  const { scan, audit, trend, diskFindings, accountFindings, users, rotations } = remembered;
  const tables: Tables = {
    ...state.tables,
    ...(users === undefined ? {} : { users: withRows(KINDS.users, state.tables.users, users, state.view !== "users") }),
    ...(rotations === undefined
      ? {}
      : {
          rotations: withRows(
            KINDS.rotations,
            state.tables.rotations,
            joined(state, rotations),
            state.view !== "rotations",
          ),
        }),
  };
  const read = { scan: diskFindings, audit: users, rotations };
  const next: State = {
    ...state,
    tables,
    unread: state.unread.filter((part) => read[part] === undefined),
    unreadable: {
      scan: read.scan === undefined ? state.unreadable.scan : null,
      audit: read.audit === undefined ? state.unreadable.audit : null,
      rotations: read.rotations === undefined ? state.unreadable.rotations : null,
    },
    scan: scan === undefined ? state.scan : scan,
    audit: audit === undefined ? state.audit : audit,
    trend: trend ?? state.trend,
    disk: diskFindings ?? state.disk,
    accounts: accountFindings ?? state.accounts,
    // What another process has scanned ends no scan of ours.
    justSeen: diskFindings === undefined || isScanning(state) ? state.justSeen : [],
  };
  return inSight(diskFindings === undefined && accountFindings === undefined ? withFigures(next) : withFindings(next));
}

/** What was read before stays; that it could not be read anew is told once, however often that is tried. */
export function notRecalled(state: State, part: Part, why: string): State {
  if (state.unreadable[part] === why) return state;
  return { ...told(state, why, "bad"), unreadable: { ...state.unreadable, [part]: why } };
}

/** What the configuration said of rotations stays, where the journal alone was read. */
function joined(state: State, rows: readonly RotationRow[]): readonly RotationRow[] {
  const before = new Map(state.tables.rotations.rows.map((row) => [row.id, row]));
  const anew = rows.map((row): RotationRow => {
    const configured = before.get(row.id)?.report.configured;
    before.delete(row.id);
    return configured === undefined ? row : { ...row, report: { ...row.report, configured } };
  });
  return [...anew, ...before.values()];
}

/** The table has what is remembered, and what a scan that runs has seen besides. */
export function withFindings(state: State): State {
  const known = new Set(state.disk.map(({ id }) => id));
  const unknown = state.justSeen.filter(({ id }) => !known.has(id));
  const named = new Set([...state.disk, ...unknown.filter((row) => !isLoneId(row))].map((row) => row.accessKeyId));
  const fresh = unknown.filter((row) => !isLoneId(row) || !named.has(row.accessKeyId));
  const rows = [...state.disk, ...state.accounts, ...fresh];
  const findings = withRows(KINDS.findings, state.tables.findings, rows, state.view !== "findings");
  return inSight(withFigures({ ...state, tables: { ...state.tables, findings } }));
}

/** An id that was met without its secret: where the key itself is known it is no other one. */
function isLoneId({ rule, accessKeyId }: FindingRow): boolean {
  return rule === "aws-access-key-id" && accessKeyId !== null;
}

function isScanning({ jobs }: State): boolean {
  return jobs.some(({ request }) => request.purpose === "scan");
}

/** What a scan that was cut off has seen is in the table, but was told as it was met: only what was looked through to its end is counted, if anything was. */
export function withFigures(state: State): State {
  const { findings, users, rotations } = state.tables;
  const counted =
    isScanning(state) || state.scan === null
      ? findings.rows
      : findings.rows.filter(({ source }) => source.kind !== "just-seen");
  return { ...state, figures: figuresOf(counted, users.rows, rotations.rows, state.now) };
}

/** Each cursor where it can be seen. */
export function inSight(state: State): State {
  const height = tableHeight(state);
  const { findings, users, rotations, log } = state.tables;
  const tables: Tables = {
    findings: movedTo(findings, findings.cursor, height),
    users: movedTo(users, users.cursor, height),
    rotations: movedTo(rotations, rotations.cursor, height),
    log: movedTo(log, log.cursor, height),
  };
  return { ...state, tables };
}
