import type { Identified } from "../../audit/identify/identify.ts";
import type { AccessKeyId } from "../../model/access-key-id.ts";
import { accountOf } from "../../model/access-key-id.ts";
import { KeysweepError } from "../../model/error.ts";
import type { KeyInventory } from "../../model/key-inventory.ts";
import type { Context } from "../context.ts";

/** Asks AWS whose the keys are that a scan found. The scan owes its result whatever becomes of that. */
export class KeyIdentifier {
  readonly #context: Context;
  readonly #flags: { readonly config?: string };
  #problem: KeysweepError | null = null;

  constructor(context: Context, flags: { readonly config?: string }) {
    this.#context = context;
    this.#flags = flags;
  }

  /** Why AWS could not be asked at all; null when it could. */
  get problem(): KeysweepError | null {
    return this.#problem;
  }

  /** @param ids of long-term keys that are no decoys. @throws KeysweepError `configuration`. */
  async identified(ids: readonly AccessKeyId[], remembered: KeyInventory): Promise<Identified> {
    const { accessPlan } = await import("../audit/audit-plan.ts");
    const plan = accessPlan(this.#context, this.#flags);
    // With what it takes to call AWS, which is loaded only now.
    const { identificationAccess } = await import("./identification-access.ts");
    const { identify } = await import("../../audit/identify/identify.ts");
    const { isCanaryAccount } = await import("../../scan/canary.ts");
    const { detectorScreen } = await import("../audit/secret-screen.ts");
    const { systemWaiting } = await import("../../runtime/waiting.ts");
    try {
      const access = await identificationAccess(plan, { waiting: systemWaiting, signal: this.#context.signal });
      try {
        return await identify(ids, access, remembered, { isDecoy: isCanaryAccount, screen: detectorScreen });
      } finally {
        access.close();
      }
    } catch (error) {
      if (!(error instanceof KeysweepError)) throw error;
      this.#problem = error;
      return this.#unasked(ids, remembered, error.message);
    }
  }

  #unasked(ids: readonly AccessKeyId[], inventory: KeyInventory, reason: string): Identified {
    return {
      inventory,
      identification: {
        asOf: new Date(this.#context.clock.now()).toISOString(),
        asked: 0,
        unidentified: ids.map((id) => ({ accessKeyId: id, accountId: accountOf(id), reason, permission: null })),
        leftOut: 0,
      },
    };
  }
}
