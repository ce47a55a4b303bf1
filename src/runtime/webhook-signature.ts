import { createHmac } from "node:crypto";
import type { Secret } from "../model/secret.ts";

/** A message as it is signed. */
export interface SignedMessage {
  /** The same when the same is said again. */
  readonly id: string;
  /** In seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * The headers by which its receiver knows who sent a message, when, and whether it has had it before.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signatureHeaders({ id, timestamp, body }: SignedMessage, secret: Secret): Record<string, string> {
  const signature = createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": `v1,${signature}` };
}

const PREFIX = "whsec_";

/** Base64 behind the standard's prefix; a text without it stands for its own bytes. */
function keyOf(secret: Secret): Buffer {
  const value = secret.reveal();
  return value.startsWith(PREFIX) ? Buffer.from(value.slice(PREFIX.length), "base64") : Buffer.from(value, "utf8");
}
