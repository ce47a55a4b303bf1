import { createHmac } from "node:crypto";
import { Secret } from "../model/secret.ts";

/**
 * The password that Amazon SES's SMTP interface takes in one region beside the access key id as its user name: derived from the secret access
 * key as in Signature Version 4, for a date, a service and an operation that never change, with the version of the derivation before it.
 * @param region where the SMTP server is, e.g. `eu-west-1`.
 * @see https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html#smtp-credentials-convert
 */
export function smtpPassword(secret: Secret, region: string): Secret {
  const key = SCOPE(region).reduce<Buffer>(
    (signing, step) => createHmac("sha256", signing).update(step, "utf8").digest(),
    Buffer.from(`AWS4${secret.reveal()}`, "utf8"),
  );
  return new Secret(Buffer.concat([VERSION, key]).toString("base64"));
}

const SCOPE = (region: string): readonly string[] => ["11111111", region, "ses", "aws4_request", "SendRawEmail"];
const VERSION = Buffer.from([0x04]);
