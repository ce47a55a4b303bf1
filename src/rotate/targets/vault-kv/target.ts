import type { AccessKeyId } from "../../../model/access-key-id.ts";
import type { Retry } from "../../../model/error.ts";
import type { SecretReference } from "../../../model/secret-reference.ts";
import { answerText } from "../../../runtime/web.ts";
import { AGAIN, type AnswerMeanings, answerMeaning } from "../answer-status.ts";
import type { TargetWorld } from "../descriptor.ts";
import { targetError, within } from "../failure.ts";
import { heldFrom, refuseStranger } from "../held.ts";
import { fieldsOf, isFields, jsonIn } from "../json-value.ts";
import type { Names } from "../settings.ts";
import type { HandedKey, Held, Target } from "../target.ts";
import { headerValue } from "../web-address.ts";

export interface VaultSettings {
  readonly address: string;
  readonly mount: string;
  readonly path: string;
  readonly fields: Names;
  readonly namespace?: string | undefined;
  readonly token: SecretReference;
}

/**
 * The two keys are patched, so that the secret's others neither leave the server nor are written again; the version that was read has to be
 * the current one still.
 * @see https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2
 */
export function openVaultSecret(settings: VaultSettings, world: TargetWorld, place: string): Target {
  const secret = new VaultSecret(place, settings, world);
  return {
    place,
    parts: ["pair"],
    check: (signal) => within(place, () => secret.check(signal), "safe"),
    read: (signal) => within(place, async () => secret.held(await secret.current(signal)), "safe"),
    write: (_part, key, known, signal) => within(place, () => secret.write(key, known, signal)),
  };
}

/** What the secret holds, and in which version; `values` is null when there is nothing, or it was deleted. */
interface Version {
  readonly number: number;
  readonly values: Readonly<Record<string, unknown>> | null;
}

/** An answer of the server; `body` is empty when it is no JSON object. */
interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

class VaultSecret {
  readonly #place: string;
  readonly #settings: VaultSettings;
  readonly #world: TargetWorld;

  constructor(place: string, settings: VaultSettings, world: TargetWorld) {
    this.#place = place;
    this.#settings = settings;
    this.#world = world;
  }

  async check(signal: AbortSignal): Promise<void> {
    await this.#checkEngine(signal);
    const current = await this.current(signal);
    this.held(current);
    await this.#checkPolicy(current.values === null ? "create" : "patch", signal);
  }

  async current(signal: AbortSignal): Promise<Version> {
    const answer = await this.#ask("GET", this.#dataPath, null, signal);
    const { data, metadata } = fieldsOf(fieldsOf(answer.body).data);
    const number = Number(fieldsOf(metadata).version ?? 0);
    // There is none, or its current version was deleted: then its metadata are told all the same.
    if (answer.status === 404) return { number, values: null };
    if (answer.status !== 200) throw this.#refusal(answer, "safe");
    return { number, values: isFields(data) ? data : null };
  }

  held({ values }: Version): Held {
    const { accessKeyId, secretAccessKey } = this.#settings.fields;
    return heldFrom(this.#text(values, accessKeyId), this.#text(values, secretAccessKey));
  }

  async write(key: HandedKey, known: readonly AccessKeyId[], signal: AbortSignal): Promise<void> {
    const { accessKeyId, secretAccessKey } = this.#settings.fields;
    const { number, values } = await this.current(signal);
    const [id, secret] = [this.#text(values, accessKeyId), this.#text(values, secretAccessKey)];
    refuseStranger(this.#place, id, known);
    if (id === key.accessKeyId && secret === key.secret.reveal()) return;
    const body = {
      options: { cas: number },
      data: { [accessKeyId]: key.accessKeyId, [secretAccessKey]: key.secret.reveal() },
    };
    const answer = await this.#ask(values === null ? "POST" : "PATCH", this.#dataPath, body, signal);
    if (answer.status !== 200) throw this.#refusal(answer, "outcome-unknown");
  }

  /** Version 1 has no versions, so that nothing could be compared. Some tokens may not ask: then reading tells. */
  async #checkEngine(signal: AbortSignal): Promise<void> {
    const answer = await this.#ask("GET", `sys/internal/ui/mounts/${encoded(this.#settings.mount)}`, null, signal);
    if (answer.status === 403 || answer.status === 404) return;
    if (answer.status !== 200) throw this.#refusal(answer, "safe");
    const { type, options } = fieldsOf(answer.body.data);
    if (type === "kv" && fieldsOf(options).version === "2") return;
    throw targetError(this.#place, `${this.#settings.mount} is no KV engine of version 2`, {
      hint: "Name another mount, or upgrade it with `vault kv enable-versioning`.",
      retry: "never",
    });
  }

  /** Every token of the default policy may ask what it may do. */
  async #checkPolicy(wanted: string, signal: AbortSignal): Promise<void> {
    const answer = await this.#ask("POST", "sys/capabilities-self", { paths: [this.#dataPath] }, signal);
    if (answer.status !== 200) return;
    const capabilities = answer.body.capabilities;
    if (!Array.isArray(capabilities) || capabilities.includes(wanted) || capabilities.includes("root")) return;
    throw targetError(this.#place, `the token may not ${wanted} it`, {
      hint: `Give its policy the capability ${wanted} on ${this.#dataPath}.`,
      retry: "never",
    });
  }

  get #dataPath(): string {
    return `${this.#settings.mount}/data/${this.#settings.path}`;
  }

  #text(values: Version["values"], name: string): string | null {
    const value = values?.[name];
    if (value === undefined || value === null) return null;
    if (typeof value === "string") return value;
    throw targetError(this.#place, `${name} is no text`, { hint: "Name another field, or mend it.", retry: "never" });
  }

  async #ask(
    method: "GET" | "POST" | "PATCH",
    path: string,
    body: object | null,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { address, namespace, token } = this.#settings;
    const response = await this.#world.fetch(
      new URL(`v1/${encoded(path)}`, address.endsWith("/") ? address : `${address}/`),
      {
        method,
        headers: {
          accept: "application/json",
          "x-vault-request": "true",
          "x-vault-token": headerValue(this.#place, await this.#world.resolve(token)),
          ...(namespace === undefined ? {} : { "x-vault-namespace": namespace }),
          ...(body === null
            ? {}
            : { "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json" }),
        },
        ...(body === null ? {} : { body: JSON.stringify(body) }),
        signal,
      },
    );
    return { status: response.status, body: fieldsOf(jsonIn(await answerText(response))) };
  }

  /** @param lost what it means when the server was out of order. */
  #refusal({ status, body }: Answer, lost: Retry): Error {
    const told = Array.isArray(body.errors) ? body.errors.filter((error) => typeof error === "string").join("; ") : "";
    if (status === 400 && told.includes("check-and-set")) {
      return targetError(this.#place, "somebody else has changed it meanwhile", {
        hint: "It is read and written again by itself.",
        retry: "safe",
      });
    }
    const { problem, hint, retry } = answerMeaning(status, "the server", WHAT_IT_MEANS, lost);
    return targetError(this.#place, problem, { hint, retry });
  }
}

const WHAT_IT_MEANS: AnswerMeanings = {
  307: {
    problem: "the server is a stand-by that names another one",
    hint: "Name the address of the active one.",
    retry: "safe",
  },
  403: {
    problem: "the token is not accepted, or its policy does not allow it",
    hint: "Renew the token; `keysweep targets vault-kv` shows the policy that it needs.",
    retry: "never",
  },
  412: { problem: "the server has not yet caught up with the active one", hint: AGAIN, retry: "safe" },
  429: { problem: "the server asks to slow down", hint: AGAIN, retry: "safe" },
  503: {
    problem: "the server is sealed, or under maintenance",
    hint: "Unseal it; it is tried again by itself.",
    retry: "safe",
  },
};

function encoded(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
