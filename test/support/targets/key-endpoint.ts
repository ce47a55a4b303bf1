import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { Values } from "../../contract/targets/conformance.ts";

/** A request that was let in. */
export interface Received {
  readonly id: string;
  readonly operation: string;
}

/** What the endpoint does instead of answering as it should. */
export type Misbehaviour = (response: ServerResponse, keep: () => void) => void;

/** An endpoint that takes keys by signed requests, written after Standard Webhooks alone: what is not signed, or is old, is refused. */
export class KeyEndpoint {
  readonly received: Received[] = [];
  held: Values;
  /** By operation. */
  readonly misbehaviour = new Map<string, Misbehaviour>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #secret: string;
  readonly #nowMs: () => number;

  constructor(held: Values, secret: string, nowMs: () => number) {
    this.held = held;
    this.#secret = secret;
    this.#nowMs = nowMs;
  }

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    onTestFinished(() => {
      this.#server.closeAllConnections();
      this.#server.close();
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/keys`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { "webhook-id": id = "", "webhook-timestamp": timestamp = "" } = request.headers;
    if (!this.#isSigned(`${id}.${timestamp}.${body}`, request) || !this.#isRecent(Number(timestamp))) {
      response.writeHead(401).end();
      return;
    }
    const message = JSON.parse(body) as Readonly<Record<string, string>>;
    this.received.push({ id: String(id), operation: message.operation ?? "" });
    const keep = () => {
      if (message.operation === "write")
        this.held = { accessKeyId: message.accessKeyId ?? null, secret: message.secretAccessKey ?? null };
    };
    const misbehaviour = this.misbehaviour.get(message.operation ?? "");
    if (misbehaviour !== undefined) return misbehaviour(response, keep);
    keep();
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ accessKeyId: this.held.accessKeyId }));
  }

  #isSigned(signed: string, request: IncomingMessage): boolean {
    const key = Buffer.from(this.#secret.replace(/^whsec_/, ""), "base64");
    const expected = createHmac("sha256", key).update(signed).digest();
    const [, given = ""] = String(request.headers["webhook-signature"]).split("v1,");
    const signature = Buffer.from(given, "base64");
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  }

  #isRecent(timestamp: number): boolean {
    return Math.abs(this.#nowMs() / 1000 - timestamp) < 300;
  }
}
