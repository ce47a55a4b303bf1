import { loadRotationConfiguration } from "../../config/rotations.ts";
import type { JobSetting } from "../../config/schedule.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { AuditFinding, AuditReport } from "../../model/audit-report.ts";
import { KeysweepError } from "../../model/error.ts";
import type { Finding } from "../../model/finding.ts";
import type { ScanReport } from "../../model/scan-report.ts";
import { newsAmong, newsCount } from "../../notify/finding-news.ts";
import { type FindingLine, findingNotice } from "../../notify/finding-notice.ts";
import { Notifier } from "../../notify/notifier.ts";
import { subjectOf } from "../../report/audit/subject.ts";
import { clipped, visible } from "../../report/escape.ts";
import { placeText } from "../../report/place-text.ts";
import { targetTypes } from "../../rotate/targets/registry.ts";
import { whoRunsThis } from "../../runtime/unique-id.ts";
import type { Waiting } from "../../runtime/waiting.ts";
import type { Context } from "../context.ts";
import { isFailing } from "../exit.ts";
import { subscriptions } from "../rotate/rotation-channels.ts";
import { resolver } from "../rotate/target-world.ts";
import { JOBS_FAIL_ON } from "./schedule-jobs.ts";

type FindingJob = Exclude<JobSetting["job"], "rotate">;

/** Longer names are cut off, in characters: a notice is read on telephones, and services take no long ones. */
const LONGEST = 160;

interface NoticeWorld {
  /** The operator's configuration. */
  readonly path: string;
  readonly ledger: Ledger;
  readonly waiting: Waiting;
}

/**
 * Tells those who asked for it what a scheduled scan or audit has found that they do not know yet. The same is told once, whoever scans in
 * between; where no channel takes it, it is told after the next run. What goes wrong is told on stderr and fails nothing: the report has it all.
 */
export async function tellFindings(
  context: Context,
  job: FindingJob,
  report: ScanReport | AuditReport,
  { path, ledger, waiting }: NoticeWorld,
): Promise<void> {
  try {
    const { folder, notify, aws } = await loadRotationConfiguration(path, targetTypes, context.clock.now());
    const notifier = new Notifier(
      subscriptions(notify, {
        system: context.system,
        clock: context.clock,
        resolve: resolver(context.system, folder),
        async publish(topic, subject, message, id) {
          const [{ AwsSession }, { publish }] = await Promise.all([
            import("../../aws/session.ts"),
            import("../../aws/sns.ts"),
          ]);
          const { profile = null, region = null } = aws ?? {};
          const session = await AwsSession.open({ profile, region, waiting, signal: context.signal, keepAlive: false });
          await publish(session, topic, subject, message, id);
        },
      }),
      (channel, why, { title }) => warn(context, `nobody was told by ${channel} that ${title}: ${why}`),
    );
    if (!notifier.wants("finding")) return;
    const unread = (report.changes?.unread ?? []).map(({ fingerprint }) => fingerprint);
    const news = newsAmong(failing(report.findings), ledger.told.of(job), unread);
    const { startedAt, finishedAt } = report;
    const isTold =
      newsCount(news.counts) === 0 ||
      (await notifier.tell(findingNotice({ job, startedAt, finishedAt, by: whoRunsThis() }, news)));
    ledger.told.replace(job, isTold ? news.afterwards : news.otherwise);
  } catch (error) {
    const why = error instanceof KeysweepError ? error.message : "an internal error";
    warn(context, `new findings could not be told: ${why}`);
  }
}

/** What fails a job. */
function* failing(findings: Iterable<Finding | AuditFinding>): Generator<FindingLine> {
  for (const finding of findings) if (isFailing(finding, JOBS_FAIL_ON)) yield lineFrom(finding);
}

function lineFrom(finding: Finding | AuditFinding): FindingLine {
  const { fingerprint, severity, title, accessKeyId } = finding;
  const isOfScan = "rule" in finding;
  return {
    fingerprint,
    severity,
    title: short(title),
    rule: isOfScan ? finding.rule : finding.check,
    accessKeyId,
    where: isOfScan ? whereOf(finding) : short(subjectOf(finding)),
  };
}

function whereOf({ places, placesLeftOut = 0 }: Finding): string {
  const [first] = places;
  const more = places.length - 1 + placesLeftOut;
  return `${first === undefined ? "" : short(placeText(first))}${more > 0 ? ` and ${more} more` : ""}`;
}

function short(text: string): string {
  return clipped(visible(text), LONGEST);
}

function warn({ stderr }: Context, text: string): void {
  stderr.write(`keysweep: ${visible(text)}\n`);
}
