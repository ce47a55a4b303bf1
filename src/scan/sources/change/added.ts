import type { Detection } from "../../detect/detection.ts";

/** What is compared: what names a credential, and nothing of its place. */
type Seen = Pick<Detection, "fingerprint" | "rule" | "accessKeyId" | "secretDigest">;

/**
 * What of `now` was not there before: of each credential as many as there are more of it, the last ones. A half that is left of a pair
 * (its id was taken out, its secret stayed) is nothing new either; a secret that comes to an id is, since the pair has a fingerprint of its own.
 * @param before what all earlier versions held: that of one, or those of a merge's parents
 */
export function added<T extends { readonly detection: Seen }>(now: readonly T[], before: readonly Seen[]): T[] {
  const known = new Tally(before.map((seen) => [seen.fingerprint, seen] as const));
  const left = now.filter(({ detection }) => !known.take(detection.fingerprint));
  const gone = known.rest;
  const ids = new Tally(gone.map((seen) => [seen.accessKeyId, seen] as const));
  const secrets = new Tally(gone.map((seen) => [seen.secretDigest, seen] as const));
  return left.filter(({ detection: { rule, accessKeyId, secretDigest } }) => {
    if (rule === "aws-access-key-id") return !ids.take(accessKeyId);
    return rule !== "aws-secret-access-key" || !secrets.take(secretDigest);
  });
}

/** Things by a key that several may share, to be taken away one by one. */
class Tally<T> {
  readonly #things = new Map<string | null, T[]>();

  constructor(entries: readonly (readonly [string | null, T])[]) {
    for (const [key, thing] of entries) {
      const same = this.#things.get(key);
      if (same === undefined) this.#things.set(key, [thing]);
      else same.push(thing);
    }
  }

  /** False when none is left. */
  take(key: string | null): boolean {
    return key !== null && this.#things.get(key)?.pop() !== undefined;
  }

  get rest(): T[] {
    return [...this.#things.values()].flat();
  }
}
