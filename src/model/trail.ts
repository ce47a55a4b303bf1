/** Something that was done, or tried; never with a secret. */
export interface TrailEntry {
  /** Counts from 1, without a gap. */
  readonly number: number;
  /** ISO 8601, UTC: by AWS's clock where AWS told one, otherwise by this machine's. */
  readonly at: string;
  /** A person's name, or which program. */
  readonly who: string;
  /** E.g. `rotation.created`, `notification.failed`. */
  readonly what: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The record of who did what: append-only. All throw a KeysweepError `ledger` when they cannot. */
export interface Trail {
  append(entry: Omit<TrailEntry, "number">): void;
  /** In order, those after a number; no more than `most`. */
  after(number: number, most?: number): Iterable<TrailEntry>;
  /** The last one that was handed on to a sink, by the sink's name; 0 before the first. */
  handedOn(sink: string): number;
  noteHandedOn(sink: string, number: number): void;
}
