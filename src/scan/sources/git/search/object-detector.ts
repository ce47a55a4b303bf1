import type { SkipReason } from "../../../../model/coverage.ts";
import { codePoints } from "../../../detect/code-points.ts";
import { detect } from "../../../detect/detect.ts";
import type { Detection, DocumentHint } from "../../../detect/detection.ts";
import { CONTEXT_BYTES, DocumentSearch } from "../../../detect/document-search.ts";
import { repeated } from "../../../detect/repeated.ts";
import { instantiateKernel } from "../../../kernel/load.ts";
import { MemoryAccess, type RandomAccess } from "../../archive/random-access.ts";
import type { Documents } from "../../documents.ts";
import { MemberSearch } from "../../member-search.ts";
import type { ObjectDetection } from "./object-hit.ts";
import { STORED } from "./stored.ts";

/**
 * An anchor with the same bytes round it, so many to either side, has the same detections: they are not looked for again. A credential's halves
 * lie closer together than that, and what is base64 counts to its end.
 */
export const REPEAT_BYTES = 4096;
/** An object of no more than this is looked at whole: that takes no longer than to look at its pieces first, and a piece may not show how it is encoded. */
const SMALL_OBJECT_BYTES = 4 * REPEAT_BYTES;
/** So many anchors' surroundings are remembered; then all are forgotten. */
const MOST_REPEATS = 200_000;
const LINE_FEED = 0x0a;

/** Where something begins that is worth a look. */
export interface ObjectAnchor {
  readonly offset: number;
  /** What stands for the bytes round it, see {@link surroundings}. */
  readonly key: number;
}

/** An object with the anchors that were found in it. */
export interface MetObject {
  readonly bytes: Uint8Array;
  /** Ascending; null when there are more than are listed. */
  readonly anchors: readonly ObjectAnchor[] | null;
  /** The number of line feeds before an offset. */
  linesBefore(offset: number): number;
  /** Told when something in it was not looked into. */
  readonly leftOut: LeftOut;
}

/** Takes what was not looked into. */
export type LeftOut = NonNullable<DocumentHint["leftOut"]>;

/** What could not be read of an archive. */
export type OnMemberSkipped = (within: readonly string[], reason: SkipReason, detail: string) => void;

/** What happens while an object is read into. */
export interface UnpackEvents {
  /** Gets what is found, also what was found before an error. */
  readonly found: ObjectDetection[];
  readonly onSkipped: OnMemberSkipped;
  /** Called now and then; what it throws ends the reading. */
  readonly checkpoint: () => void;
}

/** Says what credentials an object holds, given where its anchors are. Versions of one file are many, so what was seen before is not looked at again. */
export class ObjectDetector {
  readonly #kernel: WebAssembly.Module;
  readonly #repeats = new Map<number, readonly Detection[]>();
  #documents: Documents | null = null;

  /** @param kernel for documents (kernel/load.ts) */
  constructor(kernel: WebAssembly.Module) {
    this.#kernel = kernel;
  }

  /** What the detector finds round the anchors. */
  detect(object: MetObject): readonly ObjectDetection[] {
    const { anchors } = object;
    if (anchors?.length === 0) return [];
    const found = anchors === null ? this.#everywhere(object) : this.#nearAnchors(object, anchors);
    return distinct(found).map((detection) => ({ within: [], detection }));
  }

  /**
   * Reads into whatever an object is, by what it holds.
   * @param source is not changed while it is read
   * @returns whether the object is to be searched as it is, too: where something of it was not read or lies beside all members. Never where
   * it cannot be read again, since that was done then.
   */
  async unpack(
    source: RandomAccess | AsyncIterable<Uint8Array>,
    canBeReadAgain: boolean,
    events: UnpackEvents,
  ): Promise<boolean> {
    const sink = new MemberSearch(
      this.documents,
      STORED,
      {
        onDetection: (detection, within) => events.found.push({ within, detection }),
        onSkipped: events.onSkipped,
        onBytes: events.checkpoint,
      },
      canBeReadAgain,
    );
    const { readArchive } = await import("../../archive/read-archive.ts");
    await readArchive(source, { name: "", format: null, sink });
    return sink.isWholeWanted;
  }

  /** A copy of an object that stays as it is. */
  copyOf(bytes: Uint8Array): RandomAccess {
    return new MemoryAccess(bytes.slice());
  }

  /** For what comes in pieces. */
  get documents(): Documents {
    this.#documents ??= new DocumentSearch(instantiateKernel(this.#kernel));
    return this.#documents;
  }

  /** @param leftOut told when something in it was not looked into */
  beginDocument(leftOut: LeftOut): void {
    this.documents.begin({ ...STORED, leftOut });
  }

  #everywhere({ bytes, leftOut }: MetObject): readonly Detection[] {
    this.beginDocument(leftOut);
    this.documents.push(bytes);
    return this.documents.finish();
  }

  #nearAnchors(object: MetObject, met: readonly ObjectAnchor[]): readonly Detection[] {
    const anchors = met.map(({ offset, key }) => ({ offset, key, known: this.#repeats.get(key) }));
    const fresh = anchors.filter(({ known }) => known === undefined).map(({ offset }) => offset);
    const isSmall = object.bytes.length <= SMALL_OBJECT_BYTES;
    // Most anchors are none after all, which a small window tells in a tenth of the time.
    const small = isSmall ? [] : inWindows(object, fresh, REPEAT_BYTES);
    const promising = small.filter((window) => window.detections.length > 0 || window.isCut);
    const encoded = fresh.filter((offset) => isEncoded(object.bytes, offset) || isEscaped(object.bytes, offset));
    const wide = new Set([...promising.flatMap((window) => window.anchors), ...encoded]);
    const windows = inWindows(object, isSmall ? fresh : fresh.filter((offset) => wide.has(offset)), CONTEXT_BYTES);
    if (windows.some((window) => window.isCut)) return this.#everywhere(object);
    const news = windows.flatMap((window) => window.detections);
    // What is packed goes on behind the bytes that stand for it.
    const cut = new Set(small.flatMap((window) => (window.isCut ? window.anchors : [])));
    // Each detection belongs to the anchor before it, or else to the first.
    const byAnchor = new Map<number, Detection[]>();
    for (const detection of news) {
      const owner = (met.findLast(({ offset }) => offset <= detection.offset) ?? met[0])?.offset ?? 0;
      byAnchor.set(owner, [...(byAnchor.get(owner) ?? []), detection]);
    }
    return anchors.flatMap(({ offset, key, known = [] }) => {
      const mine = byAnchor.get(offset) ?? [];
      const seen = new Set(known.map(({ fingerprint }) => fingerprint));
      const all = mine.length === 0 ? known : [...known, ...mine.filter(({ fingerprint }) => !seen.has(fingerprint))];
      if (!cut.has(offset)) this.#remember(key, all);
      return all;
    });
  }

  #remember(key: number, detections: readonly Detection[]): void {
    if (this.#repeats.size >= MOST_REPEATS) this.#repeats.clear();
    this.#repeats.set(key, detections);
  }
}

/**
 * What stands for the bytes round an anchor.
 * @param hash a keyed hash of a part of the object and of a number
 */
export function surroundings(
  bytes: Uint8Array,
  anchor: number,
  hash: (from: number, to: number, number: number) => number,
): number {
  if (bytes.length <= SMALL_OBJECT_BYTES) return hash(0, bytes.length, anchor);
  const from = Math.max(0, anchor - REPEAT_BYTES);
  let to = Math.min(bytes.length, anchor + REPEAT_BYTES);
  const end = Math.min(bytes.length, anchor + CONTEXT_BYTES);
  if (isEscaped(bytes, anchor)) return hash(Math.max(0, anchor - CONTEXT_BYTES), end, Math.min(anchor, CONTEXT_BYTES));
  // An archive in base64 goes on: what is different of it may be far behind its beginning.
  if (isEncoded(bytes, anchor)) while (to < end && isBase64(bytes[to] ?? 0)) to++;
  return hash(from, to, anchor - from);
}

/** Of bytes of which one in so many begins an escape, a secret takes up many times its length, and more than one layer may have to come off. */
const ESCAPED_ONE_IN = 16;

/** Whether much round the anchor is escaped: what is decoded there, and how far apart two halves lie, a small window does not tell. */
function isEscaped(bytes: Uint8Array, anchor: number): boolean {
  const from = Math.max(0, anchor - REPEAT_BYTES);
  const to = Math.min(bytes.length, anchor + REPEAT_BYTES);
  let escapes = 0;
  for (let at = from; at < to; at++) if (beginsEscape(bytes, at)) escapes++;
  return escapes * ESCAPED_ONE_IN > to - from;
}

/** A backslash, a percent sign, an entity; in quoted-printable an equals sign before two hexadecimal digits or a line's end. */
function beginsEscape(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at];
  if (byte === 0x5c || byte === 0x25 || byte === 0x26) return true;
  return byte === 0x3d && (isHexadecimal(bytes[at + 1] ?? 0) || (bytes[at + 1] ?? 0) <= 0x0d);
}

function isHexadecimal(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46);
}

/** Whether a long run of base64 begins at the anchor. */
function isEncoded(bytes: Uint8Array, anchor: number): boolean {
  const end = Math.min(bytes.length, anchor + REPEAT_BYTES);
  for (let at = anchor; at < end; at++) if (!isBase64(bytes[at] ?? 0)) return false;
  return true;
}

/** Base64 and how it is wrapped: line breaks, as JSON writes them too, and indentation. */
function isBase64(byte: number): boolean {
  return (
    (byte >= 0x2f && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    [0x2b, 0x2d, 0x5f, 0x3d, 0x20, 0x09, 0x0a, 0x0d, 0x5c].includes(byte)
  );
}

/** A part of an object, and what was found in it. */
interface Window {
  readonly anchors: readonly number[];
  readonly detections: readonly Detection[];
  /** Whether something packed goes on behind it. */
  readonly isCut: boolean;
}

/** The detections round some anchors, in as few windows as their contexts make; offset and line count from the object's beginning. */
function inWindows(object: MetObject, anchors: readonly number[], context: number): readonly Window[] {
  const windows: Window[] = [];
  for (let next = 0; next < anchors.length; ) {
    const first = next;
    const from = Math.max(0, (anchors[next] ?? 0) - context);
    let to = from;
    for (; next < anchors.length && (anchors[next] ?? 0) <= Math.max(to, from + context); next++)
      to = Math.min(object.bytes.length, (anchors[next] ?? 0) + context);
    windows.push({ anchors: anchors.slice(first, next), ...inWindow(object, from, to) });
  }
  return windows;
}

function inWindow({ bytes, linesBefore, leftOut }: MetObject, from: number, to: number): Omit<Window, "anchors"> {
  let isCut = false;
  const onCut = (): void => {
    isCut = to < bytes.length;
  };
  // A copy: what lies in shared memory is no text to Node.
  const detections = detect(bytes.slice(from, to), { ...STORED, leftOut }, onCut).map((detection) => ({
    ...detection,
    offset: from + detection.offset,
    line: linesBefore(from) + detection.line,
    column: detection.line === 1 ? detection.column + columnsBefore(bytes, from) : detection.column,
  }));
  return { detections, isCut };
}

/** The code points between the start of the line that `at` is on and `at`. */
function columnsBefore(bytes: Uint8Array, at: number): number {
  if (at === 0) return 0;
  const lineStart = bytes.lastIndexOf(LINE_FEED, at - 1) + 1;
  return codePoints(bytes, lineStart, at);
}

/** One detection a credential: where it is repeated in an object is told once the object's place is known. */
function distinct(detections: readonly Detection[]): readonly Detection[] {
  const byFingerprint = new Map<string, Detection>();
  for (const detection of detections) {
    const known = byFingerprint.get(detection.fingerprint);
    byFingerprint.set(detection.fingerprint, known === undefined ? detection : repeated(known, detection));
  }
  return [...byFingerprint.values()];
}
