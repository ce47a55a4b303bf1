import { type AwsAnswer, type AwsTime, after, type Refusal } from "../model/aws-answer.ts";
import { KeysweepError } from "../model/error.ts";
import type { AccessKeyPair, KeyProof, KeyService, KeyTrail } from "../model/key-service.ts";
import type { Failure, RotationFact, TargetPart, WhichKey } from "../model/rotation-event.ts";
import type { SealedSecrets } from "../model/sealed-secrets.ts";
import type { Waiting } from "../runtime/waiting.ts";
import { asHeld, targetSeen } from "./held.ts";
import type { RotationTarget } from "./ports/rotation-target.ts";
import { provingGrounds, type Rotation } from "./rotation.ts";
import type { Sighting } from "./seen.ts";
import type { Effect } from "./step.ts";
import { failureText } from "./target-failure.ts";
import type { Target } from "./targets/target.ts";

/** What a rotation is done with. */
export interface Means {
  readonly keys: KeyService;
  readonly proof: KeyProof;
  readonly trail: KeyTrail;
  readonly secrets: SealedSecrets;
  readonly waiting: Waiting;
  /** By name: all of the rotation's. */
  readonly targets: ReadonlyMap<string, RotationTarget>;
}

/** What came of an effect. */
export interface Outcome {
  readonly facts: readonly RotationFact[];
  readonly sightings: readonly Sighting[];
  /** AWS's time of it; null: nobody told. */
  readonly at: AwsTime | null;
  /** Nothing was learned, and it is worth asking again soon: why. */
  readonly pause: string | null;
}

/** A key is taken for accepted after so many answers in a row: the hosts of a region learn of it one by one. */
const PROOFS_IN_A_ROW = 5;
const PROOF_DISTANCE_MS = 1500;
const PROOF_PATIENCE_MS = 120_000;

const SEAL_ATTEMPTS = 5;
const SEAL_DISTANCE_MS = 500;

/** Does one effect. Throws only where the ledger or the seal fails, before anything was done, or where there is a defect. */
export class Performer {
  readonly #means: Means;
  readonly #signal: AbortSignal;
  /** Of what changes something, nothing is cut off half way: an interruption waits for its answer. */
  readonly #uninterrupted = new AbortController().signal;
  readonly #open = new Map<string, Promise<Target>>();

  constructor(means: Means, signal: AbortSignal) {
    this.#means = means;
    this.#signal = signal;
  }

  async perform(effect: Effect, rotation: Rotation): Promise<Outcome> {
    switch (effect.kind) {
      case "look-at-user":
        return this.#lookAtUser(rotation);
      case "look-at-use":
        return this.#lookAtUse(rotation);
      case "look-for-traces":
        return this.#lookForTraces(rotation, effect.since);
      case "check-seal":
        await this.#means.secrets.check();
        return outcome([], [{ kind: "seal-works" }, { kind: "user-changed" }]);
      case "check-target":
        return this.#checkTarget(effect.target);
      case "read-target":
        return this.#readTarget(rotation, effect.target);
      case "claim":
        return this.#claim(rotation);
      case "create":
        return this.#create(rotation, effect.mark);
      case "prove":
        return this.#prove(rotation, effect.region);
      case "write":
        return this.#write(rotation, effect.target, effect.part, effect.key);
      case "run-after":
        return this.#runAfter(effect.target);
      case "set-status":
        return this.#changeKey(
          rotation,
          effect.key,
          (keys, id) => keys.setStatus(id, effect.status, this.#uninterrupted),
          {
            done: { kind: "status-set", key: effect.key, status: effect.status },
            failed: (failure) => ({ kind: "status-failed", key: effect.key, ...failure }),
          },
        );
      case "delete":
        return this.#changeKey(rotation, effect.key, (keys, id) => keys.delete(id, this.#uninterrupted), {
          done: { kind: "deleted", key: effect.key },
          failed: (failure) => ({ kind: "delete-failed", key: effect.key, ...failure }),
        });
      case "destroy-secrets":
        await this.#means.secrets.destroy(rotation.id);
        return outcome([{ kind: "secrets-destroyed" }], []);
    }
  }

  /** Closes what targets hold open. */
  async close(): Promise<void> {
    for (const opened of this.#open.values()) {
      const target = await opened.catch(() => null);
      await target?.close?.();
    }
    this.#open.clear();
  }

  async #lookAtUser(rotation: Rotation): Promise<Outcome> {
    const keys = await this.#keysOf(rotation);
    return this.#reading(await keys.user(this.#signal), (user, at) => ({
      kind: "user",
      at,
      user,
      keys: [rotation.oldKey.id, ...(rotation.newKey === null ? [] : [rotation.newKey.id])],
    }));
  }

  async #lookAtUse(rotation: Rotation): Promise<Outcome> {
    const { trail } = this.#means;
    const keys = await this.#keysOf(rotation);
    const since = rotation.handedOverAt ?? rotation.begunAt;
    const oldUse = await keys.lastUse(rotation.oldKey.id, this.#signal);
    if (oldUse.kind !== "done") return this.#unread(oldUse);
    const { newKey } = rotation;
    if (newKey === null) throw new Error("No use is looked at before there is a new key");
    const newUse = await keys.lastUse(newKey.id, this.#signal);
    if (newUse.kind !== "done") return this.#unread(newUse);
    const use = {
      oldKey: oldUse.value,
      newKey: newUse.value,
      oldKeyTrail: await trail.uses(rotation.oldKey.id, since, this.#signal),
      newKeyTrail: await trail.uses(newKey.id, since, this.#signal),
    };
    return outcome([], [{ kind: "use", use }]);
  }

  async #lookForTraces(rotation: Rotation, since: AwsTime): Promise<Outcome> {
    const sealed = (await this.#means.secrets.keys(rotation.id)).filter((key) => key !== rotation.oldKey.id);
    const answer = await this.#means.trail.creations(after(since, -60_000), this.#signal);
    const creations = answer.kind === "done" ? answer.value : null;
    return outcome([], [{ kind: "traces", traces: { sealed, creations } }]);
  }

  async #checkTarget(name: string): Promise<Outcome> {
    return this.#onTarget(name, async (target) => {
      await target.check(this.#signal);
      return outcome([], [{ kind: "writable", target: name }]);
    });
  }

  async #readTarget(rotation: Rotation, name: string): Promise<Outcome> {
    return this.#onTarget(name, async (target, slot) => {
      const held = await target.read(this.#signal);
      const { oldKey, newKey } = rotation;
      const facts: RotationFact[] = [];
      if (
        held.kind === "key" &&
        held.accessKeyId === oldKey.id &&
        held.secret !== null &&
        isFirstSight(rotation, slot)
      ) {
        await this.#means.secrets.put(rotation.id, oldKey.id, held.secret);
        facts.push({ kind: "old-secret-sealed" });
      }
      const seen = targetSeen(held, target.parts, {
        old: asHeld(oldKey.id, await this.#pair(rotation, "old"), slot.hand),
        new: newKey === null ? null : asHeld(newKey.id, await this.#pair(rotation, "new"), slot.hand),
      });
      return outcome(facts, [{ kind: "target", target: name, seen }]);
    });
  }

  async #claim(rotation: Rotation): Promise<Outcome> {
    const keys = await this.#keysOf(rotation);
    const answer = await keys.claim(rotation.outline.ledger, this.#uninterrupted);
    return changing(answer, { kind: "claimed", how: "tag" }, (failure, refusal) =>
      refusal?.code === "denied" ? { kind: "claimed", how: "not-permitted" } : { kind: "claim-failed", ...failure },
    );
  }

  async #create(rotation: Rotation, mark: string): Promise<Outcome> {
    const keys = await this.#keysOf(rotation);
    const answer = await keys.create(mark, this.#uninterrupted);
    if (answer.kind === "unknown")
      return outcome([{ kind: "create-unknown", detail: answer.detail }], [{ kind: "user-changed" }]);
    if (answer.kind === "refused")
      return outcome(
        [{ kind: "create-refused", detail: answer.refusal.detail, final: isFinal(answer.refusal) }],
        [{ kind: "user-changed" }],
        answer.at,
      );
    return outcome([await this.#keep(rotation, answer.value)], [{ kind: "user-changed" }], answer.at);
  }

  /** Nothing comes before the secret is on the disk. Where that fails for good, the key is worth nothing, and known to be ours. */
  async #keep(rotation: Rotation, made: AccessKeyPair & { readonly createdAt: AwsTime }): Promise<RotationFact> {
    const { secrets, waiting } = this.#means;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await secrets.put(rotation.id, made.accessKeyId, made.secret);
        return { kind: "created", key: made.accessKeyId, createdAt: made.createdAt };
      } catch {
        if (attempt === SEAL_ATTEMPTS)
          return {
            kind: "secret-lost",
            key: made.accessKeyId,
            evidence: "AWS answered with it, and its secret could not be sealed",
          };
        await waiting.sleep(SEAL_DISTANCE_MS);
      }
    }
  }

  async #prove(rotation: Rotation, ground: string): Promise<Outcome> {
    const { proof, waiting } = this.#means;
    const pair = await this.#knownPair(rotation, "new");
    const { userArn } = rotation.outline;
    const region = ground.replace(/^smtp:/, "");
    const until = waiting.now() + PROOF_PATIENCE_MS;
    let inARow = 0;
    let refusal = "";
    while (inARow < PROOFS_IN_A_ROW) {
      const answer =
        ground === region
          ? await proof.identity(pair, region, this.#signal)
          : named(userArn, await proof.smtp(pair, region, this.#signal));
      if (answer.kind === "done" && answer.value.arn !== userArn) {
        const detail = `AWS takes the new key for one of ${answer.value.arn}, not of ${userArn}`;
        return outcome([{ kind: "stuck", code: "wrong-identity", detail }], [], answer.at);
      }
      inARow = answer.kind === "done" ? inARow + 1 : 0;
      if (answer.kind === "done" && inARow === PROOFS_IN_A_ROW)
        return outcome([{ kind: "proved", region: ground }], [{ kind: "user-changed" }], answer.at);
      if (answer.kind !== "done") refusal = answer.kind === "refused" ? answer.refusal.detail : answer.detail;
      if (waiting.now() >= until) break;
      await waiting.sleep(PROOF_DISTANCE_MS, this.#signal);
    }
    const detail = `the new key is not accepted in ${ground} yet: ${refusal}`;
    return outcome([{ kind: "prove-failed", region: ground, detail, final: false }], [{ kind: "user-changed" }]);
  }

  async #write(rotation: Rotation, name: string, part: TargetPart, which: WhichKey): Promise<Outcome> {
    return this.#onTarget(name, async (target, slot) => {
      const pair = await this.#knownPair(rotation, which);
      const { oldKey, newKey } = rotation;
      const known = [oldKey.id, ...(newKey === null ? [] : [newKey.id])];
      await target.write(part, slot.hand(pair), known, this.#uninterrupted);
      // The second half follows at once: what the target holds is looked at when it is whole.
      const isLast = part === target.parts.at(-1);
      return outcome(
        [{ kind: "written", target: name, part, key: which }],
        [{ kind: isLast ? "target-changed" : "half-written", target: name }],
      );
    });
  }

  async #runAfter(name: string): Promise<Outcome> {
    return this.#onTarget(name, async (_, slot) => {
      await slot.after?.(this.#uninterrupted);
      return outcome([{ kind: "after-ran", target: name }], [{ kind: "target-changed", target: name }]);
    });
  }

  async #changeKey(
    rotation: Rotation,
    which: WhichKey,
    change: (keys: KeyService, id: AccessKeyPair["accessKeyId"]) => Promise<AwsAnswer<void>>,
    tells: { readonly done: RotationFact; readonly failed: (failure: Failure) => RotationFact },
  ): Promise<Outcome> {
    const id = which === "old" ? rotation.oldKey.id : rotation.newKey?.id;
    if (id === undefined) throw new Error("Only a rotation's own keys are changed");
    const answer = await change(await this.#keysOf(rotation), id);
    return changing(answer, tells.done, (failure, refusal) =>
      refusal?.code === "not-found" ? { kind: "gone", key: which } : tells.failed(failure),
    );
  }

  /** A user that rotates its own key signs with the new one once it is proved: its own calls would keep the old one in use for ever. */
  async #keysOf(rotation: Rotation): Promise<KeyService> {
    const { keys } = this.#means;
    const isProved = provingGrounds(rotation.outline).every((ground) => rotation.provedIn.includes(ground));
    if (keys.actor !== "self" || !isProved || rotation.newKey?.status !== "Active") return keys;
    const pair = await this.#pair(rotation, "new");
    // Once its secret is destroyed, the operator's own configuration has the new key.
    return pair === null ? keys : keys.signedWith(pair);
  }

  async #pair(rotation: Rotation, which: WhichKey): Promise<AccessKeyPair | null> {
    const key = which === "old" ? rotation.oldKey : rotation.newKey;
    if (key === null || (which === "old" && !rotation.oldSecretSealed)) return null;
    const secret = await this.#means.secrets.get(rotation.id, key.id);
    return secret === null ? null : { accessKeyId: key.id, secret };
  }

  async #knownPair(rotation: Rotation, which: WhichKey): Promise<AccessKeyPair> {
    const pair = await this.#pair(rotation, which);
    if (pair === null)
      throw new KeysweepError(
        "ledger",
        `The sealed secret of the ${which} key of ${rotation.outline.name} is not there`,
        {
          hint: `Restore the ledger, or give the rotation up: keysweep rotate abandon ${rotation.outline.name}`,
          retry: "never",
        },
      );
    return pair;
  }

  /** Runs something on an opened target; what it throws is an outcome. */
  async #onTarget(name: string, run: (target: Target, slot: RotationTarget) => Promise<Outcome>): Promise<Outcome> {
    const slot = this.#means.targets.get(name);
    if (slot === undefined) {
      const detail = `${name} is no longer in the configuration`;
      return outcome([{ kind: "stuck", code: "target-unconfigured", detail }], []);
    }
    try {
      const opened = this.#open.get(name) ?? slot.open();
      this.#open.set(name, opened);
      return await run(await opened, slot);
    } catch (error) {
      if (error instanceof KeysweepError && error.code === "ledger") throw error;
      this.#open.delete(name);
      return outcome([targetFailure(name, error)], [{ kind: "target-changed", target: name }]);
    }
  }

  #reading<Value>(answer: AwsAnswer<Value>, see: (value: Value, at: AwsTime) => Sighting): Outcome {
    return answer.kind === "done" ? outcome([], [see(answer.value, answer.at)], answer.at) : this.#unread(answer);
  }

  #unread(answer: Exclude<AwsAnswer<unknown>, { readonly kind: "done" }>): Outcome {
    if (answer.kind === "unknown") return paused(answer.detail);
    const { refusal, at } = answer;
    // What is no longer there was there a moment ago: the next look at the user says what is the matter.
    return refusal.code === "busy" || refusal.code === "expired" || refusal.code === "not-found"
      ? paused(refusal.detail)
      : outcome([{ kind: "stuck", code: "refused", detail: sentence(refusal) }], [], at);
  }
}

/** Whether the old key's secret is to be kept, so that it can be put back: before anything is written, and where it is no SMTP password. */
function isFirstSight({ stage, oldSecretSealed }: Rotation, { smtpRegion }: RotationTarget): boolean {
  return stage === "planned" && !oldSecretSealed && smtpRegion === null;
}

function named(arn: string, answer: AwsAnswer<void>): AwsAnswer<{ readonly arn: string }> {
  return answer.kind === "done" ? { ...answer, value: { arn } } : answer;
}

function outcome(facts: readonly RotationFact[], sightings: readonly Sighting[], at: AwsTime | null = null): Outcome {
  return { facts, sightings, at, pause: null };
}

function paused(why: string): Outcome {
  return { facts: [], sightings: [], at: null, pause: why };
}

/** The outcome of a call that changes something at AWS. */
function changing(
  answer: AwsAnswer<void>,
  done: RotationFact,
  failed: (failure: Failure, refusal: Refusal | null) => RotationFact,
): Outcome {
  const sightings: Sighting[] = [{ kind: "user-changed" }];
  switch (answer.kind) {
    case "done":
      return outcome([done], sightings, answer.at);
    case "refused": {
      const { refusal } = answer;
      return outcome([failed({ detail: sentence(refusal), final: isFinal(refusal) }, refusal)], sightings, answer.at);
    }
    case "unknown":
      return outcome([failed({ detail: answer.detail, final: false }, null)], sightings);
  }
}

/** Whether asking again is of no use. Two keys where one was listed is a list that is out of date. */
function isFinal({ code }: Refusal): boolean {
  return code === "denied" || code === "other" || code === "not-accepted";
}

function sentence({ detail, permission }: Refusal): string {
  return permission === null || detail.includes(permission) ? detail : `${detail} (${permission})`;
}

function targetFailure(target: string, error: unknown): RotationFact {
  const final = error instanceof KeysweepError && error.retry === "never";
  return { kind: "target-failed", target, foreign: false, final, detail: failureText(target, error) };
}
