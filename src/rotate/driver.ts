import { type AwsTime, awsTime } from "../model/aws-answer.ts";
import { KeysweepError } from "../model/error.ts";
import type { RotationFact } from "../model/rotation-event.ts";
import type { JournalWriter, RotationJournal } from "../model/rotation-journal.ts";
import { apply } from "./apply.ts";
import { GUARDS, type Guards } from "./guards.ts";
import { next } from "./machine.ts";
import { type Means, Performer } from "./perform.ts";
import type { UserLease } from "./ports/user-lease.ts";
import type { Rotation } from "./rotation.ts";
import { NOTHING_SEEN, type Seen, type Sighting, see } from "./seen.ts";
import type { Effect } from "./step.ts";

/** Waits up to this are waited out at once, in milliseconds: a key spreads, a list is out of date. */
const SHORT_WAIT_MS = 150_000;

/** How long AWS may be out of reach before a run ends, in attempts. */
const PAUSES = 4;

/** What is older than this, in milliseconds, is looked at once more before something is changed on its grounds: this process may have been held up. */
const FRESH_MS = 60_000;

/** More steps than this in one run are a defect: the machine goes round in a circle. */
const MOST_STEPS = 10_000;

export interface Drive {
  readonly means: Means;
  readonly journal: RotationJournal;
  readonly lease: UserLease;
  readonly who: string;
  readonly signal: AbortSignal;
}

/** How far a run came. */
export interface DriveEnd {
  readonly rotation: Rotation;
  /** AWS's time as of its last answer; null: it gave none. */
  readonly now: AwsTime | null;
  /**
   * `waiting`: as planned; `resting`: it has ended, or needs a person; `unreachable`: AWS does not answer; `superseded`: somebody else goes on
   * with it; `interrupted`.
   */
  readonly because:
    | { readonly kind: "waiting"; readonly until: AwsTime; readonly why: string }
    | { readonly kind: "unreachable"; readonly why: string }
    | { readonly kind: "resting" | "superseded" | "interrupted" };
}

/**
 * Takes a rotation as far as it goes now. Each step: the intent on the disk, one effect, its outcome on the disk; so a crash anywhere is a
 * rotation whose journal says what was about to be done.
 * @param entries how many events the journal has.
 * @throws KeysweepError `ledger` when the journal or the seal fails: then nothing was done that is not journalled as intended.
 */
export async function drive(
  start: Rotation,
  entries: number,
  { means, journal, lease, who, signal }: Drive,
  guards: Guards = GUARDS,
): Promise<DriveEnd> {
  const writer: JournalWriter = { fence: lease.fence, who };
  const performer = new Performer(means, signal);
  let rotation = start;
  let seen: Seen = NOTHING_SEEN;
  let count = entries;
  let pauses = 0;

  const append = (fact: RotationFact, at: AwsTime | null): boolean => {
    const event = { ...fact, at: at ?? seen.now ?? awsTime(rotation.at) };
    if (!journal.append(rotation.id, count, event, writer)) return false;
    count += 1;
    rotation = apply(rotation, event);
    return true;
  };
  /** When the user (null) and each target were looked at, by this machine's clock: only how much later it is matters, not when it was. */
  const lookedAt = new Map<string | null, number>();
  const staleGrounds = (effect: Effect): Sighting | null => {
    if (!changesSomething(effect)) return null;
    const target = effect.kind === "write" ? effect.target : null;
    if (target === null ? seen.user === null : seen.targets[target] === undefined) return null;
    if (Math.abs(means.waiting.now() - (lookedAt.get(target) ?? 0)) <= FRESH_MS) return null;
    return target === null ? { kind: "user-old" } : { kind: "target-changed", target };
  };
  const end = (because: DriveEnd["because"]): DriveEnd => ({ rotation, now: seen.now, because });
  const pass = async (ms: number): Promise<void> => {
    await means.waiting.sleep(Math.max(ms, 1000), signal);
    seen = see(seen, { kind: "time-passed" });
  };

  try {
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      if (signal.aborted) return end({ kind: "interrupted" });
      const step = next(rotation, seen, guards);
      switch (step.kind) {
        case "rest":
          return end({ kind: "resting" });
        case "record":
          if (!append(step.fact, null)) return end({ kind: "superseded" });
          break;
        case "wait": {
          const ms = step.until - (seen.now ?? step.until);
          if (ms > SHORT_WAIT_MS) return end({ kind: "waiting", until: step.until, why: step.why });
          await pass(ms);
          break;
        }
        case "do": {
          if (changesSomething(step.effect) && !(await lease.hold())) return end({ kind: "superseded" });
          // Whoever was held up asking for the lease may know too little by now.
          const stale = staleGrounds(step.effect);
          if (stale !== null) {
            seen = see(seen, stale);
            break;
          }
          // The journal takes it only from whoever knows all that is in it: nobody else has gone on since.
          if (step.intent !== null && !append(step.intent, null)) return end({ kind: "superseded" });
          const outcome = await performer.perform(step.effect, rotation);
          if (outcome.at !== null) seen = see(seen, { kind: "time", at: outcome.at });
          for (const fact of outcome.facts) if (!append(fact, outcome.at)) return end({ kind: "superseded" });
          for (const sighting of outcome.sightings) {
            seen = see(seen, sighting);
            if (sighting.kind === "user") lookedAt.set(null, means.waiting.now());
            if (sighting.kind === "target") lookedAt.set(sighting.target, means.waiting.now());
          }
          if (outcome.pause === null) pauses = 0;
          else if (++pauses > PAUSES) return end({ kind: "unreachable", why: outcome.pause });
          else await pass(1000 * 2 ** pauses);
          break;
        }
      }
    }
  } catch (error) {
    if (signal.aborted) return end({ kind: "interrupted" });
    throw error;
  } finally {
    await performer.close();
  }
  throw new KeysweepError("internal", `The rotation ${rotation.outline.name} goes round in a circle`);
}

/** Only the holder of the lease does these. */
function changesSomething({ kind }: Effect): boolean {
  switch (kind) {
    case "look-at-user":
    case "look-at-use":
    case "look-for-traces":
    case "check-seal":
    case "check-target":
    case "read-target":
    case "prove":
      return false;
    case "claim":
    case "create":
    case "write":
    case "run-after":
    case "set-status":
    case "delete":
    case "destroy-secrets":
      return true;
  }
}
