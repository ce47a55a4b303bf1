import type { Retry } from "../../../model/error.ts";
import type { Secret } from "../../../model/secret.ts";
import type { SecretReference } from "../../../model/secret-reference.ts";
import { answerText } from "../../../runtime/web.ts";
import { AGAIN, answerMeaning } from "../answer-status.ts";
import type { TargetWorld } from "../descriptor.ts";
import { targetError, within } from "../failure.ts";
import { fieldsOf, jsonIn } from "../json-value.ts";
import type { Names } from "../settings.ts";
import type { HandedKey, Held, Part, Target } from "../target.ts";
import { headerValue } from "../web-address.ts";
import { type Scope, secretsPath } from "./scope.ts";

export type SecretsSettings = Scope & {
  readonly names: Names;
  readonly api: string;
  readonly token: SecretReference;
};

/**
 * Two secrets, which GitHub keeps apart and shows to nobody: jobs that start between the two writes get halves of two keys, and what is told back is
 * when each was written.
 * @see https://docs.github.com/rest/actions/secrets
 */
export function openSecrets(settings: SecretsSettings, world: TargetWorld, place: string): Target {
  const secrets = new GitHubSecrets(place, settings, world);
  return {
    place,
    parts: ["secret", "access-key-id"],
    check: (signal) => within(place, () => secrets.check(signal), "safe"),
    read: (signal) => within(place, () => secrets.held(signal), "safe"),
    write: (part, key, _known, signal) => within(place, () => secrets.write(part, key, signal)),
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

class GitHubSecrets {
  readonly #place: string;
  readonly #settings: SecretsSettings;
  readonly #world: TargetWorld;

  constructor(place: string, settings: SecretsSettings, world: TargetWorld) {
    this.#place = place;
    this.#settings = settings;
    this.#world = world;
  }

  /** Whoever may see the public key sees that the repository and the environment are there. What a token may write GitHub does not tell. */
  async check(signal: AbortSignal): Promise<void> {
    await this.#publicKey(signal);
  }

  async held(signal: AbortSignal): Promise<Held> {
    const { accessKeyId, secretAccessKey } = this.#settings.names;
    const id = await this.#secret(accessKeyId, signal);
    const secret = await this.#secret(secretAccessKey, signal);
    // GitHub says the same of a secret that is not there and of a repository that the token may not see.
    if (id === null || secret === null) await this.#publicKey(signal);
    if (id === null && secret === null) return { kind: "nothing" };
    if (id === null || secret === null) return { kind: "part", accessKeyId: null, secret: null };
    return { kind: "hidden", marker: `${id.updated_at} ${secret.updated_at}` };
  }

  async write(part: Part, key: HandedKey, signal: AbortSignal): Promise<void> {
    const { names } = this.#settings;
    const name = part === "access-key-id" ? names.accessKeyId : names.secretAccessKey;
    const value = part === "access-key-id" ? key.accessKeyId : key.secret;
    const publicKey = await within(this.#place, () => this.#publicKey(signal), "safe");
    const body = {
      encrypted_value: await sealed(value, publicKey.key),
      key_id: publicKey.key_id,
      ...("organization" in this.#settings ? await this.#visibility(name, signal) : {}),
    };
    const answer = await this.#ask("PUT", name, signal, body);
    if (answer.status !== 201 && answer.status !== 204) throw this.#refusal(answer, "outcome-unknown");
  }

  async #publicKey(signal: AbortSignal): Promise<{ readonly key: string; readonly key_id: string }> {
    const answer = await this.#ask("GET", "public-key", signal);
    const { key, key_id } = fieldsOf(answer.body);
    if (answer.status === 200 && typeof key === "string" && typeof key_id === "string") return { key, key_id };
    throw this.#refusal(answer, "safe");
  }

  /** What is told of a secret; null: there is none of that name. */
  async #secret(name: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>> | null> {
    const answer = await this.#ask("GET", name, signal);
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw this.#refusal(answer, "safe");
    return fieldsOf(answer.body);
  }

  /** Which of an organization's repositories have the secret: as it was. A new one is for the private ones. */
  async #visibility(name: string, signal: AbortSignal): Promise<object> {
    const there = await within(this.#place, () => this.#secret(name, signal), "safe");
    const visibility = there?.visibility ?? "private";
    if (visibility !== "selected") return { visibility };
    return { visibility, selected_repository_ids: await this.#selectedRepositories(name, signal) };
  }

  async #selectedRepositories(name: string, signal: AbortSignal): Promise<number[]> {
    const ids: number[] = [];
    for (let page = 1; ; page++) {
      const answer = await this.#ask("GET", `${name}/repositories?per_page=100&page=${page}`, signal);
      if (answer.status !== 200) throw this.#refusal(answer, "safe");
      const { repositories, total_count: total } = fieldsOf(answer.body);
      const found = (Array.isArray(repositories) ? repositories : []).map((one) => Number(fieldsOf(one).id));
      ids.push(...found);
      if (found.length === 0 || ids.length >= Number(total)) return ids;
    }
  }

  async #ask(method: "GET" | "PUT", path: string, signal: AbortSignal, body: object | null = null): Promise<Answer> {
    const { api, token } = this.#settings;
    const url = new URL(`${secretsPath(this.#settings)}/${path}`, api.endsWith("/") ? api : `${api}/`);
    const response = await this.#world.fetch(url, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        "user-agent": "keysweep",
        authorization: `Bearer ${headerValue(this.#place, await this.#world.resolve(token))}`,
        ...(body === null ? {} : { "content-type": "application/json" }),
      },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
      signal,
    });
    return { status: response.status, headers: response.headers, body: jsonIn(await answerText(response)) };
  }

  /** @param lost what it means when the server was out of order. */
  #refusal({ status, headers, body }: Answer, lost: Retry): Error {
    const limited = headers.get("x-ratelimit-remaining") === "0" || headers.has("retry-after") || status === 429;
    if (limited && (status === 403 || status === 429))
      return targetError(this.#place, "GitHub asks to slow down", {
        hint: AGAIN,
        retry: "safe",
      });
    const { problem, hint, retry } = answerMeaning(status, "GitHub", {}, lost);
    const { message } = fieldsOf(body);
    const told = status < 500 && typeof message === "string" ? `: ${message.slice(0, 200)}` : "";
    return targetError(this.#place, problem + told, { hint: HINTS[status] ?? hint, retry });
  }
}

const HINTS: Readonly<Record<number, string>> = {
  301: "The repository was renamed or moved: name it by its new name.",
  307: "The repository was renamed or moved: name it by its new name.",
  401: "The token is not valid any more: make a new one, where the configuration takes it from.",
  403: "Give the token what `keysweep targets github-actions` lists.",
  404: "Check the names of repository and environment, and that the token may see them: `keysweep targets github-actions` lists what it needs.",
};

/** A sealed box, which only GitHub can open. */
async function sealed(value: string | Secret, publicKey: string): Promise<string> {
  const { default: sodium } = await import("libsodium-wrappers");
  await sodium.ready;
  const key = sodium.from_base64(publicKey, sodium.base64_variants.ORIGINAL);
  const message = typeof value === "string" ? value : value.reveal();
  return sodium.to_base64(sodium.crypto_box_seal(message, key), sodium.base64_variants.ORIGINAL);
}
