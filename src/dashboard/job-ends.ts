import type { Owner } from "../model/finding.ts";
import type { RotationPlan } from "../model/rotation-plan.ts";
import { runRequest } from "./job-requests.ts";
import { inSight, withFigures, withFindings } from "./knowledge.ts";
import { changesKeys, type Effect, type JobEnd, type JobRequest } from "./message.ts";
import { printedOwners, printedPlans, printedRotations } from "./printed.ts";
import { reading, typed } from "./questions.ts";
import { type FindingRow, isUnderWay, type RotationRow } from "./rows.ts";
import { KINDS, type State } from "./state.ts";
import { logged, noticed, only, type Step, told } from "./step.ts";
import { withRows } from "./table.ts";

/** What a command means by its exit statuses: anything else went wrong. */
const FINE: readonly (number | null)[] = [0, 1, 3];

/** What becomes of what a job has done and said. */
export function ended(state: State, id: number, end: JobEnd, now: number): Step {
  const job = state.jobs.find((one) => one.id === id);
  const left = { ...state, now, jobs: state.jobs.filter((one) => one.id !== id) };
  if (job === undefined) return only(left);
  const { request } = job;
  const rest = request.purpose === "scan" ? withFigures(left) : left;
  if (end.cancelled) return only(told(rest, `${JOB_NAMES[request.purpose]}: cancelled`, "plain"));
  const complaint = complaintOf(end.stderr);
  const base = complaint === "" ? rest : logged(rest, complaint, FINE.includes(end.status) ? "plain" : "bad");
  if (!FINE.includes(end.status)) return failed(base, request, end, errorOf(end.stderr) || "it ended without a word");
  return succeeded(base, request, end);
}

/** What the configuration has of rotations, and what is due. */
export const STATUS: JobRequest = { purpose: "status", words: ["rotate", "status", "--format", "json"] };

/** What a job is called when it is spoken of. */
export const JOB_NAMES: Readonly<Record<JobRequest["purpose"], string>> = {
  scan: "scan",
  audit: "audit",
  identify: "owner",
  status: "rotations",
  plan: "plan",
  rotate: "rotation",
  command: "rotation",
  allow: "allow",
  export: "report",
};

/** More than this nobody reads above the keys; a problem and its remedy are two. */
const MOST_LINES = 4;

/** What was told last: what a command was about to do comes before it. */
function errorOf(stderr: string): string {
  return complaintOf(stderr.slice(Math.max(0, stderr.lastIndexOf("\nkeysweep: "))));
}

/** What was told, as one text. Messages begin with the program's name, which is plain to see here, and a remedy has a line of its own. */
function complaintOf(stderr: string): string {
  return stderr
    .split("\n")
    .map((line) => line.trim().replace(/^keysweep: /, ""))
    .filter((line) => line !== "")
    .slice(0, MOST_LINES)
    .map((line, at, lines) => (at === lines.length - 1 || /[.:;!?,]$/.test(line) ? line : `${line}.`))
    .join(" ");
}

/** Only credentials that AWS does not take are sure to be of no use to anything else either. */
function failed(state: State, request: JobRequest, { code }: JobEnd, why: string): Step {
  const { state: next, effects } = refused(state, request, why);
  return { state: code === "credentials" ? { ...next, awsProblem: `AWS: ${why}` } : next, effects };
}

/** What follows from a job that came to nothing: what was typed for it need not be typed again. */
export function refused(state: State, request: JobRequest, why: string): Step {
  const { purpose, asked } = request;
  const effects: Effect[] = changesKeys(request) ? [{ kind: "recall", what: "rotations" }] : [];
  if (asked !== undefined && state.dialog === null && !state.filtering)
    return { state: { ...state, dialog: { ...asked, error: why } }, effects };
  const problems = purpose in state.problems ? { ...state.problems, [purpose]: why } : state.problems;
  return { state: { ...noticed(state, `${JOB_NAMES[purpose]}: ${why}`, "bad"), problems }, effects };
}

function succeeded(state: State, request: JobRequest, end: JobEnd): Step {
  switch (request.purpose) {
    case "scan":
      return {
        state: told({ ...state, problems: { ...state.problems, scan: null } }, "scanned", "good"),
        effects: [{ kind: "recall", what: "scan" }],
      };
    case "audit":
      return {
        state: told({ ...state, awsProblem: null, problems: { ...state.problems, audit: null } }, "audited", "good"),
        // What is due follows from the ages that it saw.
        effects: [
          { kind: "recall", what: "audit" },
          { kind: "run", request: STATUS },
        ],
      };
    case "identify":
      return only(identified(state, request, end.stdout));
    case "status":
      return only(withStatus({ ...state, problems: { ...state.problems, status: null } }, end.stdout));
    case "plan":
      return only(planned(state, end.stdout));
    case "rotate":
    case "command":
      return {
        state: told(state, rotationText(end.stdout), end.status === 0 ? "good" : "bad"),
        effects: [{ kind: "recall", what: "rotations" }],
      };
    case "allow":
      return only(accepted(state, request));
    case "export":
      return only(told(state, `written: ${request.about ?? ""}`, "good"));
  }
}

const ODD = "what it printed cannot be understood";

function rotationText(stdout: string): string {
  const [rotation] = printedRotations(stdout) ?? [];
  if (rotation === undefined) return ODD;
  return `${rotation.name} is ${rotation.state}${rotation.reason === null ? "" : `: ${rotation.reason}`}`;
}

function identified(state: State, { about }: JobRequest, stdout: string): State {
  const report = printedOwners(stdout);
  if (report === null) return told(state, `${JOB_NAMES.identify}: ${ODD}`, "bad");
  const owner = report.findings.find(({ accessKeyId }) => accessKeyId === about)?.owner ?? null;
  if (owner === null) {
    const why = report.identification?.unidentified.find(({ accessKeyId }) => accessKeyId === about)?.reason;
    return told(state, `${about}: ${why ?? "AWS does not say whose it is"}`, "plain");
  }
  const owned = (row: FindingRow): FindingRow => (row.accessKeyId === about ? ownedBy(row, owner) : row);
  const next = withFindings({ ...state, disk: state.disk.map(owned) });
  return told(next, `${about} is ${owner.userName}'s in ${owner.accountId}, ${owner.status.toLowerCase()}`, "good");
}

function ownedBy(row: FindingRow, owner: Owner): FindingRow {
  const source = row.source.kind === "disk" ? { ...row.source, finding: { ...row.source.finding, owner } } : row.source;
  return { ...row, accountId: owner.accountId, userName: owner.userName, source };
}

/** What is configured, with what is due; what a person may do with one under way the journal told. */
function withStatus(state: State, stdout: string): State {
  const reports = printedRotations(stdout);
  if (reports === null) return told(state, `${JOB_NAMES.status}: ${ODD}`, "bad");
  const { rotations } = state.tables;
  const known = new Map(rotations.rows.map((row) => [row.id, row]));
  const rows = reports.map((report): RotationRow => {
    const before = known.get(report.name);
    // What the journal told of another rotation of this name says nothing of this one.
    if (before !== undefined && before.ahead !== null && before.report.id === report.id) return { ...before, report };
    return { id: report.name, report, commands: isUnderWay(report) ? NOT_READ : NOT_UNDER_WAY, ahead: null };
  });
  const listed = new Set(rows.map(({ id }) => id));
  const left = rotations.rows.filter(({ id }) => !listed.has(id));
  return inSight(
    withFigures({
      ...state,
      isStatusTold: true,
      tables: {
        ...state.tables,
        rotations: withRows(KINDS.rotations, rotations, [...rows, ...left], state.view !== "rotations"),
      },
    }),
  );
}

const NOT_UNDER_WAY = forAll("no rotation is under way");
/** The journal says it, and is being read. */
const NOT_READ = forAll("its journal is being read");

function forAll(refused: string): RotationRow["commands"] {
  return { reactivate: { refused }, abandon: { refused }, confirm: { refused } };
}

/** Says what would happen; where nothing is in the way, typing the key's id begins it. */
function planned(state: State, stdout: string): State {
  const report = printedPlans(stdout);
  if (report === null) return told(state, `${JOB_NAMES.plan}: ${ODD}`, "bad");
  const [plan] = report.plans;
  if (plan === undefined) {
    const [one] = report.underWay;
    return told(state, one === undefined ? "nothing was planned" : `${one.name} is ${one.state} already`, "plain");
  }
  const { name, obstacles, oldKeyId } = plan;
  const body = planText(plan);
  const dialog =
    obstacles.length > 0 || oldKeyId === null
      ? reading(`${name} cannot begin`, body)
      : typed(`Rotate ${name}`, ["Typing the key's id begins this now.", ...body], oldKeyId, {
          kind: "run",
          request: runRequest(name, oldKeyId),
        });
  // What is being asked or typed is not taken away from under the fingers.
  if (state.dialog !== null || state.filtering) return told(state, `the plan of ${name} is made: p shows it`, "plain");
  return { ...state, dialog };
}

function planText({ userName, accountId, keys, targets, obstacles, warnings, timetable }: RotationPlan): string[] {
  return [
    `${userName} in ${accountId}`,
    ...keys.map(
      ({ accessKeyId, status, ageDays, lastUsedAt }) =>
        `  ${accessKeyId}  ${status.toLowerCase()}, ${ageDays} days old, ${lastUsedAt === null ? "never used" : `used ${lastUsedAt.slice(0, 10)}`}`,
    ),
    ...targets.map(({ name, type, error }) => `  ${name} (${type})${error === null ? "" : `: ${error}`}`),
    ...obstacles.flatMap(({ evidence, remedy }) => ["", `In the way: ${evidence}`, remedy]),
    ...(timetable.length === 0 ? [] : ["", "At the earliest (UTC):"]),
    ...timetable.map(({ at, what }) => `  ${at.slice(0, 16).replace("T", " ")}  ${what}`),
    ...(warnings.length === 0 ? [] : ["", ...warnings.map((text) => `Mind: ${text}`)]),
  ];
}

function accepted(state: State, { accepts }: JobRequest): State {
  if (accepts === undefined) return state;
  const { id, allowed } = accepts;
  const disk = state.disk.map((row) => (row.id === id ? { ...row, allowed } : row));
  return told(withFindings({ ...state, disk }), `allowed until ${allowed.expires ?? "further notice"}`, "good");
}
