import { randomBytes } from "node:crypto";
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Segment {
  readonly index: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * Records that are too many to be kept in memory: they are written to a temporary file, which nobody else may read and which has no name
 * any more where the system allows that.
 * They come back by section, in the order of their indexes, whatever the order in which they were written.
 */
export class Spool<Section extends string> implements Disposable {
  readonly #path: string;
  readonly #file: number;
  readonly #segments = new Map<Section, Segment[]>();
  #end = 0;

  constructor(folder: string = tmpdir()) {
    this.#path = join(folder, `keysweep-${randomBytes(8).toString("hex")}`);
    this.#file = openSync(this.#path, "wx+", 0o600);
    try {
      rmSync(this.#path);
    } catch {
      // Where an open file cannot be removed it is removed when it is closed.
    }
  }

  write(section: Section, index: number, records: readonly unknown[]): void {
    if (records.length === 0) return;
    const bytes = Buffer.from(JSON.stringify(records), "utf8");
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#file, bytes, done, bytes.length - done, this.#end + done);
    }
    const segments = this.#segments.get(section) ?? [];
    segments.push({ index, offset: this.#end, length: bytes.length });
    this.#segments.set(section, segments);
    this.#end += bytes.length;
  }

  /** All records of a section, or those that were written under one index. */
  *read<T>(section: Section, only: number | null = null): Generator<T> {
    const segments = (this.#segments.get(section) ?? []).toSorted((a, b) => a.index - b.index);
    for (const { index, offset, length } of segments) {
      if (only !== null && index !== only) continue;
      const bytes = Buffer.alloc(length);
      for (let done = 0; done < length; ) done += readSync(this.#file, bytes, done, length - done, offset + done);
      yield* JSON.parse(bytes.toString("utf8")) as T[];
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
  }
}
