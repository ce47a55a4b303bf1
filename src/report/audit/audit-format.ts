import type { AuditedAccount, AuditFinding, AuditHeading, AuditReport } from "../../model/audit-report.ts";
import type { IamUser } from "../../model/iam-user.ts";
import type { Appearance } from "../scan-format.ts";

/** A format of audit reports: one file in formats/. */
export interface AuditFormat {
  readonly name: string;
  /** The report in pieces, each to be written as it comes, and none longer than one account makes it. */
  write(report: AuditReport, appearance: Appearance): Iterable<string>;
  /** Where a reader can follow an audit account by account; absent for formats that are written when it has ended. */
  readonly live?: LiveAuditFormat;
}

/** A format whose records are written as accounts are done. */
export interface LiveAuditFormat {
  start(heading: AuditHeading): string;
  account(account: AuditedAccount, users: Iterable<IamUser>, findings: Iterable<AuditFinding>): Iterable<string>;
  /** What is known only in the end. */
  rest(report: AuditReport): Iterable<string>;
}
