import type { Invocation, Notification, ReportingDescriptor, Result, Run } from "sarif";
import type { Allowed, Fingerprint } from "../model/finding.ts";
import { type Severity, severityRank } from "../model/severity.ts";
import { jsonText, visible } from "./escape.ts";
import { jsonArray } from "./json-pieces.ts";
import type { Standing } from "./standing.ts";

/*
 * SARIF 2.1.0, errata 01, as GitHub, GitLab, Azure DevOps and editors read it. Typed by @types/sarif, which follows the schema, and written
 * piece by piece: the libraries that build SARIF keep the whole log in memory, and what they build is what stands here.
 */

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** What a log says of one kind of report. */
export interface SarifLog {
  /** What runs are compared with one another, e.g. `keysweep/scan/`. */
  readonly category: string;
  readonly version: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** False when something that should have been looked at was not. */
  readonly complete: boolean;
  /** What was not looked at. */
  readonly notifications: Iterable<Notification>;
  readonly results: Iterable<RuledResult>;
  readonly properties: Run["properties"];
}

/** A result with what it is a result of. */
export interface RuledResult {
  readonly severity: Severity;
  readonly result: Omit<Result, "ruleId" | "ruleIndex" | "level" | "rank">;
  readonly rule: ReportingDescriptor;
}

/** The log in pieces. The rules come last, since they are those that results were found by. */
export function* sarifLog(log: SarifLog): Generator<string> {
  const rules = new SarifRules();
  const id = log.category;
  yield `{"$schema":${jsonText(SCHEMA)},"version":"2.1.0","runs":[{\n`;
  yield `"columnKind":"unicodeCodePoints","automationDetails":${jsonText({ id })},\n`;
  yield `"results":`;
  yield* jsonArray(numbered(log.results, rules));
  const invocation: Invocation = {
    executionSuccessful: log.complete,
    startTimeUtc: log.startedAt,
    endTimeUtc: log.finishedAt,
  };
  yield `,\n"invocations":[${jsonText(invocation).slice(0, -1)},"toolExecutionNotifications":`;
  yield* jsonArray(log.notifications);
  yield `}],\n"properties":${jsonText(log.properties)},\n`;
  yield `"tool":{"driver":{"name":"keysweep","semanticVersion":${jsonText(log.version)},"rules":`;
  yield* jsonArray(rules.all());
  yield `}}\n}]}\n`;
}

function* numbered(results: Iterable<RuledResult>, rules: SarifRules): Generator<Result> {
  for (const { severity, result, rule } of results) {
    const ruleIndex = rules.index(rule, severity);
    yield { ruleId: rule.id, ruleIndex, level: LEVELS[severity], rank: RANKS[severity], ...result };
  }
}

const LEVELS = { critical: "error", high: "error", medium: "warning", low: "note", info: "note" } as const;

/** Of 100; a tenth of it is what GitHub calls `security-severity`, whose bounds are 9, 7, 4 and above 0. */
const RANKS = { critical: 95, high: 80, medium: 55, low: 25, info: 1 } as const;

/** The rules that results were found by. */
class SarifRules {
  readonly #rules = new Map<string, { readonly rule: ReportingDescriptor; worst: Severity; readonly index: number }>();

  index(rule: ReportingDescriptor, severity: Severity): number {
    const known = this.#rules.get(rule.id);
    if (known === undefined) {
      const index = this.#rules.size;
      this.#rules.set(rule.id, { rule, worst: severity, index });
      return index;
    }
    if (severityRank(severity) < severityRank(known.worst)) known.worst = severity;
    return known.index;
  }

  /** GitHub takes an alert's severity from its rule: so a rule has that of its worst result. */
  *all(): Generator<ReportingDescriptor> {
    for (const { rule, worst } of this.#rules.values()) {
      yield {
        ...rule,
        defaultConfiguration: { level: LEVELS[worst] },
        properties: {
          tags: ["security", "secret", "CWE-798"],
          precision: "high",
          "security-severity": (RANKS[worst] / 10).toFixed(1),
          ...rule.properties,
        },
      };
    }
  }
}

/** What every result says besides what it is about. */
export function commonResult(
  { fingerprint, allowed }: { readonly fingerprint: Fingerprint; readonly allowed: Allowed | null },
  standing: Standing | null,
): Pick<Result, "partialFingerprints" | "suppressions" | "baselineState"> {
  return {
    partialFingerprints: { "keysweep/v1": fingerprint },
    ...(standing === null ? {} : { baselineState: BASELINE_STATES[standing] }),
    // An empty list says that nobody suppressed it, a missing one that it is not known.
    suppressions:
      allowed === null ? [] : [{ kind: "external", status: "accepted", justification: visible(allowed.reason) }],
  };
}

const BASELINE_STATES = { new: "new", worse: "updated", known: "unchanged" } as const;

/** A thing that was not looked at. */
export function notification(level: Notification["level"] & string, id: string, text: string): Notification {
  return { level, descriptor: { id }, message: { text: visible(text) } };
}
