import { once } from "node:events";
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

type Fields = Readonly<Record<string, unknown>>;

interface StoredSecret {
  version: number;
  immutable: boolean;
  data: Readonly<Record<string, string>>;
}

export interface ClusterFault {
  readonly status: number | "hangs-up";
  readonly method?: string;
  readonly done?: boolean;
}

/** An API server, as far as Secrets and rolling out go: it wants a token, the version that was read, and the media types of patches. */
export class KubernetesServer {
  /** By `namespace/name`. */
  readonly secrets = new Map<string, StoredSecret>();
  /** The annotations of the pods' templates, one for each roll-out; by `deployments/app` and the like. */
  readonly rollOuts = new Map<string, Fields[]>();
  /** Resources that may not be patched. */
  readonly forbidden = new Set<string>();
  fault: ClusterFault | null = null;
  afterRead: (() => void) | null = null;
  readonly #token: string | null;
  #versions = 100;

  /** @param token null: the client's certificate says who it is. */
  constructor(token: string | null) {
    this.#token = token;
  }

  /** @param tls null: plain http. */
  async start(tls: ServerOptions | null = null): Promise<string> {
    const answer = (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response);
    const server: Server = tls === null ? createPlainServer(answer) : createServer(tls, answer);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `${tls === null ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  put(name: string, values: Readonly<Record<string, string>>): void {
    const data = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
    const immutable = this.secrets.get(name)?.immutable ?? false;
    this.secrets.set(name, { version: this.#versions++, immutable, data: Object.fromEntries(data) });
  }

  values(name: string): Record<string, string> {
    const data = Object.entries(this.secrets.get(name)?.data ?? {});
    return Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { fault } = this;
    const hits = fault !== null && (fault.method === undefined || fault.method === request.method);
    const answer = hits && fault.done !== true ? null : this.#effect(request, body);
    if (hits && fault.status === "hangs-up") {
      response.destroy();
      return;
    }
    const { status, content } = hits ? refusal(Number(fault.status), "out of order") : (answer ?? refusal(500, ""));
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
    if (request.method !== "GET") return;
    const then = this.afterRead;
    this.afterRead = null;
    then?.();
  }

  #effect(request: IncomingMessage, body: string): { status: number; content: object } {
    const { authorization } = request.headers;
    const isKnown = this.#token === null ? isSignedIn(request) : authorization === `Bearer ${this.#token}`;
    if (!isKnown) return refusal(401, "Unauthorized");
    const { url = "", method = "" } = request;
    if (url === "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" && method === "POST")
      return this.#review(body);
    const [, namespace, kind = "", name = ""] =
      /^\/api(?:s\/apps)?\/v1\/namespaces\/([^/]+)\/(\w+)\/([^/]+)$/.exec(url) ?? [];
    if (namespace === undefined) return refusal(404, "the server could not find the requested resource");
    if (method === "PATCH") {
      if (this.forbidden.has(kind))
        return refusal(403, `${kind} "${name}" is forbidden: User "ada" cannot patch resource "${kind}"`);
      if (request.headers["content-type"] !== "application/merge-patch+json")
        return refusal(415, "unsupported media type");
    }
    if (kind !== "secrets") return this.#rollOut(`${kind}/${name}`, JSON.parse(body) as Fields);
    const stored = this.secrets.get(`${namespace}/${name}`);
    if (stored === undefined) return refusal(404, `secrets "${name}" not found`);
    if (method === "PATCH") {
      const refused = this.#patch(
        stored,
        JSON.parse(body) as { metadata?: { resourceVersion?: string }; data: StoredSecret["data"] },
      );
      if (refused !== null) return refused;
    }
    return {
      status: 200,
      content: {
        kind: "Secret",
        metadata: { name, resourceVersion: String(stored.version) },
        data: stored.data,
        immutable: stored.immutable,
      },
    };
  }

  #patch(
    stored: StoredSecret,
    { metadata, data }: { metadata?: { resourceVersion?: string }; data: StoredSecret["data"] },
  ) {
    if (metadata?.resourceVersion !== undefined && metadata.resourceVersion !== String(stored.version))
      return refusal(
        409,
        "the object has been modified; please apply your changes to the latest version and try again",
      );
    if (stored.immutable)
      return refusal(422, `data: Forbidden: field is immutable when \`immutable\` is set: ${JSON.stringify(data)}`);
    stored.data = { ...stored.data, ...data };
    stored.version = this.#versions++;
    return null;
  }

  #review(body: string): { status: number; content: object } {
    const { spec } = JSON.parse(body) as { spec: { resourceAttributes: { resource: string } } };
    return {
      status: 201,
      content: { spec, status: { allowed: !this.forbidden.has(spec.resourceAttributes.resource) } },
    };
  }

  /** A template that stays the same is rolled out no second time. */
  #rollOut(workload: string, patch: Fields): { status: number; content: object } {
    const rollOuts = this.rollOuts.get(workload);
    if (rollOuts === undefined) return refusal(404, `${workload} not found`);
    const { annotations } = (patch as { spec: { template: { metadata: { annotations: Fields } } } }).spec.template
      .metadata;
    const next = { ...rollOuts.at(-1), ...annotations };
    if (JSON.stringify(next) !== JSON.stringify(rollOuts.at(-1) ?? {})) rollOuts.push(next);
    return { status: 200, content: {} };
  }
}

function isSignedIn(request: IncomingMessage): boolean {
  return (request.socket as unknown as { authorized?: boolean }).authorized === true;
}

function refusal(status: number, message: string): { status: number; content: object } {
  return { status, content: { kind: "Status", apiVersion: "v1", status: "Failure", message, code: status } };
}
