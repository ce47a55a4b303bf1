import { closeSync, constants, opendirSync, openSync, readSync } from "node:fs";
import { type Skipped, skipped } from "../../../model/coverage.ts";
import type { Documents } from "../documents.ts";
import type { Sink } from "../sink.ts";

const FILE_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Walks folders and searches their files. */
export class TreeSearch {
  readonly #documents: Documents;
  readonly #sink: Sink;
  readonly #work: string[] = [];
  files = 0;
  bytes = 0;

  constructor(documents: Documents, sink: Sink) {
    this.#documents = documents;
    this.#sink = sink;
  }

  add(path: string): void {
    this.#work.push(path);
  }

  /** Works until nothing is left or `until()` says to stop. Whether work is left. */
  run(until: () => boolean): boolean {
    for (let folder = this.#work.pop(); folder !== undefined; folder = this.#work.pop()) {
      this.#searchFolder(folder);
      if (until()) break;
    }
    return this.#work.length > 0;
  }

  #searchFolder(path: string): void {
    try {
      const folder = opendirSync(path);
      try {
        for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
          const child = `${path}/${entry.name}`;
          if (entry.isDirectory()) this.#work.push(child);
          else if (entry.isFile()) this.searchFile(child);
          else if (!entry.isSymbolicLink()) this.#skip(child, "special-file", "neither a file nor a folder");
        }
      } finally {
        folder.closeSync();
      }
    } catch (error) {
      if (isSystemError(error) && error.code === "ENOTDIR") this.searchFile(path);
      else this.#skipError(path, error);
    }
  }

  searchFile(path: string): void {
    try {
      const fd = openSync(path, FILE_FLAGS);
      try {
        const documents = this.#documents;
        documents.begin({ path, modifiedAtMs: null });
        for (;;) {
          const count = readSync(fd, documents.buffer, documents.fill, documents.space, null);
          if (count === 0) break;
          documents.wrote(count);
          this.bytes += count;
        }
        for (const detection of documents.finish()) {
          const { line, column } = detection;
          this.#sink.onDetection(detection, { kind: "file", path, within: [], line, column });
        }
        this.files++;
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      this.#skipError(path, error);
    }
  }

  #skip(place: string, ...row: [Skipped["reason"], string]): void {
    this.#sink.onSkipped(skipped(place, ...row));
  }

  #skipError(place: string, error: unknown): void {
    if (!isSystemError(error)) this.#skip(place, "internal-error", error instanceof Error ? error.name : "unknown");
    else if (error.code === "ENOENT") this.#skip(place, "vanished", error.code);
    else if (error.code === "EACCES" || error.code === "EPERM") this.#skip(place, "permission-denied", error.code);
    else this.#skip(place, "read-error", error.code);
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string";
}
