import type { AccessKeyId } from "../../../model/access-key-id.ts";
import type { Retry } from "../../../model/error.ts";
import { Secret } from "../../../model/secret.ts";
import { requestTrusting } from "../../../runtime/trusting-request.ts";
import { AGAIN, type AnswerMeanings, answerMeaning } from "../answer-status.ts";
import type { TargetWorld } from "../descriptor.ts";
import { targetError, within } from "../failure.ts";
import { heldFrom, refuseStranger } from "../held.ts";
import { fieldsOf, jsonIn } from "../json-value.ts";
import type { Names } from "../settings.ts";
import type { HandedKey, Target } from "../target.ts";
import { headerValue } from "../web-address.ts";
import { type Cluster, type ClusterSettings, reach } from "./cluster.ts";

export interface SecretSettings extends ClusterSettings {
  readonly namespace: string;
  readonly secret: string;
  readonly keys: Names;
  readonly restart?: readonly string[] | undefined;
}

/**
 * The two keys are patched together, with the version that was read: whoever changes the Secret meanwhile is not overwritten.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/
 */
export function openSecret(settings: SecretSettings, world: TargetWorld, place: string): Target {
  const secret = new ClusterSecret(place, settings, world);
  return {
    place,
    parts: ["pair"],
    check: (signal) => within(place, () => secret.check(signal), "safe"),
    read: (signal) => within(place, async () => secret.held(await secret.current(signal)), "safe"),
    write: (_part, key, known, signal) => within(place, () => secret.write(key, known, signal)),
  };
}

/** A Secret as the cluster tells of it; values are base64. */
interface Stored {
  readonly version: string;
  readonly isImmutable: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The annotation of a pod's template that makes the cluster roll it out anew: once for each key, however often it is written. */
const ROLLED_OUT_FOR = "keysweep/access-key-id";

class ClusterSecret {
  readonly #place: string;
  readonly #settings: SecretSettings;
  readonly #world: TargetWorld;

  constructor(place: string, settings: SecretSettings, world: TargetWorld) {
    this.#place = place;
    this.#settings = settings;
    this.#world = world;
  }

  async check(signal: AbortSignal): Promise<void> {
    const stored = await this.current(signal);
    this.held(stored);
    this.#refuseImmutable(stored);
    await this.#checkAccess("", "secrets", this.#settings.secret, signal);
    for (const { resource, name } of this.#workloads()) await this.#checkAccess("apps", resource, name, signal);
  }

  async current(signal: AbortSignal): Promise<Stored> {
    const answer = await this.#ask("GET", this.#path, null, signal);
    if (answer.status !== 200) throw this.#refusal(answer, "safe");
    const { metadata, data, immutable } = answer.body;
    return {
      version: String(fieldsOf(metadata).resourceVersion),
      isImmutable: immutable === true,
      data: fieldsOf(data),
    };
  }

  held({ data }: Stored) {
    const { accessKeyId, secretAccessKey } = this.#settings.keys;
    return heldFrom(decoded(data[accessKeyId]), decoded(data[secretAccessKey]));
  }

  async write(key: HandedKey, known: readonly AccessKeyId[], signal: AbortSignal): Promise<void> {
    await this.#put(key, known, signal);
    for (const workload of this.#workloads()) await this.#rollOut(workload, key.accessKeyId, signal);
  }

  async #put(key: HandedKey, known: readonly AccessKeyId[], signal: AbortSignal): Promise<void> {
    const { accessKeyId, secretAccessKey } = this.#settings.keys;
    const stored = await within(this.#place, () => this.current(signal), "safe");
    const [id, secret] = [decoded(stored.data[accessKeyId]), decoded(stored.data[secretAccessKey])];
    refuseStranger(this.#place, id, known);
    if (id === key.accessKeyId && secret === key.secret.reveal()) return;
    this.#refuseImmutable(stored);
    const patch = {
      metadata: { resourceVersion: stored.version },
      data: { [accessKeyId]: encoded(key.accessKeyId), [secretAccessKey]: encoded(key.secret.reveal()) },
    };
    const answer = await this.#ask("PATCH", this.#path, patch, signal);
    if (answer.status !== 200) throw this.#refusal(answer, "outcome-unknown");
  }

  async #rollOut({ resource, name }: Workload, key: AccessKeyId, signal: AbortSignal): Promise<void> {
    const patch = { spec: { template: { metadata: { annotations: { [ROLLED_OUT_FOR]: key } } } } };
    const answer = await this.#ask(
      "PATCH",
      `apis/apps/v1/namespaces/${this.#settings.namespace}/${resource}/${name}`,
      patch,
      signal,
    );
    if (answer.status === 200) return;
    const { message, hint, retry } = this.#refusal(answer, "outcome-unknown", `${resource}/${name} `);
    throw targetError(this.#place, message.slice(this.#place.length + 2), { hint: hint ?? "", retry });
  }

  /** Asks the cluster what we may do. A cluster that does not tell is believed. */
  async #checkAccess(group: string, resource: string, name: string, signal: AbortSignal): Promise<void> {
    const { namespace } = this.#settings;
    const review = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { namespace, verb: "patch", group, resource, name } },
    };
    const answer = await this.#ask("POST", "apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review, signal);
    if (answer.status !== 201 || fieldsOf(answer.body.status).allowed !== false) return;
    throw targetError(this.#place, `we may not patch ${resource}/${name}`, {
      hint: `Bind a Role with patch on ${resource} to whom the kubeconfig signs in as.`,
      retry: "never",
    });
  }

  #refuseImmutable({ isImmutable }: Stored): void {
    if (!isImmutable) return;
    throw targetError(this.#place, "it is immutable", {
      hint: "Make a Secret that is not, and let its consumers use that one.",
      retry: "never",
    });
  }

  get #path(): string {
    const { namespace, secret } = this.#settings;
    return `api/v1/namespaces/${namespace}/secrets/${secret}`;
  }

  #workloads(): Workload[] {
    return (this.#settings.restart ?? []).map((workload) => {
      const [kind = "", name = ""] = workload.split("/");
      return { resource: `${kind}s`, name };
    });
  }

  async #ask(
    method: "GET" | "POST" | "PATCH",
    path: string,
    body: object | null,
    signal: AbortSignal,
  ): Promise<Answer> {
    const cluster = await reach(this.#settings, this.#world);
    const server = cluster.server.endsWith("/") ? cluster.server : `${cluster.server}/`;
    const { status, text } = await requestTrusting(new URL(path, server), {
      method,
      headers: {
        accept: "application/json",
        "user-agent": "keysweep",
        ...authorization(this.#place, cluster),
        ...(body === null
          ? {}
          : { "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json" }),
      },
      body: body === null ? null : JSON.stringify(body),
      trust: cluster.trust,
      signal,
    });
    return { status, body: fieldsOf(jsonIn(text)) };
  }

  /** @param lost what it means when the cluster was out of order. */
  #refusal({ status, body }: Answer, lost: Retry, what = ""): ReturnType<typeof targetError> {
    const { problem, hint, retry } = answerMeaning(status, "the cluster", WHAT_IT_MEANS, lost);
    // Who may not do what, as the cluster says it; of a Secret that is refused (422) it would quote the values.
    const told = status === 403 && typeof body.message === "string" ? `: ${body.message.slice(0, 200)}` : "";
    return targetError(this.#place, `${what}${problem}${told}`, { hint, retry });
  }
}

interface Workload {
  readonly resource: string;
  readonly name: string;
}

const WHAT_IT_MEANS: AnswerMeanings = {
  401: {
    problem: "the cluster does not know us",
    hint: "Sign in again, as the kubeconfig has it; the rotation goes on by itself.",
    retry: "safe",
  },
  403: {
    problem: "the cluster does not allow it",
    hint: "`keysweep targets kubernetes` lists what it needs.",
    retry: "never",
  },
  404: {
    problem: "it is not there",
    hint: "Create it once, e.g. with `kubectl create secret generic`; check namespace and context.",
    retry: "never",
  },
  409: {
    problem: "somebody else has changed it meanwhile",
    hint: "It is read and written again by itself.",
    retry: "safe",
  },
  429: { problem: "the cluster asks to slow down", hint: AGAIN, retry: "safe" },
};

function authorization(place: string, { token }: Cluster): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${headerValue(place, new Secret(token))}` };
}

/** Null: there is no such key. What is not base64 is nothing that the cluster would tell. */
function decoded(value: unknown): string | null {
  return typeof value === "string" ? Buffer.from(value, "base64").toString("utf8") : null;
}

function encoded(value: string): string {
  return Buffer.from(value, "utf8").toString("base64");
}
