import { RotationAccess, type WhichUser } from "../../aws/rotation-access.ts";
import type { ConfiguredRotation, RotationConfiguration } from "../../config/rotations.ts";
import { smtpPassword } from "../../rotate/smtp-password.ts";
import { smtpLogin } from "../../runtime/smtp-login.ts";
import type { Waiting } from "../../runtime/waiting.ts";

/** A call whose answer is waited for longer is taken for one that never comes, in milliseconds. */
const TIMEOUTS = { connectionMs: 10_000, answerMs: 30_000 };

/** The way into AWS of what the operator has configured. Nothing is called yet. */
export function rotationAccess(
  { aws }: Pick<RotationConfiguration, "aws">,
  waiting: Waiting,
  signal: AbortSignal,
): Promise<RotationAccess> {
  return RotationAccess.open(
    { profile: aws?.profile ?? null, region: aws?.region ?? null, waiting, signal, timeouts: TIMEOUTS },
    ({ accessKeyId, secret }, region) =>
      smtpLogin({ host: `email-smtp.${region}.amazonaws.com`, port: 587 }, accessKeyId, smtpPassword(secret, region)),
  );
}

/** The user of a rotation, and who acts on it. */
export function whichUser(
  { settings: { accountId, userName }, role, externalId }: ConfiguredRotation,
  { organization }: Pick<RotationConfiguration, "organization">,
): WhichUser {
  return { accountId, userName, role, externalId: externalId ?? organization?.externalId ?? null };
}
