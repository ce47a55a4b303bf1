import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Skipped } from "../../../src/model/coverage.ts";
import type { DocumentHint } from "../../../src/scan/detect/detection.ts";
import { DocumentSearch } from "../../../src/scan/detect/document-search.ts";
import { compileKernel, instantiateKernel } from "../../../src/scan/kernel/load.ts";
import { compilePackKernel } from "../../../src/scan/kernel/pack-kernel.ts";
import type { HashFormat } from "../../../src/scan/sources/git/hash-format.ts";
import { PackIndex } from "../../../src/scan/sources/git/objects/pack-index.ts";
import type { ObjectHit } from "../../../src/scan/sources/git/search/object-hit.ts";
import { lossRow } from "../../../src/scan/sources/git/search/object-loss.ts";
import { type PackSearchRequest, searchPack } from "../../../src/scan/sources/git/search/pack-search.ts";

const kernels = { document: compileKernel(), pack: compilePackKernel() };

export interface SearchedPack {
  /** By object id: the fingerprints of what it holds, sorted, with the members that lead there. */
  readonly found: ReadonlyMap<string, readonly string[]>;
  readonly hits: readonly ObjectHit[];
  readonly skipped: readonly Skipped[];
  /** Blobs that only their names say to be packed. */
  readonly named: readonly string[];
  readonly objects: number;
  readonly bytes: number;
  readonly hasPlainAnchors: boolean;
}

type Options = Partial<
  Pick<
    PackSearchRequest,
    "threads" | "outside" | "isPartial" | "largestInMemory" | "mostBytes" | "workerFile" | "signal"
  >
>;

/** Searches a pack that lies on disk beside its index. */
export async function searchPackFile(
  pack: string,
  { hash = "sha1", ...options }: Options & { readonly hash?: HashFormat } = {},
): Promise<SearchedPack> {
  const hits: ObjectHit[] = [];
  const skipped: Skipped[] = [];
  const named: string[] = [];
  const { objects, bytes, hasPlainAnchors } = await searchPack(
    {
      pack,
      index: PackIndex.open(pack.replace(/pack$/, "idx"), hash),
      kernels,
      threads: 1,
      signal: new AbortController().signal,
      ...options,
    },
    {
      onHit: (hit) => hits.push(hit),
      onSkipped: (row) => skipped.push(row),
      onLost: (loss) => skipped.push(lossRow(loss, null)),
      onNamed: (ids) => named.push(...ids),
      onProgress: () => {},
    },
  );
  const found = new Map(
    hits.map(({ id, found: all }) => [
      id,
      all.map(({ within, detection }) => [...within, detection.fingerprint].join("!")).sort(),
    ]),
  );
  return { found, hits, skipped, named, objects, bytes, hasPlainAnchors };
}

/** Searches a pack that lies in memory. */
export async function searchPackBytes(
  { pack, index }: { readonly pack: Uint8Array; readonly index: Uint8Array },
  options: Parameters<typeof searchPackFile>[1] = {},
): Promise<SearchedPack> {
  const folder = mkdtempSync(join(tmpdir(), "keysweep-pack-"));
  try {
    writeFileSync(join(folder, "a.pack"), pack);
    writeFileSync(join(folder, "a.idx"), index);
    return await searchPackFile(join(folder, "a.pack"), options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const documents = new DocumentSearch(instantiateKernel(kernels.document));
const hint: DocumentHint = { kind: "file", path: null, ageMs: () => Number.POSITIVE_INFINITY };

/** What a pack's search should find in an object: the fingerprints of what the search of it as a document finds. */
export function fingerprintsIn(content: Uint8Array): readonly string[] {
  documents.begin(hint);
  documents.push(content);
  return [...new Set(documents.finish().map(({ fingerprint }) => fingerprint))].sort();
}

/** The same for many objects, those left out in which nothing is found. */
export function expectedIn(
  objects: Iterable<{ readonly id: string; readonly type: string; readonly content: Uint8Array }>,
): ReadonlyMap<string, readonly string[]> {
  const expected = new Map<string, readonly string[]>();
  for (const { id, content } of objects) {
    const found = fingerprintsIn(content);
    if (found.length > 0) expected.set(id, found);
  }
  return expected;
}
