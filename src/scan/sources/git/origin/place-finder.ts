import type { GitPlace } from "../../../../model/place.ts";
import type { Detection, DocumentHint } from "../../../detect/detection.ts";
import { repeated } from "../../../detect/repeated.ts";
import type { ObjectDatabase } from "../objects/object-database.ts";
import { GitDataError } from "../objects/object-error.ts";
import type { BlobHit, BlobSearch } from "../search/blob-search.ts";
import { type ObjectDetection, withShownMembers } from "../search/object-hit.ts";
import { namedWithin } from "../search/object-loss.ts";
import { headerLinesOf } from "./message.ts";
import type { Origin } from "./provenance.ts";

/**
 * So many versions are looked at once more. What a credential is used for, and where exactly it stands, is told of the others as it was
 * first seen, without the path.
 */
export const MOST_LOOKS = 2000;

/** A detection, and where it is in the history. */
export type PlacedDetection = readonly [Detection, GitPlace];

export interface PlaceFinderOptions {
  readonly blobs: BlobSearch;
  readonly database: ObjectDatabase;
  /** How the repository is named. */
  readonly repository: string;
  readonly nowMs: number;
}

interface Look {
  readonly key: string;
  /** Their members named as those of remembered hits are. */
  readonly hits: readonly BlobHit[];
  readonly headerLines: number;
}

/** Looks once more at the version that brought a credential in, now that its path and its date are known. */
export class PlaceFinder {
  readonly #options: PlaceFinderOptions;
  #looks = 0;
  /** The versions looked at lately: their credentials come one after another. */
  #recent: readonly Look[] = [];

  constructor(options: PlaceFinderOptions) {
    this.#options = options;
  }

  /** @param seen the credential as it was found, somewhere in the history */
  async place(origin: Origin, seen: ObjectDetection): Promise<PlacedDetection> {
    const { hits, headerLines } = await this.#look(origin, origin.blob);
    const known = withShownMembers({ ...seen, within: namedWithin(seen.within, origin.path) });
    const first = sameIn(hits, known);
    // Whoever accepts a credential writes so beside it as it is now, not in versions that are long past; any branch may say anything.
    const { credential: _, headBlob, ...facts } = origin;
    const current = headBlob === null ? first : sameIn((await this.#look(origin, headBlob)).hits, known);
    // A file is one place, however often it holds the credential. What was first seen may be another file's: what is said there does not count here.
    const detection = { ...(first ?? seen.detection), inlineAllow: current?.inlineAllow ?? null, placesLeftOut: 0 };
    return [
      detection,
      {
        ...facts,
        kind: "git",
        repository: this.#options.repository,
        within: known.within,
        line: Math.max(1, detection.line - headerLines),
        column: detection.column,
      },
    ];
  }

  async #look({ object, path, date }: Origin, blob: string): Promise<Look> {
    const key = `${blob} ${path}`;
    const known = this.#recent.find((look) => look.key === key);
    if (known !== undefined) return known;
    const nothing = { key, hits: [], headerLines: 0 };
    if (++this.#looks > MOST_LOOKS) return nothing;
    const { blobs, database } = this.#options;
    const content = database.read(blob);
    if (content instanceof GitDataError) return nothing;
    const { bytes } = content;
    const whole = { size: bytes.length, content: () => once(bytes) };
    const { hits } = await blobs.search(whole, this.#hint(path, date));
    const look = {
      key,
      hits: hits.map(withShownMembers),
      headerLines: object === "commit" || object === "tag" ? headerLinesOf(bytes) : 0,
    };
    this.#recent = [look, ...this.#recent.slice(0, 1)];
    return look;
  }

  #hint(path: string | null, date: string | null): DocumentHint {
    const written = date === null ? Number.NEGATIVE_INFINITY : Date.parse(date);
    const { nowMs } = this.#options;
    return { kind: "file", path, nowMs, ageMs: () => nowMs - written };
  }
}

function sameIn(hits: readonly BlobHit[], { within, detection }: ObjectDetection): Detection | null {
  const same = hits.filter((hit) => hit.detection.fingerprint === detection.fingerprint && isSame(hit.within, within));
  return same.length === 0 ? null : same.map((hit) => hit.detection).reduce(repeated);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((member, i) => member === b[i]);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}
