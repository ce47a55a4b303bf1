import { once } from "node:events";
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import type { Reply } from "./call.ts";

/** Moto, which the gateway asks. */
export class Upstream {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(url: string) {
    this.#url = new URL(url);
  }

  async ask(headers: IncomingHttpHeaders, body: string): Promise<Reply> {
    const { host: _, ...rest } = headers;
    const outgoing = request(this.#url, {
      method: "POST",
      agent: this.#agent,
      headers: { ...rest, "content-length": Buffer.byteLength(body) },
    });
    outgoing.end(body);
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const type = incoming.headers["content-type"] ?? "text/xml";
    const errorType = incoming.headers["x-amzn-errortype"];
    return {
      status: incoming.statusCode ?? 500,
      body: Buffer.concat(chunks).toString("utf8"),
      headers: { "content-type": type, ...(typeof errorType === "string" ? { "x-amzn-errortype": errorType } : {}) },
    };
  }

  close(): void {
    this.#agent.destroy();
  }
}
