import type { AccessKeyId } from "../model/access-key-id.ts";
import type { Fingerprint } from "../model/finding.ts";
import type { Place } from "../model/place.ts";
import { severityRank } from "../model/severity.ts";
import type { RememberedFinding } from "./scan-history.ts";

/** What became of the findings of earlier scans, and which are new. */
export interface Comparison {
  readonly new: readonly Fingerprint[];
  /** More severe than they were, or allowed no longer. */
  readonly worse: readonly Fingerprint[];
  readonly gone: readonly RememberedFinding[];
  readonly unread: readonly RememberedFinding[];
  /** Not found as they were, but as part of what was found: an id or a secret alone that is a pair now. */
  readonly absorbed: readonly RememberedFinding[];
}

/**
 * Compares what is known of earlier scans with what a scan found.
 * @param lookedAt whether the scan looked at a place, so that what it did not find there is there no more.
 */
export function compare(
  known: readonly RememberedFinding[],
  found: readonly RememberedFinding[],
  lookedAt: (place: Place) => boolean,
): Comparison {
  return compareFindings(known, found, ({ places }) => places.every(lookedAt));
}

/** @param lookedFor whether all places of an earlier finding were looked at, so that one that was not found is no more. */
export function compareFindings(
  known: readonly RememberedFinding[],
  found: readonly RememberedFinding[],
  lookedFor: (earlier: RememberedFinding) => boolean,
): Comparison {
  const before = new Index(known);
  const now = new Index(found);
  const worse: Fingerprint[] = [];
  const gone: RememberedFinding[] = [];
  const unread: RememberedFinding[] = [];
  const absorbed: RememberedFinding[] = [];
  for (const earlier of known) {
    const still = now.get(earlier.fingerprint);
    if (still !== undefined) {
      if (isWorse(still, earlier)) worse.push(earlier.fingerprint);
    } else if (now.absorbs(earlier)) absorbed.push(earlier);
    else if (lookedFor(earlier)) gone.push(earlier);
    else unread.push(earlier);
  }
  return {
    new: found
      .filter(
        (finding) => before.get(finding.fingerprint) === undefined && !(isIdAlone(finding) && before.absorbs(finding)),
      )
      .map(({ fingerprint }) => fingerprint),
    worse,
    gone,
    unread,
    absorbed,
  };
}

/** The findings of one scan, by what identifies their credentials. */
class Index {
  readonly #findings: ReadonlyMap<Fingerprint, RememberedFinding>;
  readonly #pairs: readonly RememberedFinding[];
  readonly #ids: ReadonlySet<AccessKeyId | null>;
  /** Made when it is first needed: secrets alone are rare, and places many. */
  #places: ReadonlySet<string> | null = null;

  constructor(findings: readonly RememberedFinding[]) {
    this.#findings = new Map(findings.map((finding) => [finding.fingerprint, finding]));
    this.#pairs = findings.filter(({ accessKeyId, hasSecret }) => accessKeyId !== null && hasSecret);
    this.#ids = new Set(this.#pairs.map(({ accessKeyId }) => accessKeyId));
  }

  get(fingerprint: Fingerprint): RememberedFinding | undefined {
    return this.#findings.get(fingerprint);
  }

  /** Whether a half of a key is told as a part of a whole one here. A secret is known by its place alone: nothing else of it is kept. */
  absorbs(half: RememberedFinding): boolean {
    if (isIdAlone(half)) return this.#ids.has(half.accessKeyId);
    return half.rule === "aws-secret-access-key" && half.places.some((place) => this.#holdsPair(place));
  }

  #holdsPair(place: Place): boolean {
    this.#places ??= new Set(this.#pairs.flatMap(({ places }) => places.map(placeText)));
    return this.#places.has(placeText(place));
  }
}

/** Whether a finding that was there before is more severe now, or is allowed no longer. */
export function isWorse(now: Judged, before: Judged): boolean {
  return (
    severityRank(now.severity) < severityRank(before.severity) || (now.allowed === null && before.allowed !== null)
  );
}

type Judged = Pick<RememberedFinding, "severity" | "allowed">;

function isIdAlone({ rule, hasSecret, accessKeyId }: RememberedFinding): boolean {
  return rule === "aws-access-key-id" && !hasSecret && accessKeyId !== null;
}

function placeText(place: Place): string {
  return JSON.stringify(place);
}
