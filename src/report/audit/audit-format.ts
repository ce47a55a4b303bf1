import type { AuditedAccount, AuditFinding, AuditHeading, AuditReport } from "../../model/audit-report.ts";
import type { IamUser } from "../../model/iam-user.ts";
import type { Format, LiveFormat } from "../format.ts";

/** A format of audit reports. No piece is longer than one account makes it. */
export type AuditFormat = Format<AuditReport, LiveAuditFormat>;

/** A format whose records are written as accounts are done. */
export interface LiveAuditFormat extends LiveFormat<AuditReport> {
  start(heading: AuditHeading): string;
  account(account: AuditedAccount, users: Iterable<IamUser>, findings: Iterable<AuditFinding>): Iterable<string>;
}
