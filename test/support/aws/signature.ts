import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Call } from "./call.ts";

/**
 * Whether the holder of this secret has signed the call: an id and a secret that do not belong together are the mistake that a rotation
 * must never hand out.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function isSignedWith(secretAccessKey: string, call: Call): boolean {
  const parts =
    /Credential=[^/]+\/(\d+\/[^/]+\/[^/]+\/aws4_request),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})/.exec(
      call.headers.authorization ?? "",
    );
  if (parts === null) return false;
  const [, scope = "", signedHeaders = "", signature = ""] = parts;
  const toSign = [
    "AWS4-HMAC-SHA256",
    String(call.headers["x-amz-date"]),
    scope,
    sha256(canonicalRequest(call, signedHeaders)),
  ].join("\n");
  const key = scope.split("/").reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  return timingSafeEqual(hmac(key, toSign), Buffer.from(signature, "hex"));
}

/** The services whose calls the tests make have no path but `/`, and no query string. */
function canonicalRequest({ method, headers, body }: Call, signedHeaders: string): string {
  const lines = signedHeaders.split(";").map(
    (name) =>
      `${name}:${String(headers[name] ?? "")
        .trim()
        .replace(/ +/g, " ")}\n`,
  );
  return [method, "/", "", lines.join(""), signedHeaders, sha256(body)].join("\n");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
