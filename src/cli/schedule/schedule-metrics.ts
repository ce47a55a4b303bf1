import type { RotationConfiguration } from "../../config/rotations.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { RotationReport } from "../../model/rotation.ts";
import { JOB_NAMES } from "../../model/scheduled-job.ts";
import { needsPerson } from "../../report/rotations/summary-text.ts";
import { fold } from "../../rotate/apply.ts";
import { knownDue } from "../../rotate/known-due.ts";
import { journalledReport } from "../../rotate/run.ts";
import type { Clock } from "../../runtime/clock.ts";
import { FailingJobs } from "../../schedule/failing-jobs.ts";
import type { Metric, Sample } from "../../schedule/metrics.ts";
import type { Measured } from "../../schedule/metrics-server.ts";
import type { Service } from "../../schedule/service.ts";
import { templatedRotations } from "../rotate/templated-rotations.ts";
import type { ScheduleSource } from "./schedule-source.ts";

/** A service that has not looked at what is due for so long hangs, in milliseconds. */
const HANGS_MS = 120_000;
/** What the ledger tells is worked out no more often, in milliseconds: it may tell of a hundred thousand users. */
const FRESH_MS = 60_000;

const ENDED: readonly RotationReport["state"][] = ["idle", "done", "abandoned", "reactivated"];

/** What a service tells of itself, and of what the ledger remembers. */
export function measuredOf(
  service: Service,
  source: ScheduleSource,
  ledger: Ledger,
  { clock, version }: { readonly clock: Clock; readonly version: string },
): Measured {
  const failing = new FailingJobs(ledger.jobs);
  let known: { readonly atMs: number; readonly metrics: readonly Metric[] } | null = null;
  return {
    problem() {
      const { lookedMs, hanging, problem } = service.state;
      const ms = clock.now() - lookedMs;
      if (ms > HANGS_MS) return `it has not looked at what is due for ${Math.round(ms / 1000)} s`;
      if (hanging.length > 0) return `${hanging.join(", ")}: takes too long and does not end`;
      if (problem !== null) return "the ledger cannot be used: the log says why";
      return failing.among(source.entries);
    },
    metrics() {
      const now = clock.now();
      if (known === null || now < known.atMs || now - known.atMs > FRESH_MS) {
        known = { atMs: now, metrics: [...ledgerMetrics(ledger, now), dueMetric(ledger, source.rotations)] };
      }
      return [...serviceMetrics(service, source, version), ...jobMetrics(source, ledger, now), ...known.metrics];
    },
  };
}

function serviceMetrics(service: Service, source: ScheduleSource, version: string): Metric[] {
  const { isLeader, running } = service.state;
  return [
    gauge("build_info", "The version that runs.", [{ labels: { version }, value: 1 }]),
    gauge("schedule_leader", "Whether this service runs what is due; 0: it stands by.", [{ value: Number(isLeader) }]),
    gauge("configuration_good", "Whether the configuration in force is the one that is written.", [
      { value: Number(source.problem === null) },
    ]),
    gauge(
      "job_running",
      "Whether the job runs now.",
      JOB_NAMES.map((job) => ({ labels: { job }, value: Number(running.includes(job)) })),
    ),
    gauge(
      "job_next_run_timestamp_seconds",
      "When the job runs next.",
      service.planned().map(({ job, startMs }) => ({ labels: { job }, value: startMs / 1000 })),
    ),
  ];
}

function jobMetrics({ configuration }: ScheduleSource, ledger: Ledger, nowMs: number): Metric[] {
  const histories = configuration.jobs.map(({ job }) => ({ job, history: ledger.jobs.of(job, nowMs) }));
  return [
    gauge(
      "job_last_start_timestamp_seconds",
      "When the job began last.",
      histories.flatMap(({ job, history: { last } }) =>
        last === null ? [] : [{ labels: { job }, value: last.startedMs / 1000 }],
      ),
    ),
    gauge(
      "job_last_success_timestamp_seconds",
      "When the job last came to a result, and had looked at all that it should.",
      histories.flatMap(({ job, history: { completedMs } }) =>
        completedMs === null ? [] : [{ labels: { job }, value: completedMs / 1000 }],
      ),
    ),
    gauge(
      "job_last_exit_status",
      "The exit status of the job's last run.",
      histories.flatMap(({ job, history: { last } }) =>
        last === null || last.status === null ? [] : [{ labels: { job }, value: last.status }],
      ),
    ),
  ];
}

function ledgerMetrics(ledger: Ledger, nowMs: number): Metric[] {
  return [...keyMetrics(ledger, nowMs), ...rotationMetrics(ledger)];
}

/** Of what is written in the journal of rotations. */
export function rotationMetrics({ rotations: journal }: Pick<Ledger, "rotations">): Metric[] {
  const rotations = [...journal.all()].map((journalled) => journalledReport(journalled));
  const of = ({ name, accountId, userName }: RotationReport) => ({
    rotation: name,
    account: accountId,
    user: userName,
  });
  const due = rotations.filter(({ state, nextStepAt }) => !ENDED.includes(state) && nextStepAt !== null);
  return [
    gauge(
      "rotation_stuck",
      "Whether the user's last rotation needs a person.",
      rotations.map((rotation) => ({ labels: of(rotation), value: Number(needsPerson(rotation)) })),
    ),
    gauge(
      "rotation_under_way",
      "Whether a rotation of the user is under way.",
      rotations.map((rotation) => ({ labels: of(rotation), value: Number(!ENDED.includes(rotation.state)) })),
    ),
    gauge(
      "rotation_next_step_timestamp_seconds",
      "When a rotation that is under way goes on.",
      due.map((rotation) => ({ labels: of(rotation), value: Date.parse(rotation.nextStepAt ?? "") / 1000 })),
    ),
  ];
}

/** Of the rotations that are configured, by what the ledger knows of their keys. */
export function dueMetric(
  { audits, rotations: journal }: Pick<Ledger, "audits" | "rotations">,
  { rotations, templates }: Pick<RotationConfiguration, "rotations" | "templates">,
): Metric {
  const templated = templates.length === 0 ? [] : templatedRotations(templates, audits.users(), rotations).rotations;
  const byUser = new Map(
    [...rotations, ...templated].map(({ settings }) => [`${settings.accountId}/${settings.userName}`, settings]),
  );
  const samples: Sample[] = [];
  for (const user of byUser.size === 0 ? [] : audits.users()) {
    const settings = byUser.get(`${user.accountId}/${user.userName}`);
    if (settings === undefined) continue;
    const { name, accountId, userName } = settings;
    const latest = journal.latest(accountId, userName);
    const due = knownDue(user, settings, latest === null ? null : fold(latest.id, latest.events));
    if (due === null) continue;
    samples.push({ labels: { rotation: name, account: accountId, user: userName }, value: due / 1000 });
  }
  return gauge(
    "rotation_due_timestamp_seconds",
    "When the key is due to be rotated, by what the last audit saw and rotations have done since.",
    samples,
  );
}

/** By account: a label for each key would be a time series for each key that there ever was. */
function keyMetrics(ledger: Ledger, nowMs: number): Metric[] {
  const accounts = new Map<string, { active: number; oldestMs: number }>();
  for (const { accountId, keys } of ledger.audits.users()) {
    const known = accounts.get(accountId) ?? { active: 0, oldestMs: nowMs };
    for (const { status, createdAt } of keys) {
      if (status !== "Active") continue;
      known.active += 1;
      known.oldestMs = Math.min(known.oldestMs, Date.parse(createdAt));
    }
    accounts.set(accountId, known);
  }
  const samples = (value: (of: { active: number; oldestMs: number }) => number): Sample[] =>
    [...accounts].map(([account, of]) => ({ labels: { account }, value: value(of) }));
  return [
    gauge(
      "active_keys",
      "Active access keys of IAM users, as the last audit saw them.",
      samples(({ active }) => active),
    ),
    gauge(
      "oldest_active_key_age_seconds",
      "The age of the oldest active access key, of those that the last audit saw.",
      samples(({ oldestMs }) => (nowMs - oldestMs) / 1000),
    ),
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, help, type: "gauge", samples };
}
