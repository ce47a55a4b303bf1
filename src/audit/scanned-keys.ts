/*
 * The port through which an audit learns what scans of this machine have found.
 */

/** Where a key was found, as of the last scans. */
export interface SeenWhere {
  /** One place, as people read it, and how many more there are. */
  readonly place: string;
  readonly morePlaces: number;
  /** When a scan last saw it: ISO 8601, UTC. */
  readonly seenAt: string;
}

/** A found key of an account that the organisation does not have. */
export interface OutsideKey extends SeenWhere {
  readonly accessKeyId: string;
  readonly accountId: string;
}

export interface ScannedKeys {
  /** Why nothing is known of scans; null: something is. */
  readonly unknown: string | null;
  /** Where a key was found with its secret; null: nowhere. */
  whereFound(accessKeyId: string): SeenWhere | null;
  /** Keys that were found with their secret, of accounts that are not the organisation's; null: not all of its accounts are known. */
  readonly outside: readonly OutsideKey[] | null;
}

/** Where no scan is remembered. */
export function nothingScanned(unknown: string): ScannedKeys {
  return { unknown, whereFound: () => null, outside: null };
}

/** `in /home/ada/.aws/credentials:2:21 and 3 more places, last seen on 2026-11-21` */
export function seenText({ place, morePlaces, seenAt }: SeenWhere): string {
  const more = morePlaces === 0 ? "" : ` and ${morePlaces} more ${morePlaces === 1 ? "place" : "places"}`;
  return `in ${place}${more}, last seen on ${seenAt.slice(0, 10)}`;
}
