import { posix } from "node:path";
import type { SkipReason } from "../../../../model/coverage.ts";
import type { Detection, DocumentHint } from "../../../detect/detection.ts";
import { isPlain } from "../../archive/plain.ts";
import { MemoryAccess } from "../../archive/random-access.ts";
import type { Documents } from "../../documents.ts";
import { type MemberEvents, MemberSearch, once } from "../../member-search.ts";

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
    return blob.size <= HELD_BYTES ? this.#searchHeld(blob, hint) : (await this.#read(blob.content(), hint)).result;
  }

  async #searchHeld({ content }: BlobContent, hint: DocumentHint): Promise<BlobResult> {
    const parts: Uint8Array[] = [];
    for await (const part of content()) parts.push(part);
    const [only] = parts;
    const bytes = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
    if (isPlain(bytes, nameOf(hint))) return this.#searchPlain(bytes, hint);
    const { result, isWholeWanted } = await this.#read(new MemoryAccess(bytes), hint);
    if (!isWholeWanted) return result;
    const plain = this.#searchPlain(bytes, hint);
    return { hits: [...result.hits, ...plain.hits], skipped: [...result.skipped, ...plain.skipped] };
  }

  #searchPlain(bytes: Uint8Array, hint: DocumentHint): BlobResult {
    const rows: SkippedInBlob[] = [];
    const leftOut = once((detail, reason) => rows.push({ within: [], reason, detail }));
    this.#signal.throwIfAborted();
    this.#documents.begin({ ...hint, leftOut });
    this.#documents.push(bytes);
    const found = this.#documents.finish();
    if (found.length + rows.length === 0) return CLEAN;
    return { hits: found.map((detection) => ({ detection, within: [] })), skipped: rows };
  }

  /** Reads into whatever it is; what comes as a stream is searched in one go. */
  async #read(
    source: MemoryAccess | AsyncIterable<Uint8Array>,
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
    const { readArchive } = await import("../../archive/read-archive.ts");
    await readArchive(source, { name: nameOf(hint), format: null, sink, signal: this.#signal });
    return { result: { hits, skipped }, isWholeWanted: sink.isWholeWanted };
  }
}

function nameOf({ path }: DocumentHint): string {
  return posix.basename(path ?? "");
}
