import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { DocumentHint, LeftOutReason } from "../../detect/detection.ts";
import type { RandomAccess } from "../archive/random-access.ts";
import { type DiskPath, shownPath } from "./disk-path.ts";

/** A link or a FIFO that somebody puts in the file's place between listing and opening is neither followed nor waited for. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

const NONE = -1;

/** The file that a thread is reading; one object for one file after another. What a detector may want to know is found out only when asked for. */
export class OpenFile implements DocumentHint, RandomAccess {
  readonly kind = "file";
  readonly nowMs: number;
  readonly #onLeftOut: (path: string, reason: LeftOutReason, detail: string) => void;
  /** What was told of it. */
  readonly #told = new Set<LeftOutReason>();
  #fd = NONE;
  #path: DiskPath = "";
  /** Null until it is asked for. */
  #size: number | null = null;

  constructor(nowMs: number, onLeftOut: (path: string, reason: LeftOutReason, detail: string) => void) {
    this.nowMs = nowMs;
    this.#onLeftOut = onLeftOut;
  }

  get isOpen(): boolean {
    return this.#fd !== NONE;
  }

  get path(): string {
    return shownPath(this.#path);
  }

  ageMs(): number {
    return Math.max(0, this.nowMs - fstatSync(this.#fd).mtimeMs);
  }

  leftOut(detail: string, reason: LeftOutReason = "archive-suspicious"): void {
    if (!this.#told.has(reason)) this.#onLeftOut(this.path, reason, detail);
    this.#told.add(reason);
  }

  open(path: DiskPath): void {
    if (this.#told.size > 0) this.#told.clear();
    this.#size = null;
    this.#fd = openSync(path, FLAGS);
    this.#path = path;
  }

  /** The next bytes; how many. 0 at the end. */
  readNext(into: Uint8Array, offset: number, length: number): number {
    return readSync(this.#fd, into, offset, length, null);
  }

  /** In bytes, when it was first asked for: an archive's reader asks thousands of times. */
  get size(): number {
    this.#size ??= fstatSync(this.#fd).size;
    return this.#size;
  }

  read(into: Uint8Array, position: number): number {
    let filled = 0;
    for (let count = 1; count > 0 && filled < into.length; filled += count) {
      count = readSync(this.#fd, into, filled, into.length - filled, position + filled);
    }
    return filled;
  }

  /** Begins at the file's beginning again. */
  reopen(): void {
    this.close();
    this.open(this.#path);
  }

  close(): void {
    if (this.#fd === NONE) return;
    const fd = this.#fd;
    this.#fd = NONE;
    closeSync(fd);
  }
}
