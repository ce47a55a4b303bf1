import { type AwsTime, after, awsTime, awsTimeText } from "../model/aws-answer.ts";
import type { KeyUse, RegionUse } from "../model/key-service.ts";
import type { GateSettings } from "../model/rotation-event.ts";
import { USE_GRAIN_MS, USE_LAG_MS } from "./pace.ts";
import type { Rotation, TargetProgress } from "./rotation.ts";
import { type KeyUseSeen, lastSeenUse } from "./seen.ts";
import { act, record, type Step, stuck, type View, wait } from "./step.ts";

/*
 * The gate between two active keys and one: what must be known before the old key is made inactive. Silence is proof only once it has lasted
 * as long as a consumer may be silent, and once AWS would have told of a use.
 */

/** The services that we call ourselves: with them, a use of the new key by a user that rotates its own key proves nothing. */
const OWN_SERVICES = new Set(["sts", "iam", "cloudtrail", "ses", "secretsmanager", "ssm", "kms", "sns"]);

/** How long a consumer may go without a call that AWS would see. */
export function quietMs({ soakMs, usedEveryMs, presignedMs }: GateSettings): number {
  return Math.max(soakMs, usedEveryMs) + presignedMs;
}

/** Both keys stay active for so long, come what may. */
export function soaked({ rotation: { outline, handedOverAt }, now }: View): Step | null {
  const { gate } = outline;
  const soakMs = gate.acceptUnprovenUse ? Math.max(gate.soakMs, gate.presignedMs) : quietMs(gate);
  const until = after(handedOverAt ?? now, soakMs);
  return now >= until ? null : wait(until, "both keys are active while every consumer takes to the new one");
}

/**
 * The old key has been silent for as long as a consumer may be, by reports that are complete by now.
 * @param unseenMs how much later than its use was reported a key may have been used, or be used without a report yet.
 */
export function oldKeyIsSilent({ rotation, seen, now }: View, unseenMs = USE_GRAIN_MS + USE_LAG_MS): Step | null {
  const { oldKey, outline } = rotation;
  if (oldKey.status !== "Active") return null;
  if (seen.use === null) return act({ kind: "look-at-use" });
  const handedOverAt = rotation.handedOverAt ?? now;
  const last = lastSeenUse(seen.use.oldKey, seen.use.oldKeyTrail);
  const quiet = quietMs(outline.gate);
  if (outline.gate.acceptUnprovenUse) {
    const late = last !== null && last.at > after(handedOverAt, USE_GRAIN_MS);
    return late ? stillUsed(rotation, last) : null;
  }
  const silentSince = awsTime(Math.max(handedOverAt, oldKey.since, last?.at ?? 0));
  const until = after(silentSince, quiet + unseenMs);
  if (now >= until) return null;
  const overdue = last !== null && last.at > after(handedOverAt, quiet + USE_GRAIN_MS);
  return overdue ? stillUsed(rotation, last) : wait(until, "the old key has not been silent for long enough yet");
}

function stillUsed({ oldKey }: Rotation, last: { at: AwsTime; text: string }): Step {
  return stuck(
    "old-key-still-used",
    `${oldKey.id} was used at ${awsTimeText(last.at)}, when every consumer should have had the new key: ${last.text}`,
  );
}

/** Somebody other than us has used the new key since all have it, or a person says so. */
export function newKeyIsUsed({ rotation, seen, now }: View): Step | null {
  const { outline, newKeyUse, handedOverAt, confirmedAt } = rotation;
  const since = handedOverAt ?? now;
  if (outline.gate.acceptUnprovenUse || (confirmedAt !== null && confirmedAt >= since)) return null;
  if (newKeyUse !== null && newKeyUse.at >= since) return null;
  if (seen.use === null) return act({ kind: "look-at-use" });
  const use = useByOthers(rotation, since, seen.use.newKey, seen.use.newKeyTrail);
  if (use !== null) return record({ kind: "new-key-used", use });
  const quiet = quietMs(outline.gate);
  const until = after(since, 2 * quiet + USE_GRAIN_MS + USE_LAG_MS);
  const lookAgainMs = Math.max(USE_LAG_MS, quiet / 4);
  if (now < until)
    return wait(awsTime(Math.min(until, now + lookAgainMs)), "nobody has been seen to use the new key yet");
  return stuck(
    "use-unproven",
    `nobody but us was seen to use ${rotation.newKey?.id} since ${awsTimeText(since)}, when every target had it`,
  );
}

/** A use of the new key that was not ours: our last one, and the quarter of an hour that IAM takes it for, lie before. */
function useByOthers(
  { outline, probedAt }: Rotation,
  since: AwsTime,
  use: KeyUse | null,
  trail: readonly RegionUse[],
): KeyUse | null {
  const ours = after(awsTime(Math.max(since, probedAt ?? since)), USE_GRAIN_MS);
  if (use !== null && use.at > ours && (outline.actor === "administrator" || !OWN_SERVICES.has(use.service)))
    return use;
  // CloudTrail names the caller's program, so that our own calls are left out of it.
  const seen = trail.filter((region) => region.kind === "seen").find(({ at }) => at > ours);
  return seen === undefined ? null : { at: seen.at, service: seen.service, region: seen.region };
}

/** A use of a new key that nobody was given, but by us when we tried it. */
export function useWithoutUs(rotation: Rotation, { newKey, newKeyTrail }: KeyUseSeen): KeyUse | null {
  return rotation.probedAt === null ? newKey : useByOthers(rotation, rotation.begunAt, newKey, newKeyTrail);
}

/** Where neither reading nor silence says anything of a target, a person has to. */
export function targetsAreProved({ rotation: { targets, outline } }: View): Step | null {
  if (outline.gate.acceptUnprovenUse) return null;
  const unproved = targets.find((target) => !isProved(target));
  return unproved === undefined
    ? null
    : stuck(
        "target-unconfirmed",
        `${unproved.planned.name}: an SMTP login is no use that AWS tells of, so nothing shows that its consumer has the new password`,
      );
}

/** A consumer that calls AWS is proved by its old key's silence. One that logs in to SMTP must have been made to read the place again. */
function isProved({ planned, state, proof, afterRan }: TargetProgress): boolean {
  if (planned.smtpRegion === null) return state === "verified" || state === "accepted";
  return state === "verified" && (proof === "person" || (planned.hasAfter && afterRan));
}
