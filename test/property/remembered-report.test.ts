import * as fc from "fast-check";
import { expect, test } from "vitest";
import { rememberedAudit, rememberedScan } from "../../src/cli/report/remembered-report.ts";
import { isTemporary } from "../../src/model/access-key-id.ts";
import type { AuditFinding, AuditReport } from "../../src/model/audit-report.ts";
import { skipped } from "../../src/model/coverage.ts";
import type { Finding, UseCase } from "../../src/model/finding.ts";
import type { ScanReport } from "../../src/model/scan-report.ts";
import { SEVERITIES, type Severity, severityRank } from "../../src/model/severity.ts";
import { auditFormats } from "../../src/report/audit/audit-formats.ts";
import { scanFormats } from "../../src/report/scan/scan-formats.ts";
import { remedyFor } from "../../src/scan/remedy.ts";
import { account, auditFinding, heading, key, record, user } from "../support/ledger/audits.ts";
import { temporaryLedger } from "../support/ledger/folder.ts";
import { finding, hour, idAlone, place, report, run } from "../support/ledger/scans.ts";

const APPEARANCE = { color: false, hyperlinks: false, width: 80, verbose: false };
const CIRCUMSTANCES = { fails: () => true, folder: "/" };

async function scanJson(of: ScanReport): Promise<string> {
  return [...(await scanFormats.load("json")).write(of, APPEARANCE, CIRCUMSTANCES)].join("");
}

async function auditJson(of: AuditReport): Promise<string> {
  return [...(await auditFormats.load("json")).write(of, APPEARANCE, CIRCUMSTANCES)].join("");
}

/** What a scan may find of one key: whole, moved, as its id alone, more or less severe, allowed, or not at all. */
const form = fc.constantFrom("absent", "unread", "pair", "moved", "id", "critical", "allowed");

function found(number: number, as: string): Finding[] {
  const whole = finding(number);
  const allowed = { reason: "for a test", owner: "ada", expires: "2999-01-01" };
  const forms: Readonly<Record<string, Finding>> = {
    pair: whole,
    moved: { ...whole, places: [place(`/elsewhere/${number}`, 3), place(`/home/ada/${number}`)] },
    id: idAlone(number + 100, whole),
    critical: { ...whole, severity: "critical" },
    allowed: { ...whole, allowed },
  };
  const one = forms[as];
  if (one === undefined) return [];
  const { accountId, accessKeyId, rule, useCase } = one;
  const temporary = accessKeyId !== null && isTemporary(accessKeyId);
  const remedy = remedyFor(useCase ?? ("unknown" as UseCase), { accountId, accessKeyId, rule, temporary });
  return [{ ...one, remedy }];
}

/** As a scan's own report has them. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return findings.toSorted(
    (a, b) =>
      severityRank(a.severity) - severityRank(b.severity) ||
      compare(a.rule, b.rule) ||
      compare(a.fingerprint, b.fingerprint),
  );
}

test("the ledger tells every scan again as it was told", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(form, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
      async (runs) => {
        const ledger = temporaryLedger();
        const told: string[] = [];
        for (const [at, forms] of runs.entries()) {
          const findings = inOrder(forms.flatMap((as, number) => found(number, as)));
          const unread = new Set(forms.flatMap((as, number) => (as === "unread" ? [`/home/ada/${number}`] : [])));
          const rows = [...unread].map((path) => skipped(path, "permission-denied", "EACCES"));
          const scanned = run(hour(at), findings, {
            report: report(hour(at), findings, { skipped: rows, complete: rows.length === 0 }),
            lookedAt: (where) => where.kind !== "file" || !unread.has(where.path),
          });
          const changes = ledger.scans.changes(scanned);
          const { findings: those, summary, coverage, ...before } = scanned.report;
          // In the order in which a scan makes it; test/end-to-end/report.test.ts holds the real one against it.
          const { skipped: notRead, ...looked } = coverage;
          ledger.scans.remember(scanned);
          told.push(
            await scanJson({ ...before, coverage: { ...looked, skipped: notRead }, changes, findings: those, summary }),
          );
        }
        const [scope] = ledger.scans.scopes();
        const known = scope === undefined ? [] : ledger.scans.runs(scope.scope).toReversed();
        expect(known).toHaveLength(told.length);
        for (const [index, { id }] of known.entries()) {
          const again = rememberedScan(ledger.scans, id);
          expect(again === null ? null : await scanJson(again)).toBe(told[index]);
        }
      },
    ),
    { numRuns: 40 },
  );
});

const wrong = fc.array(fc.constantFrom<Severity | "absent">("absent", ...SEVERITIES), { minLength: 4, maxLength: 4 });

test("the ledger tells every audit again as it was told, but for users who were read again since", async () => {
  const account1 = account(1);
  await fc.assert(
    fc.asyncProperty(fc.array(wrong, { minLength: 1, maxLength: 5 }), async (runs) => {
      const ledger = temporaryLedger();
      const told: AuditReport[] = [];
      for (const [at, severities] of runs.entries()) {
        const findings = severities
          .flatMap((severity, number): AuditFinding[] =>
            severity === "absent"
              ? []
              : [{ ...auditFinding(number, account1, severity), userName: `user-${number % 2}` }],
          )
          .sort((a, b) => severityRank(a.severity) - severityRank(b.severity) || byName(a, b));
        const users = [user(account1, "user-0", [key("KEY-1")]), user(account1, "user-1")];
        const recorder = ledger.audits.begin(heading(hour(at)));
        const one = record(account1, { users, findings });
        recorder.account(one, hour(at));
        const changes = recorder.changes();
        const summary = Object.fromEntries(
          SEVERITIES.map((name) => [name, severities.filter((severity) => severity === name).length]),
        ) as Record<Severity, number>;
        recorder.finish({ finishedAt: hour(at), complete: true, summary });
        told.push({
          ...heading(hour(at)),
          finishedAt: hour(at),
          coverage: { complete: true, accounts: [one.account] },
          changes,
          users: at === runs.length - 1 ? users : [],
          findings,
          of: () => ({ users, findings }),
          summary,
        });
      }
      for (const [index, { id }] of ledger.audits.runs().toReversed().entries()) {
        const again = rememberedAudit(ledger.audits, id);
        const then = told[index];
        if (again === null || then === undefined) throw new Error("an audit is forgotten");
        expect(await auditJson(again)).toBe(await auditJson(then));
      }
    }),
    { numRuns: 40 },
  );
});

function byName(a: AuditFinding, b: AuditFinding): number {
  const text = ({ userName, fingerprint }: AuditFinding): string => `${userName} ${fingerprint}`;
  return text(a) < text(b) ? -1 : 1;
}
