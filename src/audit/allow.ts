import type { AuditFinding } from "../model/audit-report.ts";
import type { Allowed, Fingerprint } from "../model/finding.ts";
import { type Severity, severityRank } from "../model/severity.ts";

/** An accepted finding, from the operator's configuration: by fingerprint, or by check and whom it is about. */
export interface AuditAllowEntry {
  readonly target:
    | { readonly kind: "fingerprint"; readonly fingerprint: Fingerprint }
    | {
        readonly kind: "check";
        readonly check: string;
        /** Null: every account. */
        readonly account: string | null;
        /** Null: every user, and what is about none. */
        readonly user: string | null;
      };
  /** The worst that is accepted; null: whatever it is. */
  readonly severity: Severity | null;
  readonly reason: string;
  readonly owner: string;
  /** ISO 8601 date: the entry holds until the end of that day, UTC. */
  readonly expires: string;
  /** Where it stands, as `file:line`. */
  readonly at: string;
}

/** The allows of an audit: which findings they cover, which have expired, and which covered nothing. */
export class AuditAllowList {
  readonly #current: readonly AuditAllowEntry[];
  readonly #used = new Set<AuditAllowEntry>();
  /** Entries past their date: they cover nothing any more. */
  readonly expired: readonly AuditAllowEntry[];

  /** @param today ISO 8601 date, UTC. */
  constructor(entries: readonly AuditAllowEntry[], today: string) {
    this.expired = entries.filter(({ expires }) => expires < today);
    this.#current = entries.filter(({ expires }) => expires >= today);
  }

  get unused(): readonly AuditAllowEntry[] {
    return this.#current.filter((entry) => !this.#used.has(entry));
  }

  /** What allows the finding, or null. */
  allowing(finding: AuditFinding): Allowed | null {
    const entry = this.#current.find((candidate) => covers(candidate, finding));
    if (entry === undefined) return null;
    this.#used.add(entry);
    return { reason: entry.reason, owner: entry.owner, expires: entry.expires };
  }
}

function covers({ target, severity }: AuditAllowEntry, finding: AuditFinding): boolean {
  if (severity !== null && severityRank(finding.severity) < severityRank(severity)) return false;
  if (target.kind === "fingerprint") return target.fingerprint === finding.fingerprint;
  return (
    target.check === finding.check &&
    (target.account === null || target.account === finding.accountId) &&
    (target.user === null || target.user === finding.userName)
  );
}
