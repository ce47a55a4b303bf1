import type { AuditHistory, RememberedAudit } from "../../ledger/audit-history.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { ScanScope } from "../../ledger/scan-history.ts";
import { KeysweepError } from "../../model/error.ts";
import { auditFormats } from "../../report/audit/audit-formats.ts";
import { visible } from "../../report/escape.ts";
import type { Format } from "../../report/format.ts";
import type { FormatRegistry } from "../../report/format-registry.ts";
import { scanFormats } from "../../report/scan/scan-formats.ts";
import { countsText } from "../../report/summary-text.ts";
import { appearanceOn } from "../appearance.ts";
import type { ReportCommandFlags, ReportKind } from "../commands/report.ts";
import type { Context } from "../context.ts";
import { parseFailOn, reportExit, verdictOn } from "../exit.ts";
import { ledgerLocation, openExistingLedger } from "../ledger-location.ts";
import { outputsIn, writeOutputs } from "../outputs.ts";
import { type NoteReport, notingIn } from "../written-report.ts";
import { auditBaseline, scanBaseline } from "./baseline.ts";
import { rememberedAudit, rememberedScan } from "./remembered-report.ts";
import { chosenRun, type Run, timeRange } from "./remembered-runs.ts";

/** The command `report`: what the ledger remembers of a scan, an audit or rotations, written again. */
export async function runReport(context: Context, flags: ReportCommandFlags, kind: ReportKind): Promise<void> {
  parseFailOn(flags.failOn);
  timeRange(flags);
  using ledger = await openExistingLedger(ledgerLocation(context, flags.ledger));
  await REPORTING[kind](context, flags, ledger.ledger);
}

const REPORTING: Readonly<Record<ReportKind, typeof reportScan>> = {
  scan: reportScan,
  audit: reportAudit,
  // With what reads journals.
  rotations: async (...given) => (await import("./report-rotations.ts")).reportRotations(...given),
};

async function reportScan(context: Context, flags: ReportCommandFlags, ledger: Ledger): Promise<void> {
  const { scans } = ledger;
  const runs = scans.scopes().flatMap(({ scope }) => {
    const about = scopeText(scope);
    return scans.runs(scope).map((run): Run => ({ ...run, about }));
  });
  if (flags.list) return list(context, runs);
  const baseline = flags.baseline === undefined ? null : scanBaseline(flags.baseline);
  await rewrite(
    context,
    flags,
    "scan",
    scanFormats,
    (run, since) => {
      const report = rememberedScan(scans, run, since);
      return report === null || baseline === null ? report : { ...report, changes: baseline.changesIn(report, null) };
    },
    runs,
    notingIn(ledger, context, flags),
  );
}

async function reportAudit(context: Context, flags: ReportCommandFlags, ledger: Ledger): Promise<void> {
  const { audits } = ledger;
  const runs = audits.runs().map((run): Run => ({ ...run, about: auditedIn(audits, run) }));
  if (flags.list) return list(context, runs);
  const baseline = flags.baseline === undefined ? null : auditBaseline(flags.baseline);
  await rewrite(
    context,
    flags,
    "audit",
    auditFormats,
    (run, since) => {
      const report = rememberedAudit(audits, run, since);
      return report === null || baseline === null ? report : { ...report, changes: baseline.changesIn(report) };
    },
    runs,
    notingIn(ledger, context, flags),
  );
}

/** The organisation, or the one account; which one is forgotten with the findings. */
function auditedIn(audits: AuditHistory, { id, organization }: RememberedAudit): string {
  return organization?.id ?? audits.report(id)?.coverage.accounts[0]?.id ?? "one account";
}

type Judged = Parameters<typeof verdictOn>[0] & Parameters<typeof reportExit>[0];

/** @param read the report of a run, compared with an earlier one or with the one before it; null when it is forgotten. */
async function rewrite<Name extends string, Report extends Judged>(
  context: Context,
  flags: ReportCommandFlags,
  kind: Exclude<ReportKind, "rotations">,
  formats: FormatRegistry<Name, Format<Report>>,
  read: (run: number, since: number | undefined) => Report | null,
  runs: readonly Run[],
  note: NoteReport,
): Promise<void> {
  const outputs = await outputsIn(flags, formats);
  const { run, since } = chosenRun(runs, flags, kind);
  const report = read(run.id, since?.id);
  if (report === null) {
    throw new KeysweepError("usage", `what the ${kind} ${run.id} found is forgotten`, {
      hint: `Of long past runs only the counts are kept: keysweep report ${kind} --list`,
    });
  }
  const fails = verdictOn(report, parseFailOn(flags.failOn), flags.baseline !== undefined);
  await writeOutputs(context, report, outputs, {
    note,
    appearance: appearanceOn(context, flags),
    fails,
    folder: process.cwd(),
    interruption: (left) => new KeysweepError("interrupted", `interrupted; ${left}`),
    isRemembered: true,
    earlier: runs.filter(({ about }) => about === run.about),
  });
  context.exitWith(reportExit(report, fails));
}

/** One line a run, the last first. */
function list({ stdout }: Context, runs: readonly Run[]): void {
  for (const { id, finishedAt, complete, summary, detailed, about } of runs.toSorted(lastFirst)) {
    const notes = [...(complete ? [] : ["incomplete"]), ...(detailed ? [] : ["only the counts are kept"])];
    const found = `${countsText(summary)} found${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
    if (!stdout.write(`${String(id).padStart(5)}  ${finishedAt.slice(0, 19)}Z  ${found}: ${visible(about)}\n`)) return;
  }
}

function lastFirst(a: Run, b: Run): number {
  return a.finishedAt < b.finishedAt ? 1 : a.finishedAt > b.finishedAt ? -1 : b.id - a.id;
}

function scopeText({ roots, environment, history, repositoryConfiguration }: ScanScope): string {
  const parts = [
    ...roots,
    ...(environment ? ["environments"] : []),
    ...(history ? [] : ["--no-history"]),
    ...(repositoryConfiguration ? [] : ["--no-repository-config"]),
  ];
  return parts.join(" ");
}
