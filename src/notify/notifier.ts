import { AwsFailure } from "../model/aws-failure.ts";
import { KeysweepError } from "../model/error.ts";
import type { Channel, Notice, NoticeKind } from "./notice.ts";

/** What is told where nothing is said of it: what needs a person, and how it ended. */
export const USUAL_NOTICES: readonly NoticeKind[] = ["stuck", "done", "reactivated", "abandoned"];

export interface Subscription {
  readonly channel: Channel;
  readonly on: readonly NoticeKind[];
}

/** How long one channel may take, in milliseconds. */
const PATIENCE_MS = 60_000;

/** Tells those who asked for it, all at once. One that fails is told of, and stops nothing. */
export class Notifier {
  readonly #subscriptions: readonly Subscription[];
  readonly #onFailure: (channel: string, why: string, notice: Notice) => void;
  readonly #timeout: (ms: number) => AbortSignal;

  /** @param onFailure told why somebody could not be told; it must not throw. */
  constructor(
    subscriptions: readonly Subscription[],
    onFailure: (channel: string, why: string, notice: Notice) => void,
    timeout: (ms: number) => AbortSignal = AbortSignal.timeout,
  ) {
    this.#subscriptions = subscriptions;
    this.#onFailure = onFailure;
    this.#timeout = timeout;
  }

  /** Whether somebody wants to be told of this. */
  wants(on: NoticeKind): boolean {
    return this.#subscriptions.some((subscription) => subscription.on.includes(on));
  }

  /** Never rejects. @returns whether a channel took it. */
  async tell(notice: Notice): Promise<boolean> {
    const concerned = this.#subscriptions.filter(({ on }) => on.includes(notice.on));
    const taken = await Promise.all(concerned.map(({ channel }) => this.#send(channel, notice)));
    return taken.includes(true);
  }

  async #send(channel: Channel, notice: Notice): Promise<boolean> {
    const signal = this.#timeout(PATIENCE_MS);
    try {
      await Promise.race([channel.send(notice, signal), aborted(signal)]);
      return true;
    } catch (error) {
      this.#onFailure(channel.name, whyOf(error), notice);
      return false;
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const tooLong = () => reject(new KeysweepError("target", "it took too long"));
  if (signal.aborted) tooLong();
  else signal.addEventListener("abort", tooLong, { once: true });
  return promise;
}

/** What keysweep says itself; what others say may hold what they were told. */
function whyOf(error: unknown): string {
  if (error instanceof KeysweepError || error instanceof AwsFailure) return error.message;
  return `an internal error (${error instanceof Error ? error.name : "unknown"})`;
}
