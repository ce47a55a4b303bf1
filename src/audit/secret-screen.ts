/*
 * The port through which an audit learns what may be shown of a text that somebody wrote into IAM: names, paths and tags can be read by
 * everybody who may look at the account, and people do put secrets there. What is screened is screened where it is read, so that no check,
 * report or ledger comes to hold it.
 */

/** A place in IAM where a secret stands. */
export interface HeldSecret {
  /** As it may be shown, e.g. `its tag deploy` or `its name`. */
  readonly where: string;
  /** The key that the secret belongs to; null where its id does not stand beside it. */
  readonly accessKeyId: string | null;
  /** Whether it is told to be a credential by what stands beside it; else it has the looks of one, and nothing more is known. */
  readonly isCertain: boolean;
}

export interface ScreenedTags {
  /** As they may be shown. */
  readonly tags: Readonly<Record<string, string>>;
  /** One for each tag of which something was withheld. */
  readonly held: readonly HeldSecret[];
}

export interface SecretScreen {
  /** The text, with `…` for whatever in it could be a secret. */
  text(text: string): string;
  /**
   * A name that tells things apart. One of which something is withheld ends in `#` and a digest, so that no two become the same: IAM's own
   * hold no such sign.
   */
  name(name: string): string;
  /** The tags of one thing: an id in one and its secret in another are a pair. */
  tags(tags: Readonly<Record<string, string>>): ScreenedTags;
}
