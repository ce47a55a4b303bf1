import { KeysweepError } from "../model/error.ts";
import type { RotationFact, TargetPart, WhichKey } from "../model/rotation-event.ts";
import type { SealedSecrets } from "../model/sealed-secrets.ts";
import { asHeld, targetSeen } from "./held.ts";
import { type Outcome, outcome } from "./outcome.ts";
import type { RotationTarget } from "./ports/rotation-target.ts";
import type { Rotation } from "./rotation.ts";
import { knownPair, sealedPair } from "./sealed-pairs.ts";
import { failureText } from "./target-failure.ts";
import type { Target } from "./targets/target.ts";

/** The targets of a rotation, as far as something is done with them: each is opened when it is wanted first, and what it throws is an outcome. */
export class OpenTargets {
  readonly #targets: ReadonlyMap<string, RotationTarget>;
  readonly #secrets: SealedSecrets;
  readonly #signal: AbortSignal;
  /** Of what changes something, nothing is cut off half way: an interruption waits for its answer. */
  readonly #uninterrupted = new AbortController().signal;
  readonly #open = new Map<string, Promise<Target>>();

  constructor(targets: ReadonlyMap<string, RotationTarget>, secrets: SealedSecrets, signal: AbortSignal) {
    this.#targets = targets;
    this.#secrets = secrets;
    this.#signal = signal;
  }

  async check(name: string): Promise<Outcome> {
    return this.#on(name, async (target) => {
      await target.check(this.#signal);
      return outcome([], [{ kind: "writable", target: name }]);
    });
  }

  async read(rotation: Rotation, name: string): Promise<Outcome> {
    return this.#on(name, async (target, slot) => {
      const held = await target.read(this.#signal);
      const { oldKey, newKey } = rotation;
      const facts: RotationFact[] = [];
      if (
        held.kind === "key" &&
        held.accessKeyId === oldKey.id &&
        held.secret !== null &&
        isFirstSight(rotation, slot)
      ) {
        await this.#secrets.put(rotation.id, oldKey.id, held.secret);
        facts.push({ kind: "old-secret-sealed" });
      }
      const seen = targetSeen(held, target.parts, {
        old: asHeld(oldKey.id, await sealedPair(this.#secrets, rotation, "old"), slot.hand),
        new: newKey === null ? null : asHeld(newKey.id, await sealedPair(this.#secrets, rotation, "new"), slot.hand),
      });
      return outcome(facts, [{ kind: "target", target: name, seen }]);
    });
  }

  async write(rotation: Rotation, name: string, part: TargetPart, which: WhichKey): Promise<Outcome> {
    return this.#on(name, async (target, slot) => {
      const pair = await knownPair(this.#secrets, rotation, which);
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

  async runAfter(name: string): Promise<Outcome> {
    return this.#on(name, async (_, slot) => {
      await slot.after?.(this.#uninterrupted);
      return outcome([{ kind: "after-ran", target: name }], [{ kind: "target-changed", target: name }]);
    });
  }

  /** Closes what targets hold open. */
  async close(): Promise<void> {
    for (const opened of this.#open.values()) {
      const target = await opened.catch(() => null);
      await target?.close?.();
    }
    this.#open.clear();
  }

  /** Runs something on an opened target; what it throws is an outcome. */
  async #on(name: string, run: (target: Target, slot: RotationTarget) => Promise<Outcome>): Promise<Outcome> {
    const slot = this.#targets.get(name);
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
}

/** Whether the old key's secret is to be kept, so that it can be put back: before anything is written, and where it is no SMTP password. */
function isFirstSight({ stage, oldSecretSealed }: Rotation, { smtpRegion }: RotationTarget): boolean {
  return stage === "planned" && !oldSecretSealed && smtpRegion === null;
}

function targetFailure(target: string, error: unknown): RotationFact {
  const final = error instanceof KeysweepError && error.retry === "never";
  return { kind: "target-failed", target, foreign: false, final, detail: failureText(target, error) };
}
