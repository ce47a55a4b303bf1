import type { AuditAllowList } from "../../audit/allow.ts";
import { type AccountResult, audit } from "../../audit/audit.ts";
import type { AuditedAccount, AuditFinding, AuditHeading, AuditReport } from "../../model/audit-report.ts";
import { KeysweepError } from "../../model/error.ts";
import { SEVERITIES, type Severity, severityRank } from "../../model/severity.ts";
import type { LiveAuditFormat } from "../../report/audit/audit-format.ts";
import { auditFormats } from "../../report/audit/audit-formats.ts";
import { visible } from "../../report/escape.ts";
import { countsText, plural } from "../../report/summary-text.ts";
import { progressOn } from "../../runtime/progress.ts";
import { Spool } from "../../runtime/spool.ts";
import { systemWaiting, type Waiting } from "../../runtime/waiting.ts";
import { keepYoungGenerationSmall } from "../../runtime/young-generation.ts";
import { redacted } from "../../scan/redact.ts";
import { appearanceOn } from "../appearance.ts";
import type { AuditFlags } from "../commands/audit.ts";
import type { Context } from "../context.ts";
import { parseFailOn, reportExit, verdictOn } from "../exit.ts";
import type { Following } from "../follower.ts";
import { ledgerLocation } from "../ledger-location.ts";
import { liveOn, outputsIn, writeOutputs } from "../outputs.ts";
import { reportLedgerProblem } from "../reporting.ts";
import { type Unattended, UnwrittenReports } from "../unattended.ts";
import type { AuditAccess } from "./audit-access.ts";
import { AuditMemory } from "./audit-memory.ts";
import { type AuditPlan, auditPlan } from "./audit-plan.ts";
import { detectorScreen } from "./secret-screen.ts";

type Section = "users" | Severity;

/**
 * The command `audit`: everything that can be refused is refused before AWS is asked.
 * @param unattended null: somebody has typed it.
 */
export async function runAudit(
  context: Context,
  flags: AuditFlags,
  waiting: Waiting = systemWaiting,
  unattended: Unattended<AuditReport> | null = null,
): Promise<void> {
  const failOn = parseFailOn(flags.failOn);
  const outputs = await outputsIn(flags, auditFormats, unattended !== null);
  const ledger = ledgerLocation(context, flags.ledger);
  checkSinceLast(flags);
  const baseline =
    flags.baseline === undefined ? null : (await import("../report/baseline.ts")).auditBaseline(flags.baseline);
  const plan = auditPlan(context, flags);
  const live = liveOn(outputs);
  keepYoungGenerationSmall();
  // One that is aborted by the end of the run too: whatever still goes on then stops.
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);
  const { auditAccess } = await import("./audit-access.ts");
  using spool = new Spool<Section>();
  using memory = new AuditMemory(ledger);
  let access: AuditAccess | null = null;
  try {
    access = await auditAccess(plan, { waiting, signal });
    if (flags.organization && access.organization === null && !flags.quiet) {
      context.stderr.write("keysweep: the account belongs to no organisation: it is audited alone\n");
    }
    const read = await audited(context, flags, plan, access, { live, spool, memory, signal, waiting });
    const report = baseline === null ? read : { ...read, changes: baseline.changesIn(read) };
    const fails = verdictOn(report, failOn, flags.sinceLast || baseline !== null);
    const unwritten = new UnwrittenReports(context, flags);
    await writeOutputs(context, report, outputs, {
      note: memory.noteReport,
      onUnwritten: unattended === null ? null : unwritten.add,
      appearance: appearanceOn(context, flags),
      fails,
      folder: process.cwd(),
      earlier: await memory.earlier(report),
      rotations: await memory.rotations(),
      interruption: (left) => new KeysweepError("interrupted", `interrupted; ${left}`),
    });
    memory.finish(report);
    await unattended?.onReport(report);
    memory.close();
    if (!flags.quiet) warn(context, flags, plan.allowList);
    const problem = (await reportLedgerProblem(context, flags, memory)) ?? unwritten.status;
    context.exitWith(problem ?? reportExit(report, fails));
  } catch (error) {
    if (context.signal.aborted) throw new KeysweepError("interrupted", "interrupted; no report was written");
    throw error;
  } finally {
    ended.abort();
    access?.close();
  }
}

function checkSinceLast({ sinceLast, baseline, ledger }: AuditFlags): void {
  if (!sinceLast) return;
  if (baseline !== undefined) throw new KeysweepError("usage", "--since-last and --baseline exclude each other");
  if (ledger === "none") {
    throw new KeysweepError("usage", "--since-last and --ledger none exclude each other: no such audit is remembered");
  }
}

interface Running {
  readonly live: LiveAuditFormat | null;
  readonly spool: Spool<Section>;
  readonly memory: AuditMemory;
  readonly signal: AbortSignal;
  readonly waiting: Waiting;
}

async function audited(
  context: Context,
  flags: AuditFlags,
  plan: AuditPlan,
  access: AuditAccess,
  { live, spool, memory, signal, waiting }: Running,
): Promise<AuditReport> {
  const now = () => context.clock.now() + access.clockAheadMs;
  const startedMs = now();
  const heading: AuditHeading = {
    schema: "keysweep/audit@1",
    tool: { name: "keysweep", version: context.version },
    startedAt: new Date(startedMs).toISOString(),
    organization: access.organization,
  };
  if (live !== null) context.stdout.write(live.start(heading));
  // Without an organisation nothing was listed, whatever was asked for.
  const isListedWhole = access.organization !== null && plan.organization?.selection.units.length === 0;
  const knowledge = await memory.begin(heading, isListedWhole ? access.accounts.map(({ id }) => id) : null);
  const accounts: AuditedAccount[] = [];
  const progress = progressOn(flags.quiet ? { write() {} } : context.stderr, () => context.clock.now());
  // By their ids, and users and findings by theirs: a report is the same text however AWS lists them, and when the ledger tells it again.
  const requests = access.accounts.toSorted((a, b) => order(a.id, b.id));
  const onAccount = ({ index, account, ...result }: AccountResult): void => {
    const users = result.users.toSorted((a, b) => order(a.userName, b.userName));
    const findings = result.findings.toSorted(inOneAccount);
    accounts[index] = account;
    spool.write("users", index, users);
    for (const severity of SEVERITIES) {
      spool.write(
        severity,
        index,
        findings.filter((finding) => finding.severity === severity),
      );
    }
    if (live !== null) for (const piece of live.account(account, users, findings)) context.stdout.write(piece);
    memory.account({ account, users, findings }, new Date(now()).toISOString());
    progress.update(() => progressText(accounts, access.accounts.length));
    context.follower?.progress(() => followed(accounts, access.accounts.length));
  };
  await audit(
    requests,
    {
      exact: plan.exact,
      settings: plan.settings,
      now: startedMs,
      allowList: plan.allowList,
      ...knowledge,
      screen: detectorScreen,
      concurrency: plan.organization?.concurrency ?? 1,
      waiting,
      signal,
      open: (account) => access.open(account),
    },
    onAccount,
  );
  progress.end();
  const changes = memory.changes();
  return {
    ...heading,
    finishedAt: new Date(now()).toISOString(),
    coverage: { complete: accounts.every(({ status }) => status !== "error"), accounts },
    ...(changes === undefined ? {} : { changes }),
    users: again(() => spool.read("users")),
    findings: again(() => SEVERITIES.values().flatMap((severity) => spool.read(severity))),
    of: (index) => ({
      users: again(() => spool.read("users", index)),
      findings: again(() => SEVERITIES.values().flatMap((severity) => spool.read(severity, index))),
    }),
    summary: totalOf(accounts),
  };
}

function inOneAccount(a: AuditFinding, b: AuditFinding): number {
  return (
    severityRank(a.severity) - severityRank(b.severity) ||
    order(a.userName ?? "", b.userName ?? "") ||
    order(a.check, b.check) ||
    order(a.accessKeyId ?? "", b.accessKeyId ?? "") ||
    order(a.fingerprint, b.fingerprint)
  );
}

/** By code units, so that no locale changes the order. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Something that is read anew each time it is gone through. */
function again<T>(read: () => Iterator<T>): Iterable<T> {
  return { [Symbol.iterator]: read };
}

function totalOf(accounts: readonly AuditedAccount[]): Record<Severity, number> {
  const total = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { summary } of accounts) for (const severity of SEVERITIES) total[severity] += summary[severity];
  return total;
}

function followed(accounts: readonly AuditedAccount[], of: number): Following {
  const done = accounts.filter((account) => account !== undefined);
  return { type: "audit", accounts: done.length, of, users: done.reduce((sum, { users }) => sum + users, 0) };
}

/** `auditing: 12 of 1,000 accounts, 2,400 users; 3 critical, 12 high so far; last 123456789012 (production)` */
function progressText(accounts: readonly AuditedAccount[], of: number): string {
  const done = accounts.filter((account) => account !== undefined);
  const users = done.reduce((sum, account) => sum + account.users, 0);
  const failed = done.filter(({ status }) => status === "error").length;
  return `auditing: ${done.length} of ${plural(of, "account")}${failed > 0 ? ` (${failed} with errors)` : ""}, ${plural(users, "user")}; ${countsText(totalOf(done))} so far`;
}

function warn(context: Context, { verbose }: AuditFlags, { expired, unused }: AuditAllowList): void {
  for (const { at, expires, owner } of expired) {
    context.stderr.write(
      `keysweep: ${visible(at)}: this allow expired on ${expires} and covers nothing any more; its owner is ${visible(redacted(owner))}\n`,
    );
  }
  // One with a fingerprint alone may be meant for scans.
  for (const { at, target } of unused) {
    if (verbose || target.kind === "check") {
      context.stderr.write(`keysweep: ${visible(at)}: this allow covered nothing that was found\n`);
    }
  }
}
