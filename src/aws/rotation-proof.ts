import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsAnswer } from "../model/aws-answer.ts";
import type { AccessKeyPair, KeyProof } from "../model/key-service.ts";
import { type AwsClock, answerOf, BEFORE_READING } from "./answer.ts";
import { OWN_USER_AGENT } from "./rotation-agent.ts";
import type { AwsSession } from "./session.ts";

/** Logs in to SES by SMTP in a region and leaves; rejects with an Error whose `responseCode` is 535 where the password is not accepted. */
export type SmtpLogin = (pair: AccessKeyPair, region: string, signal: AbortSignal) => Promise<void>;

/** What SMTP says to a name and a password that do not belong together (RFC 4954). */
const SMTP_NOT_ACCEPTED = 535;

/** Proves keys with STS, and with SES where a consumer logs in there. */
export function keyProof(session: AwsSession, clock: AwsClock, login: SmtpLogin): KeyProof {
  return {
    async identity(pair, region, signal) {
      const sts = clientFor(session.signedWith(pair).in(region), clock);
      try {
        const { Arn = "" } = await sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
        if (clock.last === null)
          return { kind: "unknown", detail: "sts:GetCallerIdentity: the answer carries no time" };
        return { kind: "done", value: { arn: Arn }, at: clock.last };
      } catch (error) {
        return answerOf(error, "sts:GetCallerIdentity", clock.last);
      }
    },
    async smtp(pair, region, signal): Promise<AwsAnswer<void>> {
      try {
        await login(pair, region, signal);
      } catch (error) {
        return smtpRefused(error, region, clock);
      }
      // SMTP tells no time; the caller compares with a time that is not before this use.
      await noteTime(session, region, clock, signal);
      return clock.last === null
        ? { kind: "unknown", detail: "ses: AWS did not tell the time" }
        : { kind: "done", value: undefined, at: clock.last };
    },
  };
}

function clientFor(session: AwsSession, clock: AwsClock): STSClient {
  const sts = new STSClient({
    ...session.clientSettings(),
    ...(clock.last === null ? {} : { systemClockOffset: clock.aheadMs }),
    customUserAgent: [[OWN_USER_AGENT, "proof"]],
  });
  sts.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      clock.note(result.response);
      return result;
    },
    BEFORE_READING,
  );
  return sts;
}

function smtpRefused(error: unknown, region: string, clock: AwsClock): AwsAnswer<never> {
  const { responseCode, code = "" } = error as { readonly responseCode?: number; readonly code?: string };
  // What the server said may repeat what it was told.
  if (responseCode === SMTP_NOT_ACCEPTED) {
    const detail = `SES does not accept the key's SMTP password in ${region}`;
    return { kind: "refused", refusal: { code: "not-accepted", detail, permission: null }, at: clock.last };
  }
  return { kind: "unknown", detail: `SES's SMTP endpoint in ${region} did not answer (${responseCode ?? code})` };
}

/** Asks STS something that it refuses, unsigned: nobody's key is used, and the answer tells the time. */
async function noteTime(session: AwsSession, region: string, clock: AwsClock, signal: AbortSignal): Promise<void> {
  const { endpoint } = new STSClient(session.in(region).clientSettings()).config;
  try {
    const at = await endpoint?.();
    const host =
      at === undefined ? `sts.${region}.amazonaws.com` : `${at.hostname}${at.port === undefined ? "" : `:${at.port}`}`;
    const response = await fetch(`${at?.protocol ?? "https:"}//${host}/`, {
      method: "HEAD",
      redirect: "manual",
      signal,
    });
    clock.note({ headers: { date: response.headers.get("date") ?? "" } });
  } catch {
    // The time of an earlier answer has to do.
  }
}
