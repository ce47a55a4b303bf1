/** What another program wrote as tables of refs, and what it says of them: test/fixtures/reftables. */
export interface CapturedTables {
  /** Which program wrote it. */
  readonly name: string;
  readonly hash: string;
  /** The files of the folder `reftable`: name, and content in base64. */
  readonly files: readonly (readonly string[])[];
  /** The branch that HEAD names; null where there is no HEAD. */
  readonly head: string | null;
  /** `id name` of each ref that is not symbolic, sorted. */
  readonly refs: readonly string[];
  /** Ids of the stashes that are kept, sorted. */
  readonly stashes: readonly string[];
  /** Other ids that logs and ORIG_HEAD name, sorted. */
  readonly past: readonly string[];
}
