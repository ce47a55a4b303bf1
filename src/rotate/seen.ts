import type { AccessKeyId } from "../model/access-key-id.ts";
import { type AwsTime, awsTime } from "../model/aws-answer.ts";
import type { KeyCreation, KeySeen, KeyStatus, KeyUse, RegionUse, UserSeen } from "../model/key-service.ts";

/**
 * What was seen of the world since it was last changed or time went by: the grounds on which the machine decides, and never journalled. A
 * run begins with nothing seen.
 */
export interface Seen {
  /** AWS's clock, as of its last answer. */
  readonly now: AwsTime | null;
  /** Null: not looked at. */
  readonly user: UserSeen | "missing" | null;
  readonly use: KeyUseSeen | null;
  /** What targets hold, by name. */
  readonly targets: Readonly<Record<string, TargetSeen>>;
  /** Targets of which one half was written just now: the other follows at once. */
  readonly halves: Readonly<Record<string, true>>;
  /** What marked a target that cannot be read when it was seen first. */
  readonly firstMarkers: Readonly<Record<string, string | null>>;
  /** The targets that can be written, and whether secrets can be sealed, as far as was tried in this run. */
  readonly writable: Readonly<Record<string, true>>;
  readonly sealWorks: boolean;
  /** What there is to tell what became of a key that was asked for. */
  readonly traces: CreationTraces | null;
  /** How each key was seen, and since when without a break: lists may be out of date, and are believed only when they last. */
  readonly steady: Readonly<Record<AccessKeyId, Steady>>;
  /** The same of the user. */
  readonly missingSince: AwsTime | null;
}

export interface Steady {
  readonly as: KeyStatus | "missing";
  readonly since: AwsTime;
}

/** What is left of a CreateAccessKey whose answer never came. */
export interface CreationTraces {
  /** Keys whose secrets are sealed for this rotation, but for the old one. */
  readonly sealed: readonly AccessKeyId[];
  /** What CloudTrail shows; null: it may not be read, or does not answer. */
  readonly creations: readonly KeyCreation[] | null;
}

/** How the rotation's keys were used, asked in one go. */
export interface KeyUseSeen {
  readonly oldKey: KeyUse | null;
  readonly newKey: KeyUse | null;
  /** What CloudTrail shows of either; empty where it may not be read. */
  readonly oldKeyTrail: readonly RegionUse[];
  readonly newKeyTrail: readonly RegionUse[];
}

/**
 * What a target holds, in a rotation's words. `proof` is `value` where both values were seen, or the
 * id of a pair that is written in one step; `mixed`: halves of both keys, or one of them; `foreign`: an id that is neither the old one nor
 * the new one; `nothing`: it is empty; `hidden`: it cannot be seen.
 */
export type TargetSeen =
  | { readonly holds: "old" | "new"; readonly proof: "value" | "metadata" }
  | { readonly holds: "mixed" | "nothing" }
  | { readonly holds: "foreign"; readonly accessKeyId: AccessKeyId }
  | { readonly holds: "hidden"; readonly marker: string | null };

export const NOTHING_SEEN: Seen = {
  now: null,
  user: null,
  use: null,
  targets: {},
  halves: {},
  firstMarkers: {},
  writable: {},
  sealWorks: false,
  traces: null,
  steady: {},
  missingSince: null,
};

export type Sighting =
  | { readonly kind: "time"; readonly at: AwsTime }
  | {
      readonly kind: "user";
      readonly at: AwsTime;
      readonly user: UserSeen | null;
      readonly keys: readonly AccessKeyId[];
    }
  | { readonly kind: "use"; readonly use: KeyUseSeen }
  | { readonly kind: "target"; readonly target: string; readonly seen: TargetSeen }
  | { readonly kind: "half-written"; readonly target: string }
  | { readonly kind: "writable"; readonly target: string }
  | { readonly kind: "seal-works" }
  | { readonly kind: "traces"; readonly traces: CreationTraces }
  /** It was seen some time ago. */
  | { readonly kind: "user-old" }
  /** Something was changed: what was seen may be so no longer. */
  | { readonly kind: "user-changed" }
  | { readonly kind: "target-changed"; readonly target: string }
  | { readonly kind: "time-passed" };

export function see(seen: Seen, sighting: Sighting): Seen {
  switch (sighting.kind) {
    case "time":
      return { ...seen, now: sighting.at };
    case "user":
      return seeUser(seen, sighting.user, sighting.keys, sighting.at);
    case "use":
      return { ...seen, use: sighting.use };
    case "target":
      return seeTarget(seen, sighting.target, sighting.seen);
    case "half-written":
      return { ...seen, halves: { ...seen.halves, [sighting.target]: true } };
    case "writable":
      return { ...seen, writable: { ...seen.writable, [sighting.target]: true } };
    case "seal-works":
      return { ...seen, sealWorks: true };
    case "traces":
      return { ...seen, traces: sighting.traces };
    case "user-changed":
      return { ...seen, user: null, use: null, traces: null };
    case "user-old":
      return { ...seen, user: null };
    case "target-changed": {
      const { [sighting.target]: _, ...targets } = seen.targets;
      const { [sighting.target]: __, ...halves } = seen.halves;
      return { ...seen, user: null, targets, halves };
    }
    case "time-passed":
      // What lasts is told by what was seen before.
      return { ...NOTHING_SEEN, steady: seen.steady, missingSince: seen.missingSince };
  }
}

function seeTarget(seen: Seen, name: string, target: TargetSeen): Seen {
  const marker = target.holds === "hidden" ? target.marker : null;
  return {
    ...seen,
    targets: { ...seen.targets, [name]: target },
    firstMarkers: name in seen.firstMarkers ? seen.firstMarkers : { ...seen.firstMarkers, [name]: marker },
  };
}

function seeUser(seen: Seen, user: UserSeen | null, keys: readonly AccessKeyId[], at: AwsTime): Seen {
  const steady: Record<AccessKeyId, Steady> = {};
  for (const id of keys) {
    const as = keySeen(user, id)?.status ?? "missing";
    const before = seen.steady[id];
    steady[id] = before?.as === as ? before : { as, since: at };
  }
  return {
    ...seen,
    now: at,
    user: user ?? "missing",
    steady,
    missingSince: user === null ? (seen.missingSince ?? at) : null,
  };
}

export function keySeen(user: UserSeen | null, id: AccessKeyId): KeySeen | null {
  return user?.keys.find(({ accessKeyId }) => accessKeyId === id) ?? null;
}

/** The later of IAM's and CloudTrail's last uses, with who it was where that is known. */
export function lastSeenUse(use: KeyUse | null, trail: readonly RegionUse[]): { at: AwsTime; text: string } | null {
  const uses = trail.flatMap((region) =>
    region.kind === "seen"
      ? [
          {
            at: region.at,
            text: `${region.service} in ${region.region} by ${region.userAgent} from ${region.sourceAddress}`,
          },
        ]
      : [],
  );
  if (use !== null) uses.push({ at: use.at, text: `${use.service} in ${use.region}` });
  return uses.reduce<{ at: AwsTime; text: string } | null>(
    (last, one) => (last === null || one.at > last.at ? { at: awsTime(one.at), text: one.text } : last),
    null,
  );
}
