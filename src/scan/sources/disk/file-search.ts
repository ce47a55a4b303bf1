import { basename } from "node:path";
import { skipped } from "../../../model/coverage.ts";
import type { Detection } from "../../detect/detection.ts";
import {
  type ContainerFormat,
  containerFormat,
  endsAsZip,
  isScript,
  LONGEST_ZIP_END,
  mayEndAsZip,
  unreadFormat,
  unreadFormatByEnd,
} from "../archive/format.ts";
import { payloadOf } from "../archive/payload.ts";
import { PartAccess, type RandomAccess } from "../archive/random-access.ts";
import type { Documents } from "../documents.ts";
import { type MemberEvents, MemberSearch, memberPath } from "../member-search.ts";
import type { Sink } from "../sink.ts";
import type { DiskPath } from "./disk-path.ts";
import { OpenFile } from "./open-file.ts";
import type { OwnReports } from "./own-reports.ts";
import { isSystemError } from "./skip-reason.ts";
import type { TreeSkips } from "./tree-skips.ts";
import type { WorkPool } from "./work-pool.ts";

/** How much is read at once: what was read is still in the processor's second-level cache when it is searched. */
const CHUNK_BYTES = 128 * 1024;
/** Between two looks at the clock: about as many as a buffer holds. */
const CHUNKS_OF_A_BUFFER = 8;

/** A container, and where in the open file it begins. */
interface FoundContainer {
  readonly format: ContainerFormat;
  readonly from: number;
}

/** Searches one file after another: as it is, then what is packed in it or behind it. */
export class FileSearch {
  readonly #documents: Documents;
  /** Their buffer, as what Node can look through backwards the fast way. */
  readonly #bytes: Buffer;
  readonly #sink: Sink;
  readonly #skips: TreeSkips;
  readonly #pool: WorkPool;
  readonly #ownReports: OwnReports;
  readonly #file: OpenFile;
  /** What the open file is, or holds from some place on, when it is to be read as a container. */
  #container: FoundContainer | null = null;
  /** Whether nothing of the open file was read yet. */
  #isFirst = true;
  /** Whether the open file begins as a script, which what it unpacks may follow. */
  #isScript = false;
  /** Whether something may lie behind the open file, which was searched to its end. */
  #mayHavePayload = false;
  /** Of the open file, read and counted before it was known what it is. */
  #headBytes = 0;
  /** Whether the open file is, or was, searched as it is, whatever it looks like: it is not done twice. */
  #isRaw = false;

  /** @param nowMs milliseconds since 1970: what the age of a file is reckoned from */
  constructor(
    documents: Documents,
    sink: Sink,
    skips: TreeSkips,
    pool: WorkPool,
    ownReports: OwnReports,
    nowMs: number,
  ) {
    this.#documents = documents;
    const { buffer } = documents;
    this.#bytes = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.length);
    this.#sink = sink;
    this.#skips = skips;
    this.#pool = pool;
    this.#ownReports = ownReports;
    this.#file = new OpenFile(nowMs, (path, reason, detail) => this.#skips.add(path, reason, detail));
  }

  /** Whether a file is not searched to its end yet. */
  get isOpen(): boolean {
    return this.#file.isOpen;
  }

  /** Opens a file, and searches it to its end or as far as there is time. */
  begin(path: DiskPath, isTimeUp: () => boolean): void {
    try {
      this.#file.open(path);
      if (this.#ownReports.includes(path, this.#file)) return this.#file.close();
    } catch (error) {
      this.#skips.addFor(path, error);
      return this.#file.close();
    }
    this.#isFirst = true;
    this.#isRaw = false;
    this.#isScript = false;
    this.#mayHavePayload = false;
    this.#documents.begin(this.#file);
    this.#readOn(isTimeUp);
  }

  /** Goes on with the open file. A promise only where something is unpacked: to wait for it costs each file. */
  goOn(isTimeUp: () => boolean): Promise<void> | null {
    if (this.#container !== null) return this.#searchContainer(this.#container);
    if (this.#mayHavePayload) this.#findPayload();
    else this.#readOn(isTimeUp);
    return null;
  }

  /** Leaves the open file as it is. */
  abandon(): void {
    this.#file.close();
  }

  /** Reads and searches the open file to its end, or as far as there is time. */
  #readOn(isTimeUp: () => boolean): void {
    try {
      for (let chunks = 1; ; chunks++) {
        if (!this.#readChunk()) return this.#endOfFile();
        // What is in a full buffer may have taken long.
        if (this.#container !== null || (chunks % CHUNKS_OF_A_BUFFER === 0 && isTimeUp())) return;
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  /**
   * False at the file's end. A read that brings less than was asked for is not taken for it: a file may grow,
   * and a disk's error shows only in the read that begins at the bad place.
   */
  #readChunk(): boolean {
    const documents = this.#documents;
    const { buffer, fill } = documents;
    const count = this.#file.readNext(buffer, fill, Math.min(documents.space, CHUNK_BYTES));
    if (count === 0) return false;
    this.#pool.count(0, count);
    if (this.#isFirst) {
      this.#isFirst = false;
      this.#headBytes = count;
      const head = buffer.subarray(0, count);
      const format = containerFormat(head, this.#file.path);
      if (format !== null) {
        this.#container = { format, from: 0 };
        return true;
      }
      this.#isScript = isScript(head);
      this.#tellUnread(unreadFormat(head));
    }
    documents.wrote(count);
    return true;
  }

  #endOfFile(): void {
    const { buffer, fill } = this.#documents;
    const mayBeZip =
      mayEndAsZip(this.#bytes, fill) && endsAsZip(buffer.subarray(Math.max(0, fill - LONGEST_ZIP_END), fill));
    this.#mayHavePayload = !this.#isRaw && (this.#isScript || mayBeZip);
    if (!this.#isRaw) this.#tellUnread(unreadFormatByEnd(buffer, fill));
    this.#report();
    if (!this.#mayHavePayload) this.#close();
  }

  /** Finds what lies behind the open file, which was searched as it is. */
  #findPayload(): void {
    this.#mayHavePayload = false;
    try {
      this.#container = payloadOf(this.#file);
      if (this.#container === null) return this.#close();
      this.#isRaw = true;
      this.#headBytes = this.#file.size;
    } catch (error) {
      this.#failed(error);
    }
  }

  #tellUnread(format: string | null): void {
    if (format !== null) this.#skips.add(this.#file.path, "archive-unsupported", `${format} is not read into`);
  }

  async #searchContainer({ format, from }: FoundContainer): Promise<void> {
    const path = this.#file.path;
    const events: MemberEvents = {
      onDetection: (detection, within) => this.#tell(detection, within),
      onSkipped: (within, reason, detail) => this.#sink.onSkipped(skipped(memberPath(path, within), reason, detail)),
      onBytes: () => {
        if (this.#pool.stopped) throw new Stopped();
      },
    };
    const members = new MemberSearch(this.#documents, this.#file, events, true);
    this.#container = null;
    try {
      this.#pool.count(0, this.#file.size - this.#headBytes);
      const { readArchive } = await import("../archive/read-archive.ts");
      const source: RandomAccess = from === 0 ? this.#file : new PartAccess(this.#file, from, this.#file.size - from);
      await readArchive(source, { name: basename(path), format, sink: members });
      if (members.isWholeWanted && !this.#isRaw) this.#searchRaw();
      else this.#close();
    } catch (error) {
      if (error instanceof Stopped) this.#file.close();
      else this.#failed(error);
    }
  }

  /** Searches a container that was not read wholly, or holds more than its members, for what its bytes show without unpacking. */
  #searchRaw(): void {
    this.#file.reopen();
    this.#isFirst = false;
    this.#isRaw = true;
    this.#documents.begin(this.#file);
  }

  /** What was found before the error is told too. */
  #failed(error: unknown): void {
    this.#skips.addFor(this.#file.path, error);
    this.#container = null;
    if (isSystemError(error)) this.#report();
    this.#file.close();
  }

  #close(): void {
    this.#file.close();
    this.#pool.count(1, 0);
  }

  #report(): void {
    for (const detection of this.#documents.finish()) this.#tell(detection, []);
  }

  #tell(detection: Detection, within: readonly string[]): void {
    const { line, column } = detection;
    this.#sink.onDetection(detection, { kind: "file", path: this.#file.path, within, line, column });
  }
}

/** The scan was stopped while a container was being read. */
class Stopped extends Error {}
