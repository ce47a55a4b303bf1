import { AwsFailure } from "../../model/aws-failure.ts";
import type { Fact, Gap } from "../inventory.ts";

/** Notes what could not be read, so that one refusal costs what it concerns and nothing else. */
export class Gaps {
  readonly #gaps = new Map<Fact, Gap>();

  get all(): ReadonlyMap<Fact, Gap> {
    return this.#gaps;
  }

  has(fact: Fact): boolean {
    return this.#gaps.has(fact);
  }

  /** The first reason stays. */
  add(fact: Fact, gap: Gap): void {
    if (!this.#gaps.has(fact)) this.#gaps.set(fact, gap);
  }

  /**
   * What `read` gives, or `otherwise` and a gap. Once there is a gap nothing more is read for that fact.
   * @throws what is no refusal of AWS, and the end of the session: with that nothing can be read.
   */
  async read<T>(fact: Fact, otherwise: T, read: () => Promise<T>): Promise<T> {
    if (this.#gaps.has(fact)) return otherwise;
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof AwsFailure) || error.kind === "expired" || error.kind === "not-found") throw error;
      this.add(fact, { reason: error.message, permission: error.permission, failure: true });
      return otherwise;
    }
  }
}
