import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";

/** How long AWS may take, in milliseconds. */
export interface Timeouts {
  readonly connectionMs: number;
  readonly answerMs: number;
}

export const USUAL_TIMEOUTS: Timeouts = { connectionMs: 10_000, answerMs: 60_000 };

/** The connections that all clients of a run share: thousands of accounts have one and the same endpoint. */
export class Connections implements Disposable {
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: 256 });
  readonly #https = new HttpsAgent({ keepAlive: true, maxSockets: 256 });
  readonly #timeouts: Timeouts;

  constructor(timeouts: Timeouts) {
    this.#timeouts = timeouts;
  }

  /** What a client of the SDK takes as `requestHandler`. */
  get handler(): object {
    return {
      connectionTimeout: this.#timeouts.connectionMs,
      requestTimeout: this.#timeouts.answerMs,
      throwOnRequestTimeout: true,
      httpAgent: this.#http,
      httpsAgent: this.#https,
    };
  }

  [Symbol.dispose](): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}
