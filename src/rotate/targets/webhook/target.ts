import { createHash } from "node:crypto";
import { type AccessKeyId, accessKeyId } from "../../../model/access-key-id.ts";
import type { Retry } from "../../../model/error.ts";
import type { SecretReference } from "../../../model/secret-reference.ts";
import { answerText } from "../../../runtime/web.ts";
import { signatureHeaders } from "../../../runtime/webhook-signature.ts";
import type { TargetWorld } from "../descriptor.ts";
import { targetError, within } from "../failure.ts";
import { refuseStranger } from "../held.ts";
import type { Names } from "../settings.ts";
import type { HandedKey, Held, Target } from "../target.ts";

export interface WebhookSettings {
  readonly url: string;
  readonly secret: SecretReference;
  readonly read: boolean;
  readonly names: Names;
}

/** What the endpoint is told beside the key, so that its author can tell one form from the next. */
const SCHEMA = "keysweep/target-webhook@1";

/** An answer holds an id, and little else. In bytes. */
const LONGEST_ANSWER = 64 * 1024;

export function openWebhook(settings: WebhookSettings, world: TargetWorld, place: string): Target {
  const endpoint = new Endpoint(place, new URL(settings.url), settings, world);
  return {
    place,
    parts: ["pair"],
    check: (signal) => within(place, () => endpoint.check(signal)),
    read: (signal) => endpoint.read(signal),
    write: (_part, key, known, signal) => within(place, () => endpoint.write(key, known, signal)),
  };
}

class Endpoint {
  readonly #place: string;
  readonly #url: URL;
  readonly #settings: WebhookSettings;
  readonly #world: TargetWorld;

  constructor(place: string, url: URL, settings: WebhookSettings, world: TargetWorld) {
    this.#place = place;
    this.#url = url;
    this.#settings = settings;
    this.#world = world;
  }

  async check(signal: AbortSignal): Promise<void> {
    await this.#world.resolve(this.#settings.secret);
    await this.read(signal);
  }

  read(signal: AbortSignal): Promise<Held> {
    return within(this.#place, () => this.#held(signal), "safe");
  }

  async #held(signal: AbortSignal): Promise<Held> {
    if (!this.#settings.read) return { kind: "hidden", marker: null };
    const id = `read-${this.#world.waiting.now()}`;
    const held = await this.#ask(id, { schema: SCHEMA, operation: "read" }, "safe", signal);
    return held === null ? { kind: "nothing" } : { kind: "key", accessKeyId: held, secret: null };
  }

  async write(key: HandedKey, known: readonly AccessKeyId[], signal: AbortSignal): Promise<void> {
    const before = await this.read(signal);
    if (before.kind === "key") refuseStranger(this.#place, before.accessKeyId, known);
    const { names } = this.#settings;
    const replaces = known.filter((id) => id !== key.accessKeyId);
    const message = {
      schema: SCHEMA,
      operation: "write",
      [names.accessKeyId]: key.accessKeyId,
      [names.secretAccessKey]: key.secret.reveal(),
      replaces,
    };
    const held = await this.#ask(this.#writeId(key, before), message, "outcome-unknown", signal);
    if (held !== key.accessKeyId)
      throw targetError(this.#place, `it took the key and answered that it holds ${held ?? "none"}`, {
        hint: "It has to answer with the id that it holds once it holds it; it is asked again by itself.",
        retry: "outcome-unknown",
      });
  }

  /** The same for the same step: who has had it need not take it again. Going back to a key is another step than coming to it. */
  #writeId({ accessKeyId: id }: HandedKey, before: Held): string {
    const from = before.kind === "key" ? before.accessKeyId : before.kind;
    return `write-${createHash("sha256").update(`${from} ${id}`).digest("hex").slice(0, 32)}`;
  }

  /** What the endpoint answers that it holds; null: none. @param lost what it means when no answer comes. */
  async #ask(id: string, message: object, lost: Retry, signal: AbortSignal): Promise<AccessKeyId | null> {
    const secret = await this.#world.resolve(this.#settings.secret);
    const body = JSON.stringify(message);
    const timestamp = Math.floor(this.#world.waiting.now() / 1000);
    const response = await this.#world.fetch(this.#url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        ...signatureHeaders({ id, timestamp, body }, secret),
      },
      body,
      signal,
    });
    const text = await answerText(response, LONGEST_ANSWER);
    if (!response.ok) throw this.#refusal(response.status, lost);
    return this.#idIn(text, lost);
  }

  /** `{ "accessKeyId": "…" }`, or null in its place. */
  #idIn(text: string, lost: Retry): AccessKeyId | null {
    const told = fieldOf(text, this.#settings.names.accessKeyId);
    if (told === null) return null;
    const id = typeof told === "string" ? accessKeyId(told) : null;
    if (id !== null) return id;
    throw targetError(this.#place, "its answer does not say which access key id it holds", {
      hint: `It has to answer with JSON: { "${this.#settings.names.accessKeyId}": ID, or null when it holds none }.`,
      retry: lost,
    });
  }

  #refusal(status: number, lost: Retry): Error {
    const problem = `it answered with status ${status}`;
    if (status === 408 || status === 425 || status === 429 || status === 503)
      return targetError(this.#place, problem, { hint: "It is tried again by itself.", retry: "safe" });
    if (status >= 500)
      return targetError(this.#place, problem, {
        hint: "It is tried again by itself; its own log may say why.",
        retry: lost,
      });
    return targetError(this.#place, problem, {
      hint:
        status === 401 || status === 403
          ? "Check that both sides have the same secret, and the same time."
          : "Check the address; what the endpoint refuses, a person has to look at.",
      retry: "never",
    });
  }
}

/** Undefined: it is no JSON object, or has no such field. */
function fieldOf(text: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
  } catch {
    // Its message would quote the answer.
    return undefined;
  }
}
