import { posix } from "node:path";
import type { SkipReason } from "../../../model/coverage.ts";
import type { Detection, DocumentHint } from "../../detect/detection.ts";
import {
  type ContainerFormat,
  containerFormat,
  endsAsZip,
  HEAD_LENGTH,
  LONGEST_ZIP_END,
  unreadFormat,
} from "../archive/format.ts";
import { MemoryAccess } from "../archive/random-access.ts";
import type { Documents } from "../documents.ts";
import { type MemberEvents, MemberSearch, once } from "../member-search.ts";

/** A blob up to this size, in bytes, is held whole, so that a zip can be read by its directory. */
const HELD_BYTES = 64 * 1024 * 1024;

/** One credential in a blob. */
export interface BlobHit {
  readonly detection: Detection;
  /** The members of an archive that lead to it, outermost first. */
  readonly within: readonly string[];
}

/** What a blob holds, and what of it could not be read. */
export interface BlobResult {
  readonly hits: readonly BlobHit[];
  readonly skipped: readonly SkippedInBlob[];
}

/** What of a blob was not read: see Skipped. */
export interface SkippedInBlob {
  /** The members of an archive that lead to it, outermost first. */
  readonly within: readonly string[];
  readonly reason: SkipReason;
  readonly detail: string;
}

const CLEAN: BlobResult = { hits: [], skipped: [] };

/** A blob's content, as it comes from git. */
export interface BlobContent {
  readonly size: number;
  content(): AsyncIterable<Uint8Array>;
}

/** Searches the content of one blob after another, also what is inside when it is an archive. */
export class BlobSearch {
  readonly #documents: Documents;
  readonly #signal: AbortSignal;

  constructor(documents: Documents, signal: AbortSignal) {
    this.#documents = documents;
    this.#signal = signal;
  }

  /** @param hint its path tells what a key is used for, and what a compressed file is called inside */
  async search(blob: BlobContent, hint: DocumentHint): Promise<BlobResult> {
    if (blob.size === 0) return CLEAN;
    return blob.size <= HELD_BYTES ? this.#searchHeld(blob, hint) : this.#searchStream(blob, hint);
  }

  async #searchHeld({ content }: BlobContent, hint: DocumentHint): Promise<BlobResult> {
    const parts: Uint8Array[] = [];
    for await (const part of content()) parts.push(part);
    const [only] = parts;
    const bytes = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
    const format =
      containerFormat(bytes.subarray(0, HEAD_LENGTH)) ?? (endsAsZip(bytes.subarray(-LONGEST_ZIP_END)) ? "zip" : null);
    if (format === null) return this.#searchPlain([bytes], bytes, hint);
    const { result, isWholeWanted } = await this.#searchContainer(new MemoryAccess(bytes), format, hint);
    if (!isWholeWanted) return result;
    const plain = await this.#searchPlain([bytes], bytes, hint);
    return { hits: [...result.hits, ...plain.hits], skipped: [...result.skipped, ...plain.skipped] };
  }

  async #searchStream({ content }: BlobContent, hint: DocumentHint): Promise<BlobResult> {
    const chunks = content()[Symbol.asyncIterator]();
    const head: Uint8Array[] = [];
    for (let length = 0; length < HEAD_LENGTH; ) {
      const next = await chunks.next();
      if (next.done === true) break;
      head.push(next.value);
      length += next.value.length;
    }
    const first = Buffer.concat(head);
    const format = containerFormat(first);
    const whole = prepended(first, chunks);
    if (format === null) return this.#searchPlain(whole, first, hint);
    return (await this.#searchContainer(whole, format, hint)).result;
  }

  async #searchPlain(
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    head: Uint8Array,
    hint: DocumentHint,
  ): Promise<BlobResult> {
    const unread = unreadFormat(head);
    const rows: SkippedInBlob[] =
      unread === null ? [] : [{ within: [], reason: "archive-unsupported", detail: `${unread} is not read into` }];
    const leftOut = once((detail) => rows.push({ within: [], reason: "archive-suspicious", detail }));
    this.#documents.begin({ ...hint, leftOut });
    for await (const chunk of chunks) {
      this.#signal.throwIfAborted();
      this.#documents.push(chunk);
    }
    const found = this.#documents.finish();
    if (found.length + rows.length === 0) return CLEAN;
    return { hits: found.map((detection) => ({ detection, within: [] })), skipped: rows };
  }

  async #searchContainer(
    source: MemoryAccess | AsyncIterable<Uint8Array>,
    format: ContainerFormat,
    hint: DocumentHint,
  ): Promise<{ result: BlobResult; isWholeWanted: boolean }> {
    const hits: BlobHit[] = [];
    const skipped: SkippedInBlob[] = [];
    const events: MemberEvents = {
      onDetection: (detection, within) => hits.push({ detection, within }),
      onSkipped: (within, reason, detail) => skipped.push({ within, reason, detail }),
      onBytes: () => this.#signal.throwIfAborted(),
    };
    const sink = new MemberSearch(this.#documents, hint, events, source instanceof MemoryAccess);
    const { readArchive } = await import("../archive/read-archive.ts");
    await readArchive(source, { name: posix.basename(hint.path ?? ""), format, sink, signal: this.#signal });
    return { result: { hits, skipped }, isWholeWanted: sink.isWholeWanted };
  }
}

async function* prepended(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
