import type { AuditedAccount, AuditFinding, AuditReport } from "../../model/audit-report.ts";
import { type Standing, standingIn } from "../standing.ts";

/*
 * An audit as collectors of findings want it: one flat record for each thing that is wrong, that is right again, or that nobody could judge.
 */

export type AuditRecord = FindingRecord | UnjudgedRecord;

interface Common {
  readonly account: AuditedAccount;
  /** Of the user that it is about, else of the account. */
  readonly arn: string;
  readonly partition: string;
}

export interface FindingRecord extends Common {
  readonly kind: "finding";
  readonly finding: AuditFinding;
  /** `gone`: the last audit found it, and it is no more. */
  readonly standing: Standing | "gone" | null;
}

/** A check that was not made, or an account that was not audited. */
export interface UnjudgedRecord extends Common {
  readonly kind: "unjudged";
  /** `account` for the whole of it. */
  readonly check: string;
  readonly reason: string;
  readonly permission: string | null;
  /** Whether it should have been; else it was left out by design. */
  readonly failure: boolean;
}

/** Account by account, so that one account's users are all that is in memory. */
export function* auditRecords(report: AuditReport): Generator<AuditRecord> {
  const standing = standingIn(report.changes);
  const gone = Map.groupBy(report.changes?.gone ?? [], ({ accountId }) => accountId);
  for (const [index, account] of report.coverage.accounts.entries()) {
    const { users, findings } = report.of(index);
    const arns = new Map<string, string>();
    for (const { userName, arn } of users) arns.set(userName, arn);
    const partition = partitionOf(arns.values().next().value);
    const common = (userName: string | null): Common => ({
      account,
      arn: (userName === null ? undefined : arns.get(userName)) ?? arnOf(partition, account.id, userName),
      partition,
    });
    for (const finding of findings) {
      yield { kind: "finding", finding, standing: standing(finding.fingerprint), ...common(finding.userName) };
    }
    for (const finding of gone.get(account.id) ?? []) {
      yield { kind: "finding", finding, standing: "gone", ...common(finding.userName) };
    }
    yield* unjudged(account, common(null));
  }
}

function* unjudged(account: AuditedAccount, common: Common): Generator<UnjudgedRecord> {
  const { status, reason, permission, notAssessed } = account;
  if (status !== "audited") {
    yield {
      kind: "unjudged",
      check: "account",
      reason: reason ?? status,
      permission,
      failure: status === "error",
      ...common,
    };
  }
  for (const row of notAssessed) yield { kind: "unjudged", ...row, ...common };
}

/** `aws`, `aws-cn`, `aws-us-gov`: where nobody's ARN tells it, the first. */
function partitionOf(arn: string | undefined): string {
  return arn?.split(":")[1] ?? "aws";
}

/** Of a user that is no more, and of the account, whose ARN is that of its root. */
function arnOf(partition: string, account: string, userName: string | null): string {
  return `arn:${partition}:iam::${account}:${userName === null ? "root" : `user/${userName}`}`;
}

/** What kind of thing the ARN or the key id names, in the words of CloudFormation's types, as Security Hub writes them. */
export function resourceTypeOf({ userName, accessKeyId }: Pick<AuditFinding, "userName" | "accessKeyId">): string {
  return accessKeyId !== null ? "AwsIamAccessKey" : userName !== null ? "AwsIamUser" : "AwsAccount";
}
