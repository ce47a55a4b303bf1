import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

type Values = Readonly<Record<string, unknown>>;

interface Stored {
  version: number;
  /** Null: the current version was deleted. */
  values: Values | null;
}

/** What the server does instead of answering as it should; `done`: after the request took effect. */
export interface VaultFault {
  readonly status: number | "hangs-up";
  readonly method?: string;
  readonly done?: boolean;
}

/**
 * Vault's KV engine of version 2, as far as it is documented: it wants a token, check-and-set and the media type of patches, and it is told apart
 * by its mount.
 */
export class VaultServer {
  readonly secrets = new Map<string, Stored>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #token: string;
  capabilities: readonly string[] = ["read", "create", "update", "patch"];
  engineVersion = "2";
  fault: VaultFault | null = null;
  /** Done once, behind the next answer to a read. */
  afterRead: (() => void) | null = null;

  constructor(token: string) {
    this.#token = token;
  }

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    onTestFinished(() => {
      this.#server.closeAllConnections();
      this.#server.close();
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A new version, as anybody else would make it. */
  put(path: string, values: Values | null): void {
    this.secrets.set(path, { version: (this.secrets.get(path)?.version ?? 0) + 1, values });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const fault = this.fault;
    const hits = fault !== null && (fault.method === undefined || fault.method === request.method);
    const answer = hits && fault.done !== true ? null : this.#effect(request, body);
    if (hits && fault.status === "hangs-up") {
      response.destroy();
      return;
    }
    const { status, content } = hits
      ? { status: Number(fault.status), content: errors("out of order") }
      : (answer ?? NOT_FOUND);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
    if (request.method === "GET" && request.url?.includes("/data/") === true) {
      const then = this.afterRead;
      this.afterRead = null;
      then?.();
    }
  }

  #effect(request: IncomingMessage, body: string): { status: number; content: object } {
    if (request.headers["x-vault-token"] !== this.#token) return { status: 403, content: errors("permission denied") };
    const path = decodeURIComponent(request.url ?? "");
    if (path === "/v1/sys/internal/ui/mounts/secret")
      return { status: 200, content: { data: { type: "kv", options: { version: this.engineVersion } } } };
    if (path === "/v1/sys/capabilities-self") return { status: 200, content: { capabilities: this.capabilities } };
    const [, name] = /^\/v1\/secret\/data\/(.+)$/.exec(path) ?? [];
    if (name === undefined || this.engineVersion !== "2") return NOT_FOUND;
    const needed = { GET: "read", PATCH: "patch", POST: this.secrets.has(name) ? "update" : "create" }[
      request.method ?? ""
    ];
    if (needed === undefined || !this.capabilities.includes(needed))
      return { status: 403, content: errors("permission denied") };
    if (request.method === "GET") return this.#read(name);
    return this.#write(name, request, JSON.parse(body) as { options: { cas?: number }; data: Values });
  }

  #read(name: string): { status: number; content: object } {
    const stored = this.secrets.get(name);
    if (stored === undefined) return NOT_FOUND;
    const metadata = { version: stored.version, deletion_time: stored.values === null ? "2026-11-21T00:00:00Z" : "" };
    return { status: stored.values === null ? 404 : 200, content: { data: { data: stored.values, metadata } } };
  }

  #write(
    name: string,
    { method, headers }: IncomingMessage,
    { options, data }: { options: { cas?: number }; data: Values },
  ) {
    const stored = this.secrets.get(name);
    const isPatch = method === "PATCH";
    if (isPatch && headers["content-type"] !== "application/merge-patch+json")
      return { status: 415, content: errors("media type") };
    if (isPatch && (stored === undefined || stored.values === null)) return NOT_FOUND;
    if (options.cas === undefined)
      return { status: 400, content: errors("check-and-set parameter required for this call") };
    if (options.cas !== (stored?.version ?? 0))
      return { status: 400, content: errors("check-and-set parameter did not match the current version") };
    this.put(name, isPatch ? { ...stored?.values, ...data } : data);
    return { status: 200, content: { data: { version: this.secrets.get(name)?.version } } };
  }
}

const NOT_FOUND = { status: 404, content: errors() };

function errors(...errors: string[]): object {
  return { errors };
}
