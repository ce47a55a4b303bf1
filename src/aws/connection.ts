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
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;
  readonly #timeouts: Timeouts;

  /**
   * @param keepAlive whether a connection is used again. One that the other side closes meanwhile fails when a call has been sent already, and
   * then nobody knows what became of it.
   */
  constructor(timeouts: Timeouts, keepAlive = true) {
    this.#timeouts = timeouts;
    this.#http = new HttpAgent({ keepAlive, maxSockets: 256 });
    this.#https = new HttpsAgent({ keepAlive, maxSockets: 256 });
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
