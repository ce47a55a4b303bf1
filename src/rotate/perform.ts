import { type AwsAnswer, type AwsTime, after } from "../model/aws-answer.ts";
import type { AccessKeyPair, KeyProof, KeyService, KeyTrail } from "../model/key-service.ts";
import type { Failure, RotationFact, WhichKey } from "../model/rotation-event.ts";
import type { SealedSecrets } from "../model/sealed-secrets.ts";
import type { Waiting } from "../runtime/waiting.ts";
import { OpenTargets } from "./open-targets.ts";
import { changing, isFinal, type Outcome, outcome, reading, unread } from "./outcome.ts";
import type { RotationTarget } from "./ports/rotation-target.ts";
import { proveKey } from "./proving.ts";
import { provingGrounds, type Rotation } from "./rotation.ts";
import { knownPair, sealedPair } from "./sealed-pairs.ts";
import type { Effect } from "./step.ts";

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

const SEAL_ATTEMPTS = 5;
const SEAL_DISTANCE_MS = 500;

/** Does one effect. Throws only where the ledger or the seal fails, before anything was done, or where there is a defect. */
export class Performer {
  readonly #means: Means;
  readonly #signal: AbortSignal;
  /** Of what changes something, nothing is cut off half way: an interruption waits for its answer. */
  readonly #uninterrupted = new AbortController().signal;
  readonly #targets: OpenTargets;

  constructor(means: Means, signal: AbortSignal) {
    this.#means = means;
    this.#signal = signal;
    this.#targets = new OpenTargets(means.targets, means.secrets, signal);
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
        return this.#targets.check(effect.target);
      case "read-target":
        return this.#targets.read(rotation, effect.target);
      case "claim":
        return this.#claim(rotation);
      case "create":
        return this.#create(rotation, effect.mark);
      case "prove":
        return this.#prove(rotation, effect.region);
      case "write":
        return this.#targets.write(rotation, effect.target, effect.part, effect.key);
      case "run-after":
        return this.#targets.runAfter(effect.target);
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
  close(): Promise<void> {
    return this.#targets.close();
  }

  async #lookAtUser(rotation: Rotation): Promise<Outcome> {
    const keys = await this.#keysOf(rotation);
    return reading(await keys.user(this.#signal), (user, at) => ({
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
    if (oldUse.kind !== "done") return unread(oldUse);
    const { newKey } = rotation;
    if (newKey === null) throw new Error("No use is looked at before there is a new key");
    const newUse = await keys.lastUse(newKey.id, this.#signal);
    if (newUse.kind !== "done") return unread(newUse);
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
    const { proof, waiting, secrets } = this.#means;
    const pair = await knownPair(secrets, rotation, "new");
    return proveKey(pair, ground, rotation.outline.userArn, { proof, waiting, signal: this.#signal });
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
    const pair = await sealedPair(this.#means.secrets, rotation, "new");
    // Once its secret is destroyed, the operator's own configuration has the new key.
    return pair === null ? keys : keys.signedWith(pair);
  }
}
