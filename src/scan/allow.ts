import { isAbsolute, resolve, sep } from "node:path";
import type { AccessKeyId } from "../model/access-key-id.ts";
import type { Skipped, SkipReason } from "../model/coverage.ts";
import type { Allowed, Fingerprint } from "../model/finding.ts";
import type { Place } from "../model/place.ts";
import { type Severity, severityRank } from "../model/severity.ts";
import type { InlineAllow } from "./detect/detection.ts";
import { redacted } from "./redact.ts";
import { isRule, ruleNamed } from "./rules.ts";

/** What an entry of a configuration's `allow` covers. */
export type AllowTarget =
  | {
      readonly kind: "fingerprint";
      readonly fingerprint: Fingerprint;
      /** The rule that was seen, or null when the entry does not say. */
      readonly rule: string | null;
      /** The worst that the finding may be; null: what its rule says, so not when an audit has raised it. */
      readonly severity: Severity | null;
    }
  | {
      readonly kind: "key-id";
      readonly accessKeyId: AccessKeyId;
      /** The rule that is allowed; null: the id alone (`aws-access-key-id`), never the id with its secret. */
      readonly rule: string | null;
    }
  | {
      readonly kind: "path";
      readonly rule: string;
      /** Whether a file's path is meant. */
      readonly matches: (path: string) => boolean;
    }
  | {
      /** Something that could not be read, such as an archive that is damaged on purpose. */
      readonly kind: "skipped";
      readonly reason: SkipReason;
      readonly matches: (path: string) => boolean;
    };

/** An accepted finding, or something accepted not to be read, from a configuration. */
export interface AllowEntry {
  readonly target: AllowTarget;
  readonly reason: string;
  readonly owner: string;
  /** ISO 8601 date: the entry holds until the end of that day, UTC. */
  readonly expires: string;
  /** Where it stands, as `file:line`. */
  readonly at: string;
  /**
   * The repository that speaks, as an absolute path with a separator at its end: it can accept what lies in it, and nothing that
   * was found elsewhere too. Null: the operator.
   */
  readonly repository: string | null;
}

/** A finding as the allow list sees it. */
export interface Allowable {
  readonly fingerprint: Fingerprint;
  readonly rule: string;
  readonly severity: Severity;
  readonly accessKeyId: AccessKeyId | null;
  readonly places: readonly Place[];
  /** How many more places there were of which nothing is known: who speaks for certain places only cannot speak for these. */
  readonly placesLeftOut: number;
  /** One for each place: the allow beside it, or null. */
  readonly inlineAllows: readonly (InlineAllow | null)[];
}

/** The allows of a run: which findings they cover, which of them have expired, and which covered nothing. */
export class AllowList {
  readonly #current: readonly AllowEntry[];
  readonly #inline: boolean;
  readonly #today: string;
  readonly #used = new Set<AllowEntry>();
  /** Entries past their date: they cover nothing any more. */
  readonly expired: readonly AllowEntry[];

  /**
   * @param today ISO 8601 date, UTC.
   * @param inline whether `keysweep:allow` beside a credential counts.
   */
  constructor(entries: readonly AllowEntry[], today: string, inline: boolean) {
    this.#today = today;
    this.#inline = inline;
    this.expired = entries.filter(({ expires }) => expires < today);
    this.#current = entries.filter(({ expires }) => expires >= today);
  }

  /** Entries that covered nothing that was found. */
  get unused(): readonly AllowEntry[] {
    return this.#current.filter((entry) => !this.#used.has(entry));
  }

  /** What allows the finding, or null. */
  allowing(finding: Allowable): Allowed | null {
    const entry = this.#current.find((candidate) => holds(candidate, finding));
    if (entry === undefined) return this.#inline ? this.#allowedInline(finding) : null;
    this.#used.add(entry);
    return allowedBy(entry);
  }

  /** What allowed the finding until its date, or null: a report says so where nothing allows it any more. */
  expiredFor(finding: Allowable): Allowed | null {
    const entry = this.expired.find((candidate) => holds(candidate, finding));
    if (entry !== undefined) return allowedBy(entry);
    const { inlineAllows, placesLeftOut } = finding;
    return this.#inline && placesLeftOut === 0 && !inlineAllows.includes(null)
      ? (inlineAllows.find((allow) => !this.#isCurrent(allow)) ?? null)
      : null;
  }

  /** The row, with who accepted it if somebody did. What is not read by design needs no accepting. */
  accepting(row: Skipped): Skipped {
    const entry = row.failure ? this.#current.find((candidate) => accepts(candidate, row)) : undefined;
    if (entry === undefined) return row;
    this.#used.add(entry);
    return { ...row, allowed: allowedBy(entry) };
  }

  /** An inline allow covers the place that it stands at, so all places must have one; the first to end counts. */
  #allowedInline({ inlineAllows: allows, placesLeftOut }: Allowable): Allowed | null {
    if (placesLeftOut > 0) return null;
    const current = allows.filter((allow) => this.#isCurrent(allow));
    if (current.length < allows.length) return null;
    const [first = null] = current.toSorted((a, b) => ((a?.expires ?? "9") < (b?.expires ?? "9") ? -1 : 1));
    return first;
  }

  #isCurrent(allow: InlineAllow | null): boolean {
    return allow !== null && (allow.expires === null || allow.expires >= this.#today);
  }
}

function allowedBy({ reason, owner, expires }: AllowEntry): Allowed {
  return { reason: redacted(reason), owner: redacted(owner), expires };
}

function holds({ target, repository }: AllowEntry, finding: Allowable): boolean {
  return covers(target, finding) && (repository === null || liesIn(repository, finding));
}

function accepts({ target, repository }: AllowEntry, { reason, place }: Skipped): boolean {
  if (target.kind !== "skipped" || target.reason !== reason) return false;
  return pathsMeant(place).some(
    (path) => target.matches(path) && (repository === null || `${path}${sep}`.startsWith(repository)),
  );
}

/** An object of a repository's history, by the repository or by the pack that holds it: which file it was is not known. */
const IN_HISTORY =
  /^(?<repository>.+?)(?:\/\.git)?(?:\/objects\/pack\/[^/]+\.pack(?: object [0-9a-f]{40,64})?| object [0-9a-f]{40,64})(?=!|$)/;

/**
 * The paths that a row may mean: `a.zip!b` is a member of `a.zip`, or a file of that name; what lies in a repository's history is
 * meant by the repository.
 */
function pathsMeant(place: string): string[] {
  const parts = place.split("!").slice(0, MOST_NESTED);
  const files = parts.map((_, index) => parts.slice(0, index + 1).join("!"));
  const repository = IN_HISTORY.exec(place)?.groups?.repository;
  return (repository === undefined ? files : [repository]).filter((path) => isAbsolute(path));
}

/** Archives do not nest deeper; a name may hold any number of exclamation marks. */
const MOST_NESTED = 16;

function covers(target: AllowTarget, finding: Allowable): boolean {
  switch (target.kind) {
    case "fingerprint":
      return (
        target.fingerprint === finding.fingerprint &&
        (target.rule === null || target.rule === finding.rule) &&
        noWorse(finding.severity, target.severity ?? ownSeverity(finding.rule))
      );
    case "key-id":
      return target.accessKeyId === finding.accessKeyId && finding.rule === (target.rule ?? "aws-access-key-id");
    case "path":
      return (
        target.rule === finding.rule &&
        finding.placesLeftOut === 0 &&
        finding.places.every((place) => {
          const path = filePath(place);
          return path !== null && target.matches(path);
        })
      );
    case "skipped":
      return false;
  }
}

function liesIn(repository: string, { places, placesLeftOut }: Allowable): boolean {
  if (placesLeftOut > 0) return false;
  return places.every((place) => {
    // A message has no path, but it is the repository's own as much as its files are.
    const path = place.kind === "git" ? `${place.repository}${sep}` : filePath(place);
    return path !== null && `${resolve(path)}${path.endsWith(sep) ? sep : ""}`.startsWith(repository);
  });
}

/** The path of the file that a place is in, in history where it would lie in the work tree; null for what is no file. */
function filePath(place: Place): string | null {
  switch (place.kind) {
    case "file":
      return place.path;
    case "git":
    case "index":
      return place.path === null ? null : resolve(place.repository, place.path);
    default:
      return null;
  }
}

function ownSeverity(rule: string): Severity {
  return isRule(rule) ? ruleNamed(rule).severity : "info";
}

function noWorse(severity: Severity, bound: Severity): boolean {
  return severityRank(severity) >= severityRank(bound);
}
