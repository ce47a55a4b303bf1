import { AwsFailure } from "../../model/aws-failure.ts";
import type { IamReader } from "../../model/iam-reader.ts";
import type { Waiting } from "../../runtime/waiting.ts";
import { parseCredentialReport, type ReportRow } from "./credential-report.ts";

/** IAM makes a report in seconds as a rule; large accounts take longer. */
const PATIENCE_MS = 3 * 60_000;
const FIRST_WAIT_MS = 1500;
const LONGEST_WAIT_MS = 20_000;
const ASK_ANEW_EVERY = 3;

export interface CredentialReport {
  readonly rows: readonly ReportRow[];
  readonly generatedAt: string;
}

/** The report of an account, made and waited for. @throws AwsFailure when it may not be read or does not come. */
export async function credentialReport(
  reader: IamReader,
  waiting: Waiting,
  signal: AbortSignal,
): Promise<CredentialReport> {
  const until = waiting.now() + PATIENCE_MS;
  let state = await reader.generateCredentialReport();
  let waitMs = FIRST_WAIT_MS;
  for (let attempt = 1; ; attempt++) {
    // Not all accounts at the same moment.
    if (state !== "complete" || attempt > 1) await waiting.sleep(waitMs * (1 + waiting.random() / 4), signal);
    const report = await reader.credentialReport();
    if (report !== null) return { rows: parseCredentialReport(report.content), generatedAt: report.generatedAt };
    if (waiting.now() > until) {
      throw new AwsFailure("the credential report was not ready after three minutes", {
        kind: "unavailable",
        code: "ReportInProgress",
        permission: null,
      });
    }
    // One that was there may have expired just now, or been forgotten.
    if (attempt % ASK_ANEW_EVERY === 0) state = await reader.generateCredentialReport();
    waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS);
  }
}
