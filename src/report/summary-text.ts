import type { AuditChanges } from "../model/audit-changes.ts";
import type { Coverage, SkipReason } from "../model/coverage.ts";
import type { ScanChanges } from "../model/scan-changes.ts";
import type { ScanReport } from "../model/scan-report.ts";
import { SEVERITIES } from "../model/severity.ts";

/** `1 critical, 2 medium`; `nothing` when there is none. */
export function countsText(summary: ScanReport["summary"]): string {
  const counts = SEVERITIES.filter((severity) => summary[severity] > 0).map(
    (severity) => `${summary[severity]} ${severity}`,
  );
  return counts.length === 0 ? "nothing" : counts.join(", ");
}

/** What was read and how long it took, e.g. `Read 12 files (3.4 MB) and 8 processes in 0.2 s`. */
export function readText({ coverage, startedAt, finishedAt }: ScanReport): string {
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  const parts = [
    `${plural(coverage.files, "file")} (${bytesText(coverage.bytes)})`,
    ...(coverage.repositories > 0 ? [plural(coverage.repositories, "repository", "repositories")] : []),
    ...(coverage.processes > 0 ? [plural(coverage.processes, "process", "processes")] : []),
  ];
  return `Read ${parts.join(" and ")} in ${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
}

/** What a report is compared with, e.g. `the last scan`. Not escaped. */
export function comparedWith({ baseline }: Pick<ScanChanges, "baseline">, last: string): string {
  return baseline === undefined ? last : `the baseline ${baseline}`;
}

/** What changed since the last scan of the same, or the last audit, e.g. `2 new, 1 gone since 2026-11-20`. */
export function changesText(changes: ScanChanges | AuditChanges): string {
  const { since, new: added, worse = [], gone, unread } = changes;
  const parts = [
    added.length > 0 ? `${grouped(added.length)} new` : "nothing new",
    ...(worse.length > 0 ? [`${grouped(worse.length)} worse`] : []),
    ...(gone.length > 0 ? [`${grouped(gone.length)} gone`] : []),
    ...(unread.length > 0 ? [`${grouped(unread.length)} not looked at again`] : []),
  ];
  return `${parts.join(", ")} since ${since.slice(0, 10)}`;
}

/** What was not read by design, counted by reason, e.g. `3 special-file, 1 archive-bound`; empty when all was. */
export function byDesignText(coverage: Coverage): string {
  const counts = new Map<SkipReason, number>();
  for (const { reason, failure } of coverage.skipped) if (!failure) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(", ");
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** With commas between thousands. (`toLocaleString` loads the tables of all languages, which takes 17 ms.) */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
