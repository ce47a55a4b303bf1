import type { Skipped } from "../../../src/model/coverage.ts";
import { idLengthOf } from "../../../src/scan/sources/git/hash-format.ts";
import { outlined } from "../../../src/scan/sources/git/objects/commit.ts";
import { CommitGraph } from "../../../src/scan/sources/git/origin/commit-graph.ts";
import { PlainTreeGraph } from "../../../src/scan/sources/git/origin/plain-tree-graph.ts";
import { type Origin, traceOrigins, type WantedObject } from "../../../src/scan/sources/git/origin/provenance.ts";
import { Turns } from "../../../src/scan/sources/git/origin/turns.ts";
import { readRefs } from "../../../src/scan/sources/git/refs/refs.ts";
import { openAt } from "./opening.ts";

/** Traces wanted objects through the repository at a path. */
export async function trace(
  path: string,
  wanted: readonly WantedObject[],
  signal = new AbortController().signal,
): Promise<{ origins: Origin[]; rows: Skipped[] }> {
  const { repository, database, rows } = openAt(path);
  try {
    const turns = new Turns(signal);
    const onSkipped = (row: Skipped): void => void rows.push(row);
    const all = Array.from(database.commits(onSkipped), ({ id, bytes }) => outlined(id, bytes));
    const commits = await CommitGraph.read(all, repository.shallow, idLengthOf(repository.hash), turns);
    const inTrees = wanted.filter(({ type }) => type === "blob" || type === "tree").map(({ id }) => id);
    const trees = new PlainTreeGraph(database, inTrees, idLengthOf(repository.hash), onSkipped);
    const refs = await readRefs(repository, onSkipped);
    const request = { place: "here", database, refs, commits, trees, wanted, turns, onSkipped };
    return { origins: await traceOrigins(request), rows };
  } finally {
    database.close();
  }
}
