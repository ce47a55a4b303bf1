import { type Random, randomFrom } from "../support/random.ts";

/*
 * What a run is about, drawn from its seed: data only, so that a failing run can be tried again with parts of it left out.
 */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface Scenario {
  readonly seed: number;
  readonly actor: "administrator" | "self";
  readonly regions: readonly string[];
  readonly usedEveryMs: number;
  readonly soakMs: number;
  readonly quarantineMs: number;
  readonly presignedMs: number;
  readonly acceptUnprovenUse: boolean;
  readonly targets: readonly TargetScenario[];
  readonly trail: "readable" | "denied";
  readonly mayTag: boolean;
  /** One in so many calls of AWS or a target goes wrong, at first; 0: none. */
  readonly faultOneIn: number;
  /** A process is killed at its n-th call of the world; one entry a run, 0: not killed. */
  readonly crashes: readonly number[];
  /** Of new keys, by region, in milliseconds. */
  readonly spreadMs: readonly number[];
  /** Lists may be as old. */
  readonly staleMs: number;
  readonly reportingLagMs: number;
  /** This machine's clock is wrong by so much. */
  readonly clockSkewMs: number;
  readonly second: "none" | "same-ledger" | "other-ledger";
  readonly people: readonly PersonScenario[];
  /** Whether somebody does what a stuck rotation asks for. */
  readonly isTended: boolean;
  /** From which run on the last target is in the configuration; 0: from the beginning. */
  readonly lastTargetFromRun: number;
}

export interface TargetScenario {
  readonly parts: "pair" | "id-first" | "secret-first";
  readonly reads: "value" | "id" | "marker" | "nothing";
  readonly refusesUnknown: boolean;
  readonly smtp: boolean;
  readonly hasAfter: boolean;
  /** Puts the old pair back some time after it was written, as a deployment may; null: it does not. */
  readonly flapsAfterMs: number | null;
  /** Cannot be written, or read, for a while. */
  readonly brokenFromMs: number;
  readonly brokenForMs: number;
  readonly consumer: ConsumerScenario;
}

export interface ConsumerScenario {
  /** `each-use` reads the target whenever it needs the key; `late` at times of its own; `never` not before somebody restarts it. */
  readonly reload: "each-use" | "late" | "never";
  readonly reloadEveryMs: number;
  /** Between its uses, at most. */
  readonly useEveryMs: number;
  /** Whether CloudTrail's event history shows its calls. */
  readonly isShown: boolean;
  readonly presigns: boolean;
}

export const ACTS = [
  "create-key",
  "delete-new",
  "delete-old",
  "deactivate-new",
  "deactivate-old",
  "activate-old",
  "replace-old",
  "put-foreign-key",
  "put-old-key",
  "reactivate",
  "abandon",
  "confirm",
  "claim",
  "delete-user",
  "quarantine-user",
] as const;

export type Act = (typeof ACTS)[number];

export interface PersonScenario {
  readonly act: Act;
  /** At this call of AWS by a rotation, so that it comes between any two steps; later ones come by time. */
  readonly atCall: number;
}

export function drawScenario(seed: number): Scenario {
  const random = randomFrom(seed);
  const usedEveryMs = random.pick([HOUR, DAY, DAY, 7 * DAY, 30 * DAY]);
  const acceptUnprovenUse = random.oneIn(10);
  const soakMs = acceptUnprovenUse ? random.pick([0, DAY]) : random.pick([HOUR, DAY, 2 * DAY]);
  const presignedMs = random.oneIn(6) ? random.pick([DAY, 7 * DAY]) : 0;
  const regions = random.pick([["us-east-1"], ["us-east-1", "eu-west-1"], ["ap-southeast-2"]]);
  const targets = Array.from({ length: 1 + random.below(3) }, () =>
    drawTarget(random, { usedEveryMs, soakMs, presignedMs, acceptUnprovenUse }),
  );
  const actor = random.oneIn(4) ? "self" : "administrator";
  return {
    seed,
    actor,
    regions,
    usedEveryMs,
    soakMs,
    quarantineMs: random.pick([HOUR, DAY, 7 * DAY]),
    presignedMs,
    acceptUnprovenUse,
    // The file that a user's own key is read from changes in one step.
    targets:
      actor === "self"
        ? targets.map((target, index) => (index === 0 ? { ...target, parts: "pair" } : target))
        : targets,
    trail: random.oneIn(3) ? "denied" : "readable",
    mayTag: !random.oneIn(4),
    faultOneIn: random.pick([0, 40, 12, 5]),
    crashes: Array.from({ length: 6 }, () => (random.oneIn(2) ? 1 + random.below(60) : 0)),
    spreadMs: regions.map(() => random.below(40) * SECOND),
    staleMs: random.pick([0, 3 * SECOND, 15 * SECOND]),
    reportingLagMs: random.pick([0, MINUTE, HOUR, 4 * HOUR - MINUTE]),
    clockSkewMs: random.pick([0, 0, -3 * DAY, 400 * DAY, 37 * MINUTE]),
    second: random.oneIn(5) ? random.pick(["same-ledger", "other-ledger"] as const) : "none",
    people: random.oneIn(2)
      ? Array.from({ length: 1 + random.below(2) }, () => ({
          act: random.pick(ACTS),
          atCall: 3 + random.below(random.pick([12, 40, 90])),
        }))
      : [],
    isTended: !random.oneIn(4),
    lastTargetFromRun: targets.length > 1 && random.oneIn(8) ? 1 + random.below(5) : 0,
  };
}

interface Gate {
  readonly usedEveryMs: number;
  readonly soakMs: number;
  readonly presignedMs: number;
  readonly acceptUnprovenUse: boolean;
}

function drawTarget(random: Random, gate: Gate): TargetScenario {
  const smtp = random.oneIn(8);
  const hasAfter = random.oneIn(3);
  return {
    parts: random.pick(["pair", "pair", "id-first", "secret-first"] as const),
    reads: random.pick(["value", "value", "id", "marker", "nothing"] as const),
    refusesUnknown: random.oneIn(2),
    smtp,
    hasAfter,
    flapsAfterMs: random.oneIn(8) ? random.below(50) * HOUR : null,
    brokenFromMs: random.pick([HOUR + 2 * SECOND, HOUR + 20 * SECOND, DAY, 3 * DAY]),
    brokenForMs: random.oneIn(10) ? random.pick([10 * MINUTE, 3 * HOUR, 3 * DAY]) : 0,
    consumer: drawConsumer(random, gate, smtp && hasAfter),
  };
}

/** Consumers as they are declared: they use the key as often as `usedEvery` says, and where the proof is waived they reload within the soak. */
function drawConsumer(random: Random, gate: Gate, mustReload: boolean): ConsumerScenario {
  const presigns = gate.presignedMs > 0 && random.oneIn(2);
  const reload =
    gate.acceptUnprovenUse || mustReload ? "each-use" : random.pick(["each-use", "late", "late", "never"] as const);
  const late = presigns ? gate.usedEveryMs : random.pick([HOUR, DAY, 3 * DAY, 20 * DAY]);
  return {
    reload:
      gate.acceptUnprovenUse && gate.soakMs > 0 && random.oneIn(2)
        ? "late"
        : presigns && reload === "never"
          ? "late"
          : reload,
    reloadEveryMs: gate.acceptUnprovenUse ? Math.max(gate.soakMs / 2, HOUR) : late,
    useEveryMs: gate.usedEveryMs,
    isShown: random.oneIn(2),
    presigns,
  };
}
