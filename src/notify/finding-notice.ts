import { SEVERITIES } from "../model/severity.ts";
import { type FindingNews, type Judged, newsCount } from "./finding-news.ts";
import type { Notice } from "./notice.ts";

/** A finding as people are told of it. All of it is short, and on one line. */
export interface FindingLine extends Judged {
  readonly title: string;
  /** The rule of a scan, the check of an audit. */
  readonly rule: string;
  readonly accessKeyId: string | null;
  /** Its first place, or whom it is about. */
  readonly where: string;
}

/** The run that found them. */
export interface FindingRun {
  readonly job: "scan" | "audit";
  /** When it began: ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Who ran it, e.g. `ada@build-7`: one channel hears of many machines. */
  readonly by: string;
}

/** What people are told of a run's new findings. */
export function findingNotice(run: FindingRun, { counts, told }: FindingNews<FindingLine>): Notice {
  const { job, startedAt, finishedAt, by } = run;
  const count = newsCount(counts);
  const found = `${count} new finding${count === 1 ? "" : "s"}`;
  const bySeverity = SEVERITIES.filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`)
    .join(", ");
  const leftOut = count - told.length;
  return {
    on: "finding",
    id: `${job}-finding-${startedAt}-${told[0]?.fingerprint ?? ""}`,
    at: finishedAt,
    title: `keysweep: ${found} of the ${job} by ${by}`,
    text: `${bySeverity}. keysweep report ${job} shows all; keysweep explain FINGERPRINT says what to do.`,
    lines: [...told.map(lineOf), ...(leftOut > 0 ? [`and ${leftOut} more`] : [])],
    subject: { run: { job, startedAt, finishedAt, by }, counts, findings: told, leftOut },
  };
}

function lineOf({ severity, title, accessKeyId, where, fingerprint }: FindingLine): string {
  return `${severity}: ${title}${accessKeyId === null ? "" : ` ${accessKeyId}`}: ${where} (${fingerprint})`;
}
