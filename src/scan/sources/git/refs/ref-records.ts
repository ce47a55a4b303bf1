import type { GitDirectory } from "../repository.ts";

/** What a ref says: the id of an object, in hexadecimal, or the full name of another ref, a character for each byte. */
export type RefTarget = { readonly id: string } | { readonly symbolic: string };

/** What a repository's storage of refs says, before symbolic refs are followed. Whoever reads a part of it adds to it. */
export interface RefRecords {
  /** By full name, a character for each byte; those of a linked work tree begin with its {@link prefixOf}. */
  readonly targets: Map<string, RefTarget>;
  /** What only logs, and notes of past operations, name. Ids in hexadecimal; may hold the one that stands for no object. */
  readonly past: Set<string>;
  /** What the log of {@link STASH} says was put there: each entry is a stash of its own. */
  readonly stashes: Set<string>;
}

export const HEAD = "HEAD";
export const STASH = "refs/stash";

/** What tells the refs of a linked work tree from those that all have in common. */
export function prefixOf({ name }: GitDirectory): string {
  return name === null ? "" : `worktrees/${Buffer.from(name).toString("latin1")}/`;
}
