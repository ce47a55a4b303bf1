import type { Skipped } from "../../../src/model/coverage.ts";
import { CommitGraph } from "../../../src/scan/sources/git/commit-graph.ts";
import { idLengthOf } from "../../../src/scan/sources/git/hash-format.ts";
import { PlainTreeGraph } from "../../../src/scan/sources/git/plain-tree-graph.ts";
import { type Origin, traceOrigins, type WantedObject } from "../../../src/scan/sources/git/provenance.ts";
import { readRefs } from "../../../src/scan/sources/git/refs.ts";
import { openAt } from "./opening.ts";

/** Traces wanted objects through the repository at a path. */
export function trace(path: string, wanted: readonly WantedObject[]): { origins: Origin[]; rows: Skipped[] } {
  const { repository, database, rows } = openAt(path);
  try {
    const onSkipped = (row: Skipped): void => void rows.push(row);
    const commits = new CommitGraph(database.commits(onSkipped), repository.shallow);
    const blobs = wanted.filter(({ type }) => type === "blob").map(({ id }) => id);
    const trees = new PlainTreeGraph(database, blobs, idLengthOf(repository.hash), onSkipped);
    const refs = readRefs(repository, onSkipped);
    return { origins: traceOrigins({ place: "here", database, refs, commits, trees, wanted, onSkipped }), rows };
  } finally {
    database.close();
  }
}
