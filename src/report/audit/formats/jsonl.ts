import type { AuditReport } from "../../../model/audit-report.ts";
import { jsonText } from "../../escape.ts";
import type { AuditFormat, LiveAuditFormat } from "../audit-format.ts";

const live: LiveAuditFormat = {
  start: (heading) => line("start", heading),
  *account(account, users, findings) {
    yield line("account", account);
    for (const user of users) yield line("user", user);
    for (const finding of findings) yield line("finding", finding);
  },
  *rest({ finishedAt, coverage, changes, summary }) {
    yield line("summary", {
      finishedAt,
      coverage: { ...coverage, accounts: coverage.accounts.length },
      changes,
      summary,
    });
  },
};

/** One object a line: `start`; for each account as it is done `account`, each `user` and each `finding`; `summary`. */
export const jsonl: AuditFormat = {
  name: "jsonl",
  live,
  *write(report: AuditReport) {
    const { schema, tool, startedAt, organization } = report;
    yield live.start({ schema, tool, startedAt, organization });
    for (const [index, account] of report.coverage.accounts.entries()) {
      const { users, findings } = report.of(index);
      yield* live.account(account, users, findings);
    }
    yield* live.rest(report);
  },
};

function line(type: string, fields: object): string {
  return `${jsonText({ type, ...fields })}\n`;
}
