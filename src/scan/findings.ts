import { type AccessKeyId, accountOf, isTemporary } from "../model/access-key-id.ts";
import type { Finding, Fingerprint, UseCase } from "../model/finding.ts";
import { type KeyInventory, NO_INVENTORY } from "../model/key-inventory.ts";
import type { FilePlace, Place } from "../model/place.ts";
import { type Severity, severityRank } from "../model/severity.ts";
import type { AllowList } from "./allow.ts";
import { isCanaryAccount } from "./canary.ts";
import type { Detection, InlineAllow } from "./detect/detection.ts";
import { repeated } from "./detect/repeated.ts";
import { ownershipOf, raised } from "./owner.ts";
import { isPlaceholderId } from "./placeholder.ts";
import { remedyFor } from "./remedy.ts";
import { ruleNamed } from "./rules.ts";
import { shownPlace } from "./shown-name.ts";

/** Bounds on what a hostile tree can make us remember: what is past them is counted, and the report says so. */
export interface CollectorBounds {
  readonly credentials: number;
  /** Of all credentials together; each keeps at least one. */
  readonly places: number;
  readonly placesOfOne: number;
}

const BOUNDS: CollectorBounds = { credentials: 200_000, places: 300_000, placesOfOne: 100_000 };

interface Sighting {
  readonly place: Place;
  readonly severity: Severity;
  readonly useCase: UseCase | null;
  readonly inlineAllow: InlineAllow | null;
}

interface Credential {
  readonly fingerprint: Fingerprint;
  readonly rule: string;
  readonly accessKeyId: AccessKeyId | null;
  readonly secretDigest: string | null;
  placesLeftOut: number;
  /** More places in documents of which others are known, and told by these as far as allows go. */
  placesUntold: number;
  /** Of all sightings, also at places that are left out. */
  worst: Severity;
  /** By the place's own text, since one place may be told twice. */
  readonly sightings: Map<string, Sighting>;
}

/**
 * Makes findings of detections: one credential is one finding, with all the places it was seen in. An id alone belongs to the pair
 * that has the same id, and a secret alone to the pair that has the same secret, wherever they lie.
 */
export class FindingCollector {
  readonly #credentials = new Map<Fingerprint, Credential>();
  readonly #bounds: CollectorBounds;
  #places = 0;
  #leftOut = 0;

  constructor(bounds: CollectorBounds = BOUNDS) {
    this.#bounds = bounds;
  }

  /** How many detections were of credentials past the bound, of which there is no finding. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** How many credentials have been seen so far; some may yet turn out to be one. */
  get size(): number {
    return this.#credentials.size;
  }

  /** The ids of long-term keys, each once, those that were seen with their secret first; none of a decoy, and none that was made up. */
  get longTermKeys(): AccessKeyId[] {
    const credentials = [...this.#credentials.values()].sort((a, b) => Number(isPair(b)) - Number(isPair(a)));
    const ids = credentials.flatMap(({ accessKeyId }) => accessKeyId ?? []);
    return [...new Set(ids)].filter(
      (id) => id.startsWith("AKIA") && !isCanaryAccount(accountOf(id)) && !isPlaceholderId(id),
    );
  }

  add(detection: Detection, place: Place): void {
    const credential = this.#credentialOf(detection);
    if (credential === null) {
      this.#leftOut++;
      return;
    }
    credential.worst = worse(credential.worst, detection.severity);
    credential.placesUntold += detection.placesLeftOut ?? 0;
    const key = placeKey(place);
    const known = credential.sightings.get(key);
    if (known === undefined && this.#isFull(credential)) {
      credential.placesLeftOut++;
      return;
    }
    if (known === undefined) this.#places++;
    const { severity, useCase, inlineAllow } = detection;
    const sighting = { place, severity, useCase, inlineAllow };
    credential.sightings.set(key, known === undefined ? sighting : repeated(known, sighting));
  }

  #credentialOf(detection: Detection): Credential | null {
    const known = this.#credentials.get(detection.fingerprint);
    if (known !== undefined) return known;
    if (this.#credentials.size >= this.#bounds.credentials) return null;
    const credential = begun(detection);
    this.#credentials.set(detection.fingerprint, credential);
    return credential;
  }

  #isFull({ sightings }: Credential): boolean {
    return sightings.size >= (this.#places < this.#bounds.places ? this.#bounds.placesOfOne : 1);
  }

  /** The findings, worst first and the same whatever the order in which they were seen. */
  findings(allowList: AllowList, inventory: KeyInventory = NO_INVENTORY): Finding[] {
    return this.#folded()
      .map((credential) => findingOf(credential, allowList, inventory))
      .sort(
        (a, b) =>
          severityRank(a.severity) - severityRank(b.severity) ||
          compare(a.rule, b.rule) ||
          compare(a.fingerprint, b.fingerprint),
      );
  }

  #folded(): Credential[] {
    const all = [...this.#credentials.values()].sort((a, b) => compare(a.fingerprint, b.fingerprint));
    const pairs = all.filter(isPair);
    const byId = new Map(pairs.map((pair) => [pair.accessKeyId, pair]));
    const bySecret = new Map(pairs.map((pair) => [pair.secretDigest, pair]));
    return all.filter((half) => {
      const pair = loneHalf(half)
        ? (byId.get(half.accessKeyId ?? NOBODY) ?? bySecret.get(half.secretDigest ?? ""))
        : undefined;
      if (pair === undefined) return true;
      for (const [key, sighting] of half.sightings) {
        const known = pair.sightings.get(key);
        pair.sightings.set(key, known === undefined ? sighting : repeated(known, sighting));
      }
      pair.placesLeftOut += half.placesLeftOut;
      pair.placesUntold += half.placesUntold;
      pair.worst = worse(pair.worst, half.worst);
      return false;
    });
  }
}

const NOBODY = "" as AccessKeyId;

function isPair({ accessKeyId, secretDigest, rule }: Credential): boolean {
  return accessKeyId !== null && secretDigest !== null && rule !== "ses-smtp-password";
}

/** Halves of access keys; a presigned URL or a token of its own kind stays a finding of its own. */
function loneHalf({ rule, accessKeyId, secretDigest }: Credential): boolean {
  if (rule === "aws-secret-access-key") return true;
  return (
    (rule === "aws-access-key-id" || rule === "aws-session-credentials") &&
    accessKeyId !== null &&
    secretDigest === null
  );
}

function begun({ fingerprint, rule, accessKeyId, secretDigest, severity }: Detection): Credential {
  return {
    fingerprint,
    rule,
    accessKeyId,
    secretDigest,
    placesLeftOut: 0,
    placesUntold: 0,
    worst: severity,
    sightings: new Map(),
  };
}

function worse(a: Severity, b: Severity): Severity {
  return severityRank(b) < severityRank(a) ? b : a;
}

/** The use that the first sighting that tells of one does. */
function useCaseAmong(sightings: readonly Sighting[]): UseCase {
  const told = sightings.find(({ useCase }) => useCase !== null && useCase !== "unknown");
  return told?.useCase ?? ("unknown" as UseCase);
}

function findingOf(credential: Credential, allowList: AllowList, inventory: KeyInventory): Finding {
  const { fingerprint, rule, accessKeyId, placesLeftOut } = credential;
  const more = placesLeftOut + credential.placesUntold;
  const hasSecret = credential.secretDigest !== null;
  const sightings = [...credential.sightings.values()].sort(compareSightings);
  const places = sightings.map(({ place }) => place);
  // Old ids do not tell their account, but an audit may, or AWS.
  const accountId = accessKeyId === null ? null : (accountOf(accessKeyId) ?? inventory.accountOf(accessKeyId));
  const canary = isCanaryAccount(accountId);
  const { owner, outsideOrganization } = ownershipOf(accessKeyId, accountId, canary, inventory);
  // Before anything is allowed: an allow covers no more than it saw.
  const severity = raised(canary ? "info" : credential.worst, hasSecret, owner);
  const useCase = useCaseAmong(sightings);
  const inlineAllows = sightings.map(({ inlineAllow }) => inlineAllow);
  const allowable = { fingerprint, rule, severity, accessKeyId, places, placesLeftOut, inlineAllows };
  const allowed = allowList.allowing(allowable);
  const allowExpired = allowed === null ? allowList.expiredFor(allowable) : null;
  return {
    fingerprint,
    rule,
    severity,
    title: ruleNamed(rule).title,
    accessKeyId,
    accountId,
    hasSecret,
    canary,
    useCase,
    remedy: remedyFor(useCase, {
      accountId,
      accessKeyId,
      rule,
      temporary: accessKeyId !== null && isTemporary(accessKeyId),
    }),
    allowed,
    ...(allowExpired === null ? {} : { allowExpired }),
    owner,
    ...(outsideOrganization === null ? {} : { outsideOrganization }),
    places: places.map(shownPlace),
    ...(more > 0 ? { placesLeftOut: more } : {}),
  };
}

function placeKey(place: Place): string {
  switch (place.kind) {
    case "file":
      return JSON.stringify([place.path, place.within, place.line, place.column]);
    case "git":
      return JSON.stringify([place.repository, place.path ?? place.blob, place.within, "git"]);
    case "index":
      return JSON.stringify([place.path, place.within, place.line, place.column, "index"]);
    case "process":
      return JSON.stringify([place.pid, place.variable]);
    case "environment":
      return JSON.stringify([place.variable]);
    case "stdin":
      return JSON.stringify(["-", place.name, place.within, place.line, place.column]);
  }
}

/** The worst first, so that where the secret lies comes before what only names its id, such as a report of ours. */
function compareSightings(a: Sighting, b: Sighting): number {
  return severityRank(a.severity) - severityRank(b.severity) || comparePlaces(a.place, b.place);
}

/** Files by path and line, then what is no file. */
function comparePlaces(a: Place, b: Place): number {
  if ((a.kind === "file" && b.kind === "file") || (a.kind === "index" && b.kind === "index"))
    return compareInFile(a, b);
  if (a.kind === "git" && b.kind === "git") {
    return (
      compare(a.repository, b.repository) || compareInFile({ ...a, path: a.path ?? "" }, { ...b, path: b.path ?? "" })
    );
  }
  if (a.kind === "process" && b.kind === "process") return a.pid - b.pid || compare(a.variable ?? "", b.variable ?? "");
  if (a.kind === "stdin" && b.kind === "stdin") return compareInFile({ ...a, path: a.name }, { ...b, path: b.name });
  return compare(a.kind, b.kind) || compare(placeKey(a), placeKey(b));
}

type InFile = Pick<FilePlace, "path" | "within" | "line" | "column">;

function compareInFile(a: InFile, b: InFile): number {
  return (
    compare(a.path, b.path) || compare(a.within.join("!"), b.within.join("!")) || a.line - b.line || a.column - b.column
  );
}

/** By code units, so that no locale changes the order. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
