import type { AccessKeyId } from "../../model/access-key-id.ts";
import type { Secret } from "../../model/secret.ts";

/*
 * The port to a place that holds a key for somebody who uses it. An adapter is a folder `targets/<type>/`: `descriptor.ts`, light, says
 * what there is to set and what it can do; `target.ts`, loaded when one is opened, does it.
 *
 * What goes wrong is thrown as a KeysweepError `target`, whose message names the place and never a value, whose hint says what to do, and
 * whose `retry` says what a rotation does with it: `safe` (busy, unreachable, changed by somebody at the same moment: it tries again by
 * itself), `outcome-unknown` (no answer: the key may have been written; writing is an upsert, so it tries again too), `never` (not there,
 * not permitted, holds what nobody knows: a person is asked). Whatever is not such an error is a defect and is treated as `outcome-unknown`.
 */

/** A key as this target is to hold it. `secret` is what the consumer needs: with SES SMTP it is the password derived from the secret. */
export interface HandedKey {
  readonly accessKeyId: AccessKeyId;
  readonly secret: Secret;
}

/** What is written in one step. */
export type Part = "pair" | "access-key-id" | "secret";

/** What a target holds, as far as it can be seen. */
export type Held =
  /** `secret` is null where only the id can be seen. The two may belong to different keys: a write was cut short, or somebody mixed them up. */
  | { readonly kind: "key"; readonly accessKeyId: AccessKeyId; readonly secret: Secret | null }
  /** The names are there, and one of the two values only, or values that are no key (empty, a placeholder). */
  | { readonly kind: "part"; readonly accessKeyId: AccessKeyId | null; readonly secret: Secret | null }
  /** Nothing yet: writing will add it. */
  | { readonly kind: "nothing" }
  /** It cannot be read back. `marker` changes whenever it is written (a date, a version, a digest); null where not even that can be seen. */
  | { readonly kind: "hidden"; readonly marker: string | null };

/** A place that holds a key. */
export interface Target {
  /** For people, e.g. `GitHub Actions secrets of acme/site (prod)`; the same for the same place, different for another one. */
  readonly place: string;
  /** What is written in which order: `["pair"]` where id and secret change in one step, otherwise the two halves. */
  readonly parts: readonly [Part, ...Part[]];

  /**
   * Whether a write would succeed, as far as can be told without changing anything: it is there, the token works and may write, the folder
   * is writable. Resolves or throws.
   */
  check(signal: AbortSignal): Promise<void>;

  /** What it holds now. */
  read(signal: AbortSignal): Promise<Held>;

  /**
   * Writes a part of the key: an upsert that touches nothing else in the place, never delete-then-add, in one step for whoever reads it.
   * @param known ids that may be overwritten: the rotation's old key and its new one. A target that can see that it holds another key refuses
   * (`never`), by compare-and-set where there is one: a person put it there meanwhile.
   */
  write(part: Part, key: HandedKey, known: readonly AccessKeyId[], signal: AbortSignal): Promise<void>;

  /** Closes what it holds open. */
  close?(): Promise<void>;
}
