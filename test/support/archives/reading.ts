import type { SkipReason } from "../../../src/model/coverage.ts";
import { type ArchiveBounds, DEFAULT_BOUNDS } from "../../../src/scan/sources/archive/bounds.ts";
import { type ContainerFormat, containerFormat } from "../../../src/scan/sources/archive/format.ts";
import { MemoryAccess } from "../../../src/scan/sources/archive/random-access.ts";
import { readArchive } from "../../../src/scan/sources/archive/read-archive.ts";

export interface Document {
  readonly within: readonly string[];
  readonly content: Buffer;
}

export interface Row {
  readonly within: readonly string[];
  readonly reason: SkipReason;
  readonly detail: string;
}

/** What a sink was told. */
export interface Reading {
  readonly documents: readonly Document[];
  readonly rows: readonly Row[];
  /** Names that no document bears. */
  readonly names: readonly string[];
  /** How many bytes it was given, those beyond `keep` included. */
  readonly bytes: number;
}

export interface ReadingOptions {
  readonly name?: string;
  readonly format?: ContainerFormat;
  readonly bounds?: Partial<ArchiveBounds>;
  /** As chunks of this many bytes, instead of at random. */
  readonly chunks?: number;
  /** Of each document so many bytes are kept. */
  readonly keep?: number;
  readonly signal?: AbortSignal;
}

/** Reads an archive and keeps all that its sink was told. Fails when the sink's calls are not in order. */
export async function reading(archive: Uint8Array, options: ReadingOptions = {}): Promise<Reading> {
  const documents: Document[] = [];
  const rows: Row[] = [];
  const names: string[] = [];
  let total = 0;
  let current: { within: readonly string[]; chunks: Buffer[]; kept: number } | null = null;
  const format = options.format ?? containerFormat(archive.subarray(0, 512));
  if (format === null) throw new Error("not an archive");
  await readArchive(options.chunks === undefined ? new MemoryAccess(archive) : inChunks(archive, options.chunks), {
    name: options.name ?? "archive",
    format,
    bounds: { ...DEFAULT_BOUNDS, ...options.bounds },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    sink: {
      begin(within) {
        if (current !== null) throw new Error("begun twice");
        current = { within: [...within], chunks: [], kept: 0 };
      },
      name(_, name) {
        if (current !== null) throw new Error("not ended");
        names.push(name);
      },
      bytes(chunk) {
        if (current === null) throw new Error("not begun");
        total += chunk.length;
        const kept = chunk.subarray(0, (options.keep ?? Number.POSITIVE_INFINITY) - current.kept);
        current.chunks.push(Buffer.from(kept));
        current.kept += kept.length;
      },
      end() {
        if (current === null) throw new Error("not begun");
        documents.push({ within: current.within, content: Buffer.concat(current.chunks) });
        current = null;
      },
      skipped(within, reason, detail) {
        rows.push({ within: [...within], reason, detail });
      },
    },
  });
  if (current !== null) throw new Error("not ended");
  return { documents, rows, names, bytes: total };
}

/** Documents as text by their path, for those whose names hold no `!`. */
export function texts(read: Reading): Record<string, string> {
  return Object.fromEntries(read.documents.map(({ within, content }) => [within.join("!"), content.toString()]));
}

/** Rows without their wording. */
export function reasons(read: Reading): [path: string, reason: SkipReason][] {
  return read.rows.map(({ within, reason }) => [within.join("!"), reason]);
}

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  // One array for all of them: whoever keeps a chunk sees it change.
  const chunk = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    chunk.set(part);
    yield chunk.subarray(0, part.length);
  }
}
