import type { AccessKeyId } from "../model/access-key-id.ts";
import type { AwsAnswer } from "../model/aws-answer.ts";
import { KeysweepError } from "../model/error.ts";
import type { KeyService, KeyUse } from "../model/key-service.ts";
import type { PlannedTarget } from "../model/rotation-event.ts";
import type { RotationSettings } from "../model/rotation-settings.ts";
import type { PlanReading, TargetReading } from "./plan.ts";
import type { RotationTarget } from "./ports/rotation-target.ts";
import type { Schedule } from "./ports/schedule.ts";
import { failureText } from "./target-failure.ts";
import type { Target } from "./targets/target.ts";

/** One rotation of the configuration, with its targets ready to be opened. */
export interface RotationRequest {
  readonly settings: RotationSettings;
  readonly schedule: Schedule | null;
  readonly targets: readonly RotationTarget[];
  /** The key that whoever asks means to be replaced: nothing is done where it is about another. Null: whichever it is. */
  readonly onlyKey: AccessKeyId | null;
}

/** Reads what a plan is made from, and changes nothing. @throws KeysweepError `aws` where AWS does not answer or refuses. */
export async function readPlan(
  { settings, schedule, targets }: RotationRequest,
  keys: KeyService,
  ledger: string,
  signal: AbortSignal,
): Promise<PlanReading> {
  const answer = await keys.user(signal);
  const user = valueOf(answer);
  const uses = new Map<AccessKeyId, KeyUse | null>();
  for (const { accessKeyId } of user.value?.keys ?? [])
    uses.set(accessKeyId, valueOf(await keys.lastUse(accessKeyId, signal)).value);
  const readings: TargetReading[] = [];
  for (const target of targets) readings.push(await readTarget(target, signal));
  return {
    settings,
    schedule,
    ledger,
    actor: keys.actor,
    now: user.at,
    user: user.value,
    uses,
    targets: readings,
  };
}

async function readTarget(slot: RotationTarget, signal: AbortSignal): Promise<TargetReading> {
  const { avoidableBy } = slot;
  let target: Target | null = null;
  let planned = unopened(slot);
  try {
    target = await slot.open();
    planned = plannedTarget(slot, target);
    await target.check(signal);
    return { planned, avoidableBy, held: await target.read(signal), error: null };
  } catch (error) {
    if (signal.aborted) throw error;
    return { planned, avoidableBy, held: null, error: failureText(slot.name, error) };
  } finally {
    await target?.close?.();
  }
}

/** What a rotation has to remember of a target. */
export function plannedTarget(slot: RotationTarget, target: Target): PlannedTarget {
  return { ...unopened(slot), place: target.place, parts: target.parts };
}

function unopened({ name, type, readBack, smtpRegion, after }: RotationTarget): PlannedTarget {
  return { name, type, place: name, parts: ["pair"], readBack, smtpRegion, hasAfter: after !== null };
}

/** @throws KeysweepError `aws`. */
export function valueOf<Value>(answer: AwsAnswer<Value>): Extract<AwsAnswer<Value>, { readonly kind: "done" }> {
  if (answer.kind === "done") return answer;
  const { detail, permission } =
    answer.kind === "refused" ? answer.refusal : { detail: answer.detail, permission: null };
  throw new KeysweepError("aws", detail, permission === null ? {} : { hint: `Allow ${permission}` });
}
