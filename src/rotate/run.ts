import type { AccessKeyId } from "../model/access-key-id.ts";
import { KeysweepError } from "../model/error.ts";
import type { KeyProof, KeyService, KeyTrail } from "../model/key-service.ts";
import type { RotationId, RotationReport } from "../model/rotation.ts";
import type { PlannedTarget, RotationCommand, RotationFact, RotationOutline } from "../model/rotation-event.ts";
import type { JournalledRotation, RotationJournal } from "../model/rotation-journal.ts";
import type { RotationPlan } from "../model/rotation-plan.ts";
import type { SealedSecrets } from "../model/sealed-secrets.ts";
import type { Waiting } from "../runtime/waiting.ts";
import { apply, fold } from "./apply.ts";
import { commandCell } from "./commands.ts";
import { type DriveEnd, drive } from "./driver.ts";
import { GUARDS, type Guards } from "./guards.ts";
import { type PlanReading, planRotation } from "./plan.ts";
import type { RotationNotices } from "./ports/notices.ts";
import type { UserLease, UserLeases } from "./ports/user-lease.ts";
import { plannedTarget, type RotationRequest, readPlan } from "./read-plan.ts";
import { idleReport, type Pending, rotationReport } from "./report.ts";
import { hasEnded, type Rotation } from "./rotation.ts";

/** What rotations are done with. */
export interface RotationWorld {
  readonly keys: KeyService;
  readonly proof: KeyProof;
  readonly trail: KeyTrail;
  readonly secrets: SealedSecrets;
  readonly journal: RotationJournal;
  readonly leases: UserLeases;
  readonly notices: RotationNotices;
  readonly waiting: Waiting;
  /** For the audit trail. */
  readonly who: string;
  readonly signal: AbortSignal;
  /** Made of `[a-z0-9]`, at most 26 characters, and never given twice. */
  newId(): RotationId;
}

/** When a rotation that is not under way is begun: when it is due, at once, or never (one under way goes on all the same). */
export type Begin = "when-due" | "now" | "never";

/** How far a run came. */
export interface RotationRun {
  readonly report: RotationReport;
  /**
   * `waiting`: as planned, at least until the report's `nextStepAt`; `ended`: done, or abandoned; `needs-person`: stuck, reactivated, or it does not begin
   * (see `plan`); `not-due`; `unreachable`: AWS gave no answer; `busy`: another process rotates this user; `interrupted`.
   */
  readonly outcome: "waiting" | "ended" | "needs-person" | "not-due" | "unreachable" | "busy" | "interrupted";
  /** When it is worth running again, in milliseconds from now; null: not without a person, or not known. */
  readonly againInMs: number | null;
  /** Where nothing was begun. */
  readonly plan: RotationPlan | null;
}

/** When another process may be done, or AWS within reach again. */
const BUSY_MS = 60_000;

/** The longest sleep between two looks: a person may do something meanwhile. */
const LONGEST_SLEEP_MS = 3_600_000;

/** Takes one rotation to its end, or until it needs a person: sleeps in between, with nothing held. */
export async function runUntilRest(request: RotationRequest, world: RotationWorld, begin: Begin): Promise<RotationRun> {
  let run = await runRotation(request, world, begin);
  while (run.againInMs !== null && !world.signal.aborted) {
    await world.waiting.sleep(Math.min(run.againInMs, LONGEST_SLEEP_MS), world.signal).catch(() => {});
    if (!world.signal.aborted) run = await runRotation(request, world, "never");
  }
  return run;
}

/**
 * Takes one rotation as far as it goes now.
 * @throws KeysweepError `aws`, `ledger`, `configuration`; `usage` where it is about another key than the request.
 */
export async function runRotation(
  request: RotationRequest,
  world: RotationWorld,
  begin: Begin,
  guards: Guards = GUARDS,
): Promise<RotationRun> {
  const { settings } = request;
  const lease = world.leases.acquire(settings.accountId, settings.userName);
  if ("heldBy" in lease) return busy(request, world, lease.heldBy);
  try {
    const latest = world.journal.latest(settings.accountId, settings.userName);
    const current = latest === null ? null : fold(latest.id, latest.events);
    if (current !== null && !hasEnded(current)) {
      checkKey(request, current.oldKey.id);
      return await goOn(current, request, world, lease, guards, { isAsked: begin === "now" });
    }
    const reading = await readPlan(request, world.keys, world.journal.ledger, world.signal);
    const plan = planRotation(reading);
    if (begin === "never" || (begin === "when-due" && !plan.isDue)) return notDue(request, plan);
    checkKey(request, plan.oldKeyId);
    if (plan.obstacles.length > 0) return refused(request, plan);
    const begun = beginRotation(reading, world, lease);
    if (begun === null) return busy(request, world, "another process");
    await world.notices.tell({ on: "begun", rotation: rotationReport(begun, eventsOf(begun, world)) });
    return await goOn(begun, request, world, lease, guards, { isAsked: false });
  } finally {
    lease.release();
  }
}

/** What became of a command. */
export type CommandResult =
  | { readonly kind: "refused"; readonly why: string; readonly report: RotationReport }
  | { readonly kind: "accepted"; readonly run: RotationRun };

/** Does what a person says, by the table of commands.ts, and goes as far as it can. @throws KeysweepError as {@link runRotation}. */
export async function commandRotation(
  request: RotationRequest,
  world: RotationWorld,
  command: RotationCommand,
  guards: Guards = GUARDS,
): Promise<CommandResult> {
  const { settings } = request;
  const lease = world.leases.acquire(settings.accountId, settings.userName);
  if ("heldBy" in lease) return { kind: "accepted", run: busy(request, world, lease.heldBy) };
  try {
    const latest = world.journal.latest(settings.accountId, settings.userName);
    const rotation = latest === null ? null : fold(latest.id, latest.events);
    const cell = commandCell(rotation, command);
    checkKey(request, rotation?.oldKey.id ?? null);
    if (rotation === null || latest === null || !cell.accepted)
      return {
        kind: "refused",
        why: cell.accepted ? "no rotation is under way" : cell.why,
        report:
          rotation === null || latest === null
            ? idleReport(request, null, null)
            : rotationReport(rotation, latest.events),
      };
    const commanded = append(rotation, [{ kind: "commanded", command }], world, lease);
    if (commanded === null) return { kind: "accepted", run: busy(request, world, "another process") };
    return { kind: "accepted", run: await goOn(commanded, request, world, lease, guards, { isAsked: false }) };
  } finally {
    lease.release();
  }
}

/** What the journal says of a rotation, with nobody asked. */
export function journalledReport(latest: JournalledRotation): RotationReport {
  return rotationReport(fold(latest.id, latest.events), latest.events);
}

async function goOn(
  rotation: Rotation,
  request: RotationRequest,
  world: RotationWorld,
  lease: UserLease,
  guards: Guards,
  { isAsked }: { readonly isAsked: boolean },
): Promise<RotationRun> {
  const facts: RotationFact[] = [];
  // A person who names a rotation has mended what was in its way, and does not want to wait; a schedule does.
  if (rotation.stuck !== null || (isAsked && isTroubled(rotation))) facts.push({ kind: "resumed" });
  facts.push(...withoutUnconfigured(rotation, request), ...(await revision(rotation, request)));
  const start = append(rotation, facts, world, lease);
  if (start === null) return busy(request, world, "another process");
  const { journal, who, signal } = world;
  const targets = new Map(request.targets.map((target) => [target.name, target]));
  const end = await drive(
    start,
    eventsOf(start, world).length,
    { means: { ...world, targets }, journal, lease, who, signal },
    guards,
  );
  const report = rotationReport(end.rotation, eventsOf(end.rotation, world), pendingOf(end));
  await notify(rotation, end.rotation, report, world);
  return { report, outcome: outcomeOf(end), againInMs: againInMs(end), plan: null };
}

/**
 * Between a question and its answer another process may have gone on, or the configuration have changed.
 * @throws KeysweepError `usage` where it is about another key than the request.
 */
export function checkKey({ settings: { name }, onlyKey }: RotationRequest, key: AccessKeyId | null): void {
  if (onlyKey === null || onlyKey === key) return;
  const about = key === null ? "it is not clear which key is to be replaced" : `it is about ${key}`;
  throw new KeysweepError("usage", `the rotation ${name}: ${about}, not about ${onlyKey}: nothing was done`, {
    hint: `See how far it is, and decide anew: keysweep rotate status ${name}.`,
  });
}

function againInMs({ because, now }: DriveEnd): number | null {
  switch (because.kind) {
    case "waiting":
      return Math.max(1000, because.until - (now ?? because.until));
    case "unreachable":
    case "superseded":
      return BUSY_MS;
    case "resting":
    case "interrupted":
      return null;
  }
}

function isTroubled({ trouble, targets }: Rotation): boolean {
  return trouble !== null || targets.some((target) => target.trouble !== null);
}

/** What a person commands is done with the targets that are still configured: a rotation that has left the configuration has none. */
function withoutUnconfigured({ goal, targets }: Rotation, request: RotationRequest): RotationFact[] {
  if (goal === "rotate") return [];
  const known = new Set(request.targets.map(({ name }) => name));
  const left = targets.map(({ planned }) => planned.name).filter((name) => !known.has(name));
  return left.length === 0 ? [] : [{ kind: "unconfigured", targets: left }];
}

/** Targets, regions and durations may be changed while both keys are active; later the next rotation takes them up. */
async function revision(rotation: Rotation, { settings, targets }: RotationRequest): Promise<RotationFact[]> {
  const { stage, goal, outline, secrets } = rotation;
  const mayChange = ["planned", "creating", "created", "proving", "writing", "soaking"].includes(stage);
  // Without the new secret nothing can be handed to a new target.
  if (!mayChange || goal !== "rotate" || secrets !== "kept") return [];
  const planned: PlannedTarget[] = [];
  for (const slot of targets) {
    const target = await slot.open();
    planned.push(plannedTarget(slot, target));
    await target.close?.();
  }
  const { gate, regions } = settings;
  const before = JSON.stringify([outline.gate, outline.regions, outline.targets]);
  if (planned.length === 0 || JSON.stringify([gate, regions, planned]) === before) return [];
  return [{ kind: "revised", gate, regions, targets: planned }];
}

function beginRotation(reading: PlanReading, world: RotationWorld, lease: UserLease): Rotation | null {
  const { settings, user, now } = reading;
  const old = user?.keys.find(({ status }) => status === "Active");
  if (user === null || old === undefined) throw new Error("A rotation begins with one active key");
  const outline: RotationOutline = {
    name: settings.name,
    accountId: settings.accountId,
    userName: settings.userName,
    userArn: user.arn,
    ledger: world.journal.ledger,
    actor: world.keys.actor,
    oldKeyId: old.accessKeyId,
    oldKeyCreatedAt: old.createdAt,
    regions: settings.regions,
    gate: settings.gate,
    targets: reading.targets.map(({ planned }) => planned),
  };
  const id = world.newId();
  const event = { kind: "begun", outline, at: now } as const;
  const writer = { fence: lease.fence, who: world.who };
  return world.journal.append(id, 0, event, writer) ? fold(id, [event]) : null;
}

/** Null: somebody else was faster. */
function append(
  rotation: Rotation,
  facts: readonly RotationFact[],
  world: RotationWorld,
  lease: UserLease,
): Rotation | null {
  // No call tells the time here: where a user rotates its own key it would be made with the old one, and keep that in use.
  const { at } = rotation;
  const notedAt = new Date(world.waiting.now()).toISOString();
  let count = eventsOf(rotation, world).length;
  let current = rotation;
  for (const fact of facts) {
    const event = { ...fact, at, notedAt };
    if (!world.journal.append(rotation.id, count, event, { fence: lease.fence, who: world.who })) return null;
    count += 1;
    current = apply(current, event);
  }
  return current;
}

function eventsOf({ id, outline }: Rotation, { journal }: RotationWorld) {
  const latest = journal.latest(outline.accountId, outline.userName);
  return latest?.id === id ? latest.events : [];
}

function outcomeOf({ rotation, because }: DriveEnd): RotationRun["outcome"] {
  switch (because.kind) {
    case "resting":
      return hasEnded(rotation) ? "ended" : "needs-person";
    case "superseded":
      return "busy";
    default:
      return because.kind;
  }
}

function pendingOf({ because }: DriveEnd): Pending | null {
  switch (because.kind) {
    case "waiting":
      return because;
    case "unreachable":
      return { until: null, why: because.why };
    case "superseded":
      return { until: null, why: "another process goes on with it" };
    case "interrupted":
      return { until: null, why: "interrupted" };
    case "resting":
      return null;
  }
}

/** Each turn for the worse or the better once: a rotation that is stuck for the same reason as before is no news. */
async function notify(
  before: Rotation,
  { stage, stuck }: Rotation,
  report: RotationReport,
  { notices }: RotationWorld,
): Promise<void> {
  if (stuck !== null && stuck.code !== before.stuck?.code) await notices.tell({ on: "stuck", rotation: report });
  if (stage !== before.stage && (stage === "done" || stage === "abandoned" || stage === "reactivated"))
    await notices.tell({ on: stage, rotation: report });
}

function busy(request: RotationRequest, world: RotationWorld, holder: string): RotationRun {
  const { settings } = request;
  const latest = world.journal.latest(settings.accountId, settings.userName);
  const why = `${holder} rotates this user now`;
  const report =
    latest === null
      ? idleReport(request, null, why)
      : rotationReport(fold(latest.id, latest.events), latest.events, { until: null, why });
  return { report, outcome: "busy", againInMs: BUSY_MS, plan: null };
}

function notDue(request: RotationRequest, plan: RotationPlan): RotationRun {
  const due = plan.dueAt === null ? null : Date.parse(plan.dueAt);
  return { report: idleReport(request, due, null), outcome: "not-due", againInMs: null, plan };
}

function refused(request: RotationRequest, plan: RotationPlan): RotationRun {
  const reason = plan.obstacles.map(({ evidence, remedy }) => `${evidence}. ${remedy}`).join(" ");
  return { report: idleReport(request, null, reason), outcome: "needs-person", againInMs: null, plan };
}
