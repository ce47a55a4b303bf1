import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Excluded, Skipped } from "../../../src/model/coverage.ts";
import type { Place } from "../../../src/model/place.ts";
import { DocumentSearch } from "../../../src/scan/detect/document-search.ts";
import { compileKernel, instantiateKernel } from "../../../src/scan/kernel/load.ts";
import { type DiskSearchOptions, searchDisk } from "../../../src/scan/sources/disk/disk-search.ts";
import { findRoots } from "../../../src/scan/sources/disk/roots.ts";
import type { Documents } from "../../../src/scan/sources/documents.ts";
import type { Sink } from "../../../src/scan/sources/sink.ts";
import { generateMaterial } from "../material.ts";

export const kernel = compileKernel();

const documents = new DocumentSearch(instantiateKernel(kernel));

/**
 * The one search of documents of a test file: a kernel for each test, beside threads that compile, met a race of V8 that ends the
 * process (https://github.com/nodejs/node/issues/64500).
 */
export function sharedDocuments(): DocumentSearch {
  return documents;
}

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "keysweep-test-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with these files; names may have slashes. */
export function temporaryTree(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

/** A file's text with an access key in it, made at run time. */
export function keyFile(seed = 1): string {
  const { id, secret } = generateMaterial(seed);
  return `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`;
}

export interface Recording extends Sink {
  readonly places: Place[];
  readonly skipped: Skipped[];
  readonly repositories: string[];
}

export function recordingSink(): Recording {
  const places: Place[] = [];
  const skipped: Skipped[] = [];
  const repositories: string[] = [];
  return {
    places,
    skipped,
    repositories,
    onDetection: (_, place) => places.push(place),
    onSkipped: (row) => skipped.push(row),
    onRepository: (path) => repositories.push(path),
  };
}

export interface Searched {
  readonly files: number;
  readonly bytes: number;
  readonly excluded: readonly Excluded[];
  readonly skipped: readonly Skipped[];
  /** Those met, sorted. */
  readonly repositories: readonly string[];
  /** Where something was found, sorted; members behind exclamation marks. */
  readonly found: readonly string[];
  readonly places: readonly Place[];
}

type Settings = Partial<Omit<DiskSearchOptions, "kernel" | "sink" | "roots">> & {
  readonly foreign?: readonly string[];
};

/** Searches paths on one thread, unless told otherwise. */
export async function search(paths: readonly string[], settings: Settings = {}): Promise<Searched> {
  const { foreign = [], ...options } = settings;
  const sink = recordingSink();
  const requests = [
    ...paths.map((path) => ({ path, isForeign: false })),
    ...foreign.map((path) => ({ path, isForeign: true })),
  ];
  const totals = await searchDisk({
    documents: sharedDocuments(),
    exclude: [],
    nowMs: 0,
    signal: new AbortController().signal,
    onProgress: () => {},
    threads: 1,
    ...options,
    kernel,
    sink,
    roots: findRoots(requests, sink),
  });
  const found = sink.places.map((place) =>
    place.kind === "file" ? [place.path, ...place.within].join("!") : place.kind,
  );
  const repositories = [...new Set(sink.repositories)].toSorted();
  return { ...totals, skipped: sink.skipped, repositories, places: sink.places, found: found.toSorted() };
}

/** Documents, with something that happens whenever bytes were written. */
export function meddledWith(documents: DocumentSearch, meddle: () => void): Documents {
  return {
    buffer: documents.buffer,
    get fill() {
      return documents.fill;
    },
    get space() {
      return documents.space;
    },
    begin: (hint) => documents.begin(hint),
    push: (chunk) => documents.push(chunk),
    finish: () => documents.finish(),
    wrote(count) {
      documents.wrote(count);
      meddle();
    },
  };
}
