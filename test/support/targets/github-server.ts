import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Ajv, type ValidateFunction } from "ajv";
import sodium from "libsodium-wrappers";
import { onTestFinished } from "vitest";

interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** GitHub's own description of these calls; see test/fixtures/github. */
const API = JSON.parse(readFileSync(new URL("../../fixtures/github/secrets-api.json", import.meta.url), "utf8")) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

interface Operation {
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
}

interface StoredSecret {
  readonly value: string;
  readonly updatedAt: string;
  readonly visibility?: string;
  readonly repositories?: readonly number[];
}

export interface GitHubFault {
  readonly method?: string;
  readonly status: number | "hangs-up";
  readonly headers?: Readonly<Record<string, string>>;
  /** After the request took effect. */
  readonly done?: boolean;
}

/**
 * GitHub, as far as secrets go: requests and answers are held against GitHub's own description, and sealed boxes are opened with the private key.
 */
export class GitHubServer {
  /** By path below the API: `repos/acme/site/actions/secrets`, then by name. */
  readonly stores = new Map<string, Map<string, StoredSecret>>();
  fault: GitHubFault | null = null;
  /** Requests that GitHub does not describe, and answers of this server that GitHub would not give. */
  readonly #misunderstandings: string[] = [];
  readonly #token: string;
  readonly #keys: KeyPair;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  /** GitHub's times have whole seconds. */
  #seconds = Date.UTC(2026, 10, 21) / 1000;

  private constructor(token: string, keys: KeyPair) {
    this.#token = token;
    this.#keys = keys;
  }

  static async make(token: string): Promise<GitHubServer> {
    await sodium.ready;
    return new GitHubServer(token, sodium.crypto_box_keypair());
  }

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    onTestFinished(() => {
      this.#server.closeAllConnections();
      this.#server.close();
      if (this.#misunderstandings.length > 0) throw new Error(this.#misunderstandings.join("\n"));
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/v3`;
  }

  store(path: string): Map<string, StoredSecret> {
    const found = this.stores.get(path) ?? new Map<string, StoredSecret>();
    this.stores.set(path, found);
    return found;
  }

  put(path: string, name: string, secret: Omit<StoredSecret, "updatedAt">): void {
    this.store(path).set(name, {
      ...secret,
      updatedAt: new Date(this.#seconds++ * 1000).toISOString().replace(".000", ""),
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { fault } = this;
    const hits = fault !== null && (fault.method === undefined || fault.method === request.method);
    const answer = hits && fault.done !== true ? null : this.#described(request, body);
    if (hits && fault.status === "hangs-up") {
      response.destroy();
      return;
    }
    if (hits) {
      response.writeHead(Number(fault.status), { ...fault.headers }).end(JSON.stringify({ message: "out of order" }));
      return;
    }
    const { status, content } = answer ?? { status: 500, content: null };
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(content === null ? "" : JSON.stringify(content));
  }

  #described(request: IncomingMessage, body: string): { status: number; content: object | null } {
    try {
      return this.#effect(request, body);
    } catch (error) {
      this.#misunderstandings.push(error instanceof Error ? error.message : String(error));
      return refusal(422, "Validation Failed");
    }
  }

  #effect(request: IncomingMessage, body: string): { status: number; content: object | null } {
    const { headers, method = "" } = request;
    const url = new URL(request.url ?? "", "http://github.invalid");
    if (!url.pathname.startsWith("/api/v3/")) return refusal(404, "Not Found");
    if (headers["user-agent"] === undefined) return refusal(403, "Request forbidden by administrative rules.");
    if (headers.authorization !== `Bearer ${this.#token}`) return refusal(401, "Bad credentials");
    const path = url.pathname.slice("/api/v3/".length);
    const template = templateOf(path);
    const operation = template === null ? undefined : API.paths[template]?.[method.toLowerCase()];
    if (template === null || operation === undefined) throw new Error(`GitHub has no ${method} ${path}`);
    if (operation.requestBody !== undefined)
      checked(pointer(template, method, "requestBody", "content", "application/json", "schema"), JSON.parse(body));
    const answer = this.#done(method, path, url, body);
    if (answer.content !== null && answer.status < 300)
      checked(
        pointer(template, method, "responses", String(answer.status), "content", "application/json", "schema"),
        answer.content,
      );
    return answer;
  }

  #done(method: string, path: string, url: URL, body: string): { status: number; content: object | null } {
    const [, store = "", name = "", rest] = /^(.+\/secrets)\/([^/]+)(\/repositories)?$/.exec(path) ?? [];
    const secrets = this.stores.get(decodeURIComponent(store));
    if (secrets === undefined) return refusal(404, "Not Found");
    if (name === "public-key")
      return {
        status: 200,
        content: { key_id: "7", key: sodium.to_base64(this.#keys.publicKey, sodium.base64_variants.ORIGINAL) },
      };
    const there = secrets.get(name);
    if (method === "PUT") return this.#put(decodeURIComponent(store), name, JSON.parse(body) as Written, there);
    if (there === undefined) return refusal(404, "Not Found");
    if (rest !== undefined) return { status: 200, content: page(there.repositories ?? [], url) };
    const { updatedAt: updated_at, visibility } = there;
    const selected =
      visibility === undefined ? {} : { visibility, selected_repositories_url: "https://github.invalid" };
    return { status: 200, content: { name, created_at: "2026-01-01T00:00:00Z", updated_at, ...selected } };
  }

  #put(path: string, name: string, written: Written, there: StoredSecret | undefined) {
    if (written.key_id !== "7") return refusal(422, "key_id is not the current one");
    const box = sodium.from_base64(written.encrypted_value, sodium.base64_variants.ORIGINAL);
    const value = sodium.to_string(sodium.crypto_box_seal_open(box, this.#keys.publicKey, this.#keys.privateKey));
    const { visibility, selected_repository_ids: repositories } = written;
    this.put(path, name, {
      value,
      ...(visibility === undefined ? {} : { visibility }),
      ...(repositories === undefined ? {} : { repositories: repositories.map(Number) }),
    });
    return there === undefined ? { status: 201, content: {} } : { status: 204, content: null };
  }
}

interface Written {
  readonly encrypted_value: string;
  readonly key_id: string;
  readonly visibility?: string;
  readonly selected_repository_ids?: readonly (number | string)[];
}

/** As GitHub pages: two a page, whatever is asked for, so that the next one has to be asked for. */
function page(ids: readonly number[], url: URL): object {
  const start = (Number(url.searchParams.get("page") ?? 1) - 1) * 2;
  const repositories = ids.slice(start, start + 2).map(repositoryOf);
  return { total_count: ids.length, repositories };
}

/** As much of a repository as the description wants. */
function repositoryOf(id: number): object {
  const url = "https://github.invalid/r";
  const urls = REPOSITORY_URLS.map((name) => [name, url]);
  const owner = Object.fromEntries([
    ...OWNER_URLS.map((name) => [name, url]),
    ["login", "acme"],
    ["id", 1],
    ["node_id", "n"],
    ["gravatar_id", ""],
    ["type", "Organization"],
    ["site_admin", false],
  ]);
  return {
    ...Object.fromEntries(urls),
    id,
    node_id: "n",
    name: `r${id}`,
    full_name: `acme/r${id}`,
    owner,
    private: true,
    description: null,
    fork: false,
  };
}

const minimal = (API as unknown as { components: { schemas: Record<string, { required: string[] }> } }).components
  .schemas;
const REPOSITORY_URLS = (minimal["minimal-repository"]?.required ?? []).filter((name) => name.endsWith("url"));
const OWNER_URLS = (minimal["simple-user"]?.required ?? []).filter((name) => name.endsWith("url"));

function refusal(status: number, message: string): { status: number; content: object } {
  return { status, content: { message, documentation_url: "https://docs.github.com/rest", status: String(status) } };
}

function templateOf(path: string): string | null {
  const candidates = Object.keys(API.paths).filter((template) =>
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(`/${path}`),
  );
  // The one with the fewest variables: `public-key` is no secret's name.
  return candidates.toSorted((a, b) => a.split("{").length - b.split("{").length)[0] ?? null;
}

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(nullable(API) as object, "github");
const validators = new Map<string, ValidateFunction>();

function checked(reference: string, value: unknown): void {
  const validate = validators.get(reference) ?? ajv.compile({ $ref: `github#${reference}` });
  validators.set(reference, validate);
  if (!validate(value))
    throw new Error(`not as GitHub describes it (${reference}): ${ajv.errorsText(validate.errors)}`);
}

function pointer(template: string, method: string, ...rest: readonly string[]): string {
  const steps = ["paths", template, method.toLowerCase(), ...rest];
  return steps.map((step) => `/${encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("");
}

/** OpenAPI 3.0's `nullable`, as JSON Schema has it. */
function nullable(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(nullable);
  if (typeof schema !== "object" || schema === null) return schema;
  const fields = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, nullable(value)]));
  if (fields.nullable !== true) return fields;
  const { nullable: _, ...rest } = fields;
  return { anyOf: [rest, { type: "null" }] };
}
