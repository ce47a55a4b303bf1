import type { AuditFinding } from "../../model/audit-report.ts";

/** What a finding is about: `123456789012/deploy AKIA…`; of the account itself, its id alone. Not escaped. */
export function subjectOf({
  accountId,
  userName,
  accessKeyId,
}: Pick<AuditFinding, "accountId" | "userName" | "accessKeyId">): string {
  return `${accountId}${userName === null ? "" : `/${userName}`}${accessKeyId === null ? "" : ` ${accessKeyId}`}`;
}
