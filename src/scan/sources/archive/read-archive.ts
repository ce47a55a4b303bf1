import { type ArchiveBounds, DEFAULT_BOUNDS } from "./bounds.ts";
import { BufferedReader, type Pull, windowPull } from "./byte-reader.ts";
import { openBrotli, openBzip2, openGzip, openUtf32, openXz, openZstd } from "./compressed.ts";
import type { ContainerFormat } from "./format.ts";
import type { MemberSink } from "./member-sink.ts";
import type { RandomAccess } from "./random-access.ts";
import { openReftable } from "./reftable.ts";
import { FileBoundMet } from "./stop.ts";
import { openTar } from "./tar.ts";
import { type Openers, Unpacking } from "./unpacking.ts";
import { openZip } from "./zip.ts";
import { openZlib } from "./zlib.ts";

const OPENERS: Openers = {
  gzip: openGzip,
  zip: openZip,
  tar: openTar,
  zstd: openZstd,
  bzip2: openBzip2,
  xz: openXz,
  zlib: openZlib,
  brotli: openBrotli,
  utf32: openUtf32,
  reftable: openReftable,
};

export interface ArchiveOptions {
  /** The file's name without folders: what a compressed file is called inside follows from it. */
  readonly name: string;
  /** What the file's head says it is (`containerFormat`); null: that is still to be found out, and it may be no container at all. */
  readonly format: ContainerFormat | null;
  readonly sink: MemberSink;
  readonly bounds?: ArchiveBounds;
  readonly signal?: AbortSignal;
}

/**
 * Reads a compressed file or an archive with all that is nested in it, or whatever else a stream is. Nothing is written anywhere. Whatever the content,
 * what cannot be read becomes a row; what `source`, the sink and the signal throw comes out as it is.
 * @param source a file, or chunks as they come; a chunk may be reused once the next is asked for
 */
export async function readArchive(
  source: RandomAccess | AsyncIterable<Uint8Array>,
  options: ArchiveOptions,
): Promise<void> {
  // Node's file streams have a method `read` of another meaning: so a stream is told by its iterator.
  if (!(Symbol.asyncIterator in source)) return unpack(windowPull(source), source, options);
  const chunks = source[Symbol.asyncIterator]();
  const pull = async () => {
    const next = await chunks.next();
    return next.done === true ? null : next.value;
  };
  try {
    await unpack(pull, null, options);
  } finally {
    await chunks.return?.();
  }
}

async function unpack(
  pull: Pull,
  whole: RandomAccess | null,
  { name, format, sink, bounds = DEFAULT_BOUNDS, signal }: ArchiveOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const pullAndPause = async () => {
    const chunk = await pull();
    if (chunk !== null) await unpacking.passed(chunk.length);
    return chunk;
  };
  const reader = new BufferedReader(pullAndPause, whole);
  const fileBytes = () => whole?.size ?? reader.position + reader.available.length;
  const unpacking = new Unpacking(OPENERS, bounds, sink, fileBytes, signal);
  try {
    if (format === null) await unpacking.member({ reader, within: [], name, depth: 0 });
    else await unpacking.container({ reader, within: [], name, depth: 1 }, format);
  } catch (error) {
    if (!(error instanceof FileBoundMet)) throw error;
    unpacking.skip([], error.reason, error.message);
    await unpacking.unread(reader, []);
  }
  unpacking.finish();
}
