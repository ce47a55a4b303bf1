import type { Skipped } from "../../../../model/coverage.ts";
import { dropIdleMemory } from "../../../kernel/pack-kernel.ts";
import { idLengthOf } from "../hash-format.ts";
import { type OutlinedCommit, outlined } from "../objects/commit.ts";
import type { ObjectDatabase } from "../objects/object-database.ts";
import type { PackIndex } from "../objects/pack-index.ts";
import { readRefs } from "../refs/refs.ts";
import type { Repository } from "../repository.ts";
import type { BlobSearch } from "../search/blob-search.ts";
import type { ObjectDetection, ObjectHit } from "../search/object-hit.ts";
import { type HistoryKernels, LEAST_LISTED, listPack, NOT_LISTED, type PackListing } from "../search/pack-search.ts";
import { CommitGraph } from "./commit-graph.ts";
import { type PlacedDetection, PlaceFinder } from "./place-finder.ts";
import { PlainTreeGraph } from "./plain-tree-graph.ts";
import { traceOrigins, type WantedObject } from "./provenance.ts";
import { Turns } from "./turns.ts";

export interface PlaceHitsRequest {
  readonly repository: Repository;
  readonly database: ObjectDatabase;
  readonly hits: readonly ObjectHit[];
  /** Ids of blobs of which the path is wanted, and nothing else. */
  readonly lost: readonly string[];
  /** What was listed of packs while they were searched, for what was wanted then. */
  readonly listings: ReadonlyMap<PackIndex, PackListing>;
  readonly blobs: BlobSearch;
  readonly kernels: HistoryKernels;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  onSkipped(row: Skipped): void;
}

export interface Placed {
  readonly detections: readonly PlacedDetection[];
  /** Where those that were lost lie, or lay first; by id. */
  readonly paths: ReadonlyMap<string, string>;
}

/**
 * Finds out where in a repository's history objects with credentials come from.
 * @throws the signal's reason when it is aborted
 */
export async function placeHits(request: PlaceHitsRequest): Promise<Placed> {
  const { repository, database, hits, lost, blobs, nowMs, signal, onSkipped } = request;
  const seen = new Map<string, ObjectDetection>();
  // The same object in two packs is one.
  const nothing = lost.map((id): ObjectHit => ({ id, type: "blob", found: [] }));
  const isLost = new Set(lost);
  const wanted = merged([...hits, ...nothing]).map((hit) => wantedOf(hit, seen, isLost));
  const inTrees = idsInTrees(hits, lost);
  const turns = new Turns(signal);
  const idLength = idLengthOf(repository.hash);
  // First, while there is nothing else in memory.
  const listed = await listLargePacks(request, bytesOf(inTrees));
  const origins = await traceOrigins({
    place: repository.place,
    database,
    refs: await readRefs(repository, onSkipped),
    commits: await CommitGraph.read(allCommits(request, listed), repository.shallow, idLength, turns),
    trees: new PlainTreeGraph(
      database,
      inTrees,
      idLength,
      onSkipped,
      listed.map(({ trees }) => trees),
    ),
    wanted,
    turns,
    onSkipped,
  });
  const finder = new PlaceFinder({ blobs, database, repository: repository.place, nowMs });
  const detections: PlacedDetection[] = [];
  const paths = new Map<string, string>();
  // What came with one version is looked at in one go.
  for (const origin of origins.toSorted((a, b) => (a.blob < b.blob ? -1 : a.blob > b.blob ? 1 : 0))) {
    signal.throwIfAborted();
    const detection = seen.get(origin.credential);
    if (detection !== undefined) detections.push(await finder.place(origin, detection));
    else if (origin.path !== null && !paths.has(origin.blob)) paths.set(origin.blob, origin.path);
  }
  return { detections, paths };
}

/** The ids, one behind the other and sorted, of what is to be found in trees. @param lost as in PlaceHitsRequest */
export function wantedInTrees(hits: readonly ObjectHit[], lost: readonly string[]): Uint8Array {
  return bytesOf(idsInTrees(hits, lost));
}

function bytesOf(ids: readonly string[]): Uint8Array {
  return Buffer.concat(ids.map((id) => Buffer.from(id, "hex")));
}

function idsInTrees(hits: readonly ObjectHit[], lost: readonly string[]): readonly string[] {
  const found = hits.filter(({ type }) => type === "blob" || type === "tree").map(({ id }) => id);
  return [...new Set([...found, ...lost])].sort();
}

/**
 * Commits and trees of a larger pack are listed at once: one after another they would take some ten times as long. Mostly that was done while
 * it was searched; another pack, a tree or a loose object may have had more since.
 */
async function listLargePacks(
  { database, listings, kernels, signal }: PlaceHitsRequest,
  wanted: Uint8Array,
): Promise<PackListing[]> {
  const listed: PackListing[] = [];
  for (const { path, index } of database.packs) {
    const known = listings.get(index);
    if (index.count < LEAST_LISTED) listed.push(NOT_LISTED);
    else if (known !== undefined && Buffer.compare(known.wanted, wanted) === 0) listed.push(known);
    else listed.push(await listPack({ pack: path, index, kernels, wanted, signal }));
  }
  dropIdleMemory();
  return listed;
}

/** In the order of the database's packs, those that are listed first. */
function* allCommits(
  { database, onSkipped }: PlaceHitsRequest,
  listed: readonly PackListing[],
): Generator<OutlinedCommit> {
  const known = new Set(database.packs.filter((_, order) => listed[order]?.commits));
  for (const { commits } of listed) if (commits !== null) yield* commits;
  for (const { id, bytes } of database.commits(onSkipped, known)) yield outlined(id, bytes);
}

/** One hit an object, with all that was found in it. */
function merged(hits: readonly ObjectHit[]): readonly ObjectHit[] {
  const byId = new Map<string, ObjectHit>();
  for (const hit of hits) {
    const known = byId.get(hit.id);
    byId.set(hit.id, known === undefined ? hit : { ...known, found: [...known.found, ...hit.found] });
  }
  return [...byId.values()];
}

function wantedOf(
  { id, type, found }: ObjectHit,
  seen: Map<string, ObjectDetection>,
  lost: ReadonlySet<string>,
): WantedObject {
  // Each stands for itself, as a credential does that is in no other object.
  const credentials = new Set<string>(lost.has(id) ? [id] : []);
  for (const each of found) {
    const credential = JSON.stringify([each.detection.fingerprint, ...each.within]);
    if (!seen.has(credential)) seen.set(credential, each);
    credentials.add(credential);
  }
  return { id, type, credentials: [...credentials] };
}
