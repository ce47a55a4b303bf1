import type { Fingerprint } from "../../model/finding.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { codePoints } from "./code-points.ts";
import { detect } from "./detect.ts";
import type { Detection, DocumentHint } from "./detection.ts";
import { repeated } from "./repeated.ts";

/** How much of a document is looked at on either side of an anchor, in bytes: what lies further apart is not paired. */
export const CONTEXT_BYTES = 64 * 1024;

/** Says of something packed in text that the buffer does not hold all of it. */
const TOO_LONG =
  "what is packed in base64 or hexadecimal is longer than a megabyte: only its beginning was looked into";

/** An anchor with all that the kernel asks of the bytes behind it is shorter than this, in bytes: some 3 KB in wrapped, indented base64. */
const LONGEST_ANCHOR_BYTES = 4096;

const NOTHING: readonly Detection[] = [];

/** Bounds on what one document can make us remember: a small archive may hold an id some hundred million times. */
export interface DocumentBounds {
  /** Those past it are said to be left out. */
  readonly credentials: number;
  /** Of all credentials together; each keeps at least one. */
  readonly places: number;
  readonly placesOfOne: number;
}

const BOUNDS: DocumentBounds = { credentials: 100_000, places: 100_000, placesOfOne: 1000 };

/** A part of the buffer, half-open. */
interface Window {
  readonly from: number;
  readonly to: number;
}

/** How often a credential was told in a document, and which of the detections was its last. */
interface Told {
  places: number;
  last: number;
}

/**
 * Scans one document after another through one kernel, whatever their length, in the kernel's memory alone.
 * A document that fits goes through in one piece. A longer one goes through as a window that slides over it:
 * what the next window could still need as context stays in front of it.
 */
export class DocumentSearch {
  readonly buffer: Uint8Array;
  readonly #kernel: Kernel;
  /** The same memory, as what Node can look through backwards the fast way. */
  readonly #bytes: Buffer;
  #hint: DocumentHint | null = null;
  #fill = 0;
  /** Where in the document the buffer begins: bytes, line feeds before it, code points of its first line before it. */
  #base = { offset: 0, lines: 0, columns: 0 };
  /** In the buffer: anchors before this have been searched for. */
  #searched = 0;
  /** In the buffer: what was found before this has been told. */
  #told = 0;
  #pending: number[] = [];
  #detections: Detection[] = [];
  readonly #byFingerprint = new Map<Fingerprint, Told>();
  /** Whether there were more credentials than are told: then nothing more is looked for, since each takes its time. */
  #isFull = false;
  readonly #bounds: DocumentBounds;

  constructor(kernel: Kernel, bounds: DocumentBounds = BOUNDS) {
    this.#kernel = kernel;
    this.#bounds = bounds;
    this.buffer = kernel.input;
    this.#bytes = Buffer.from(kernel.input.buffer, kernel.input.byteOffset, kernel.input.length);
  }

  get fill(): number {
    return this.#fill;
  }

  get space(): number {
    return this.buffer.length - this.#fill;
  }

  begin(hint: DocumentHint): void {
    this.#hint = hint;
    this.#fill = 0;
    this.#searched = 0;
    this.#told = 0;
    if (this.#base.offset !== 0) this.#base = { offset: 0, lines: 0, columns: 0 };
    if (this.#pending.length > 0) this.#pending = [];
    if (this.#detections.length > 0) this.#detections = [];
    if (this.#byFingerprint.size > 0) this.#byFingerprint.clear();
    this.#isFull = false;
  }

  wrote(count: number): void {
    this.#fill += count;
    if (this.#fill === this.buffer.length) this.#slide();
  }

  push(chunk: Uint8Array): void {
    for (let done = 0; done < chunk.length; ) {
      const part = chunk.subarray(done, done + this.space);
      this.buffer.set(part, this.#fill);
      done += part.length;
      this.wrote(part.length);
    }
  }

  finish(): readonly Detection[] {
    this.#search(this.#fill);
    if (this.#pending.length > 0) this.#detect(this.#fill + 1, true);
    return this.#detections.length === 0 ? NOTHING : this.#detections;
  }

  /** Deals with a full buffer and makes room at its end. */
  #slide(): void {
    // An anchor at the very end may be cut: it is searched for again with the next bytes.
    this.#search(this.#fill - LONGEST_ANCHOR_BYTES);
    const settled = this.#detect(this.#fill - CONTEXT_BYTES, false);
    this.#dropBefore(settled - CONTEXT_BYTES);
  }

  /** Looks for anchors that begin before `end`. */
  #search(end: number): void {
    if (this.#isFull) {
      this.#searched = Math.max(this.#searched, end);
      return;
    }
    const { hits } = this.#kernel;
    while (this.#searched < end) {
      const count = this.#kernel.search(this.#searched, this.#fill);
      for (let i = 0; i < count; i++) {
        const hit = hits[i] ?? 0;
        if (hit < end) this.#pending.push(hit);
      }
      this.#searched = count < hits.length ? end : Math.min(end, (hits[count - 1] ?? end) + 1);
    }
  }

  /**
   * Tells what is found before `settled`: every pending anchor goes to the detector with its context, in as few windows as the contexts make.
   * What belongs to an anchor may lie a little behind it, so the last anchors stay pending for the next time.
   * @returns up to where all was told: less than `settled` where something packed has to wait for the rest of it
   */
  #detect(settled: number, isEnd: boolean): number {
    const pending = this.#pending;
    let next = 0;
    while (next < pending.length && (pending[next] ?? 0) < settled) {
      const from = (pending[next] ?? 0) - CONTEXT_BYTES;
      let to = from;
      for (; next < pending.length && (pending[next] ?? 0) <= Math.max(to, from + CONTEXT_BYTES); next++)
        to = (pending[next] ?? 0) + CONTEXT_BYTES;
      const window = { from: Math.max(0, from), to: Math.min(this.#fill, to) };
      if (this.#detectWindow(window, settled)) continue;
      // What is packed goes on behind its context: so all that there is is one window.
      next = pending.length;
      settled = this.#detectPacked(window.from, settled, isEnd);
    }
    this.#told = settled;
    this.#pending = pending.filter((anchor) => anchor >= settled - LONGEST_ANCHOR_BYTES);
    return settled;
  }

  /** Tells what is in a part of the buffer, unless something packed goes on behind it: then false. */
  #detectWindow({ from, to }: Window, settled: number): boolean {
    const { cutAt, detections } = this.#look(from, to);
    if (cutAt !== null) return false;
    this.#tellAll(detections, from, settled);
    return true;
  }

  /** @returns up to where all was told: to where something begins that has to wait for the rest of it, or `settled` */
  #detectPacked(from: number, settled: number, isEnd: boolean): number {
    const { cutAt, detections } = this.#look(from, this.#fill);
    const goesOn = cutAt !== null && !isEnd;
    const waits = goesOn && cutAt > CONTEXT_BYTES;
    if (goesOn && !waits) this.#hint?.leftOut?.(TOO_LONG, "archive-bound");
    const end = waits ? Math.min(settled, cutAt) : settled;
    this.#tellAll(detections, from, end);
    return end;
  }

  /** What is in a part of the buffer, and where in the buffer something packed begins that goes on behind it. */
  #look(from: number, to: number): { readonly cutAt: number | null; readonly detections: readonly Detection[] } {
    let cutAt: number | null = null;
    const onCut = (offset: number): void => {
      cutAt = Math.min(cutAt ?? to, from + offset);
    };
    const detections = this.#hint === null ? NOTHING : detect(this.buffer.subarray(from, to), this.#hint, onCut);
    return { cutAt, detections };
  }

  #tellAll(detections: readonly Detection[], from: number, settled: number): void {
    for (const detection of detections) {
      const at = from + detection.offset;
      if (at < this.#told || at >= settled) continue;
      this.#tell({
        ...detection,
        offset: this.#base.offset + at,
        line: this.#base.lines + this.#kernel.countLines(0, from) + detection.line,
        column: detection.line === 1 ? detection.column + this.#columnsBefore(from) : detection.column,
      });
    }
  }

  /** Remembers a detection; past the bound, as one more place of the same credential. */
  #tell(detection: Detection): void {
    const { credentials, places, placesOfOne } = this.#bounds;
    const told = this.#byFingerprint.get(detection.fingerprint);
    if (told === undefined && this.#byFingerprint.size >= credentials) {
      this.#isFull = true;
      this.#hint?.leftOut?.(`more than ${credentials} credentials are in it: the rest was not looked into`);
      return;
    }
    const last = told === undefined ? undefined : this.#detections[told.last];
    if (told !== undefined && last !== undefined) {
      if (told.places >= (this.#detections.length < places ? placesOfOne : 1)) {
        const placesLeftOut = (last.placesLeftOut ?? 0) + 1;
        this.#detections[told.last] = { ...repeated(last, detection), placesLeftOut };
        return;
      }
      told.places++;
      told.last = this.#detections.length;
    } else this.#byFingerprint.set(detection.fingerprint, { places: 1, last: this.#detections.length });
    this.#detections.push(detection);
  }

  #dropBefore(start: number): void {
    this.#base = {
      offset: this.#base.offset + start,
      lines: this.#base.lines + this.#kernel.countLines(0, start),
      columns: this.#columnsBefore(start),
    };
    this.buffer.copyWithin(0, start, this.#fill);
    this.#fill -= start;
    this.#searched -= start;
    this.#told -= start;
    this.#pending = this.#pending.map((anchor) => anchor - start);
  }

  /** The code points between the start of the line that `at` is on and `at`. */
  #columnsBefore(at: number): number {
    if (at === 0) return this.#base.columns;
    const lineStart = this.#bytes.lastIndexOf(0x0a, at - 1) + 1;
    const inBuffer = codePoints(this.buffer, lineStart, at);
    return lineStart === 0 ? this.#base.columns + inBuffer : inBuffer;
  }
}
