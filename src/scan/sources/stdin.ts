import { skipped } from "../../model/coverage.ts";
import type { DocumentHint } from "../detect/detection.ts";
import { DEFAULT_BOUNDS } from "./archive/bounds.ts";
import {
  type ContainerFormat,
  containerFormat,
  endsAsZip,
  HEAD_LENGTH,
  isProgram,
  LONGEST_ZIP_END,
  Tail,
  unreadFormat,
  ZIP_BEHIND,
} from "./archive/format.ts";
import { MemoryAccess } from "./archive/random-access.ts";
import { skipReason } from "./disk/skip-reason.ts";
import type { Documents } from "./documents.ts";
import { type MemberEvents, MemberSearch, memberPath, once } from "./member-search.ts";
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
  const { sink, name, signal } = options;
  try {
    const [head, chunks] = await takeHead(untilAborted(options));
    const format = containerFormat(head);
    const unread = unreadFormat(head);
    if (unread !== null) sink.onSkipped(skipped(name, "archive-unsupported", `${unread} is not read into`));
    if (format === null) await searchPlain(options, head, chunks);
    else await searchContainer(options, format, prepended(head, chunks));
  } catch (error) {
    if (!signal.aborted) sink.onSkipped(skipped(name, ...skipReason(error)));
  }
}

async function searchPlain(options: StreamOptions, head: Uint8Array, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const { documents, sink, name } = options;
  const tail = new Tail();
  // A program may end as a zip, which is read by its end.
  let held: Uint8Array[] | null = isProgram(head) ? [] : null;
  let length = 0;
  documents.begin(hintOf(options));
  try {
    for await (const chunk of prepended(head, chunks)) {
      documents.push(chunk);
      tail.add(chunk);
      length += chunk.length;
      if (length > DEFAULT_BOUNDS.storedBytes) held = null;
      held?.push(Uint8Array.from(chunk));
    }
  } finally {
    for (const detection of documents.finish()) {
      sink.onDetection(detection, { kind: "stdin", name, within: [], line: detection.line, column: detection.column });
    }
  }
  const whole = held === null ? null : Buffer.concat(held);
  if (!(whole === null ? tail.isZip : endsAsZip(whole.subarray(-LONGEST_ZIP_END)))) return;
  if (whole === null) sink.onSkipped(skipped(name, "archive-unsupported", ZIP_BEHIND));
  else await searchContainer(options, "zip", new MemoryAccess(whole));
}

async function searchContainer(
  options: StreamOptions,
  format: ContainerFormat,
  source: MemoryAccess | AsyncIterable<Uint8Array>,
): Promise<void> {
  const { documents, sink, name, signal } = options;
  const events: MemberEvents = {
    onDetection: (detection, within) => {
      const { line, column } = detection;
      sink.onDetection(detection, { kind: "stdin", name, within, line, column });
    },
    onSkipped: (within, reason, detail) => sink.onSkipped(skipped(memberPath(name, within), reason, detail)),
    onBytes: () => {},
  };
  const members = new MemberSearch(documents, hintOf(options), events, source instanceof MemoryAccess);
  const { readArchive } = await import("./archive/read-archive.ts");
  await readArchive(source, { name, format, sink: members, signal });
}

function hintOf({ sink, name }: StreamOptions): DocumentHint {
  const leftOut = once((detail) => sink.onSkipped(skipped(name, "archive-suspicious", detail)));
  return { kind: "stdin", path: name, ageMs: () => 0, leftOut };
}

/** The first bytes, enough to tell a container by if there are so many, and what follows them: the rest, or what broke it off. */
async function takeHead(chunks: AsyncIterable<Uint8Array>): Promise<[Uint8Array, AsyncIterable<Uint8Array>]> {
  const rest = chunks[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  try {
    for (let length = 0; length < HEAD_LENGTH; ) {
      const next = await rest.next();
      if (next.done === true) break;
      parts.push(next.value.slice());
      length += next.value.length;
    }
    return [Buffer.concat(parts), chunks];
  } catch (error) {
    return [Buffer.concat(parts), failing(error)];
  }
}

function failing(error: unknown): AsyncIterable<never> {
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        throw error;
      },
    }),
  };
}

async function* prepended(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  yield head;
  yield* rest;
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
