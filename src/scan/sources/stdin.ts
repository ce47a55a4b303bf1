import { skipped } from "../../model/coverage.ts";
import { skippedThoughNamed, skipReason } from "./disk/skip-reason.ts";
import type { Documents } from "./documents.ts";
import { type MemberEvents, MemberSearch, memberPath } from "./member-search.ts";
import type { Sink } from "./sink.ts";

export interface StreamOptions {
  readonly documents: Documents;
  readonly sink: Sink;
  /** What the stream is called in the report. */
  readonly name: string;
  readonly stream: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  /** Told of each chunk, in bytes. */
  readonly onBytes: (count: number) => void;
}

/** Searches a stream as it comes, also what is inside when it is an archive. What stops it becomes a row. */
export async function searchStream(options: StreamOptions): Promise<void> {
  const { documents, sink, name, signal } = options;
  const events: MemberEvents = {
    onDetection: (detection, within) => {
      const { line, column } = detection;
      sink.onDetection(detection, { kind: "stdin", name, within, line, column });
    },
    onSkipped: (within, reason, detail) => sink.onSkipped(skipped(memberPath(name, within), reason, detail)),
    onBytes: () => {},
  };
  const members = new MemberSearch(documents, { kind: "stdin", path: name, ageMs: () => 0 }, events, false);
  try {
    const { readArchive } = await import("./archive/read-archive.ts");
    await readArchive(untilAborted(options), { name, format: null, sink: members, signal });
  } catch (error) {
    if (!signal.aborted) sink.onSkipped(skippedThoughNamed(name, ...skipReason(error)));
  }
}

/** The stream, which ends when the signal says so: also while nothing comes. */
async function* untilAborted({ stream, signal, onBytes }: StreamOptions): AsyncGenerator<Uint8Array, void> {
  const chunks = stream[Symbol.asyncIterator]();
  const aborted = Promise.withResolvers<{ readonly done: true }>();
  const stop = () => aborted.resolve({ done: true });
  signal.addEventListener("abort", stop);
  try {
    while (!signal.aborted) {
      const next = await Promise.race([chunks.next(), aborted.promise]);
      if (next.done === true) return;
      onBytes(next.value.length);
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
