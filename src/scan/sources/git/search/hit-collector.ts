import { type Skipped, skipped } from "../../../../model/coverage.ts";
import { type ObjectHit, objectHit } from "./object-hit.ts";

/** A pack can be made of keys alone: past so many objects with credentials it is said that there are more. */
const MOST_HITS = 300_000;

/** Keeps the objects that hold credentials, up to a bound, with no secret in their members' names. */
export class HitCollector {
  readonly hits: ObjectHit[] = [];
  readonly #place: string;
  #leftOut = 0;

  /** @param place what is searched, for the row that tells of the bound */
  constructor(place: string) {
    this.#place = place;
  }

  add(hit: ObjectHit): void {
    if (this.hits.length < MOST_HITS) this.hits.push(objectHit(hit));
    else this.#leftOut++;
  }

  get rows(): readonly Skipped[] {
    if (this.#leftOut === 0) return [];
    return [
      skipped(this.#place, "object-bound", `${this.#leftOut} more objects hold credentials than are looked into`),
    ];
  }
}
