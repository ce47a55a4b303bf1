import { gitFailed } from "./operator-git.ts";

/** One version of a file: what a tree's or the index's entry says of it. */
export interface FileVersion {
  /** As git writes it, e.g. `100644`; `000000` where there is no file. */
  readonly mode: string;
  /** The blob's id, or the commit's of a submodule; zeros where there is no file. */
  readonly id: string;
}

/** What a file was before, and where: another path where it was renamed. */
export interface EarlierVersion extends FileVersion {
  readonly path: string;
}

/** A file that differs, as `git diff --raw` tells: from one version, or from each parent's of a merge. */
export interface FileChange {
  /** From the top of the repository; bytes that are not UTF-8 appear as U+FFFD. */
  readonly path: string;
  readonly now: FileVersion;
  readonly before: readonly EarlierVersion[];
  /** A letter a parent, e.g. `M`; `U` for a path with a conflict. */
  readonly status: string;
}

/** The name of the commit whose changes follow. */
export interface CommitHeading {
  readonly commit: string;
}

/** Whether there is content to read: a file, or the target of a symbolic link. */
export function isBlob({ mode }: FileVersion): boolean {
  return mode.startsWith("100") || mode.startsWith("120");
}

/** Whether there is nothing at that path. */
export function isGone({ mode }: FileVersion): boolean {
  return mode === "000000";
}

/** Whether it is another repository's commit. */
export function isSubmodule({ mode }: FileVersion): boolean {
  return mode === "160000";
}

/**
 * Reads what `git diff --raw -z --no-abbrev` and `git diff-tree --stdin` print: a record
 * `:MODE… ID… STATUS` with one colon, and one more mode and id before, for each parent; a path; for renames and copies a second one. A lone id heads a commit.
 * @see https://git-scm.com/docs/diff-format
 */
export async function* readRawDiff(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<FileChange | CommitHeading, void> {
  const fields = fieldsOf(chunks);
  for (;;) {
    const next = await fields.next();
    if (next.done === true) return;
    const record = next.value.toString("latin1");
    if (!record.startsWith(":")) {
      if (!/^[0-9a-f]{40,64}$/.test(record)) throw gitFailed(["diff"], "it printed what is no raw record");
      yield { commit: record };
      continue;
    }
    const parents = record.lastIndexOf(":") + 1;
    const words = record.slice(parents).split(" ");
    const versions = Array.from({ length: parents + 1 }, (_, index) => ({
      mode: words[index] ?? "",
      id: words[parents + 1 + index] ?? "",
    }));
    const now = versions.pop();
    const status = words[2 * (parents + 1)];
    if (now === undefined || status === undefined) throw gitFailed(["diff"], "it printed a record that is too short");
    const from = await pathOf(fields);
    // A merge's record has one path, whatever was renamed.
    const isMoved = parents === 1 && /^[RC]/.test(status);
    const path = isMoved ? await pathOf(fields) : from;
    yield { path, now, before: versions.map((version) => ({ ...version, path: from })), status };
  }
}

async function pathOf(fields: AsyncGenerator<Buffer, void>): Promise<string> {
  const next = await fields.next();
  if (next.done === true) throw gitFailed(["diff"], "it ended within a record");
  return next.value.toString("utf8");
}

/** What stands between NULs. */
async function* fieldsOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Buffer, void> {
  let begun: Buffer[] = [];
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let end = bytes.indexOf(0); end !== -1; end = bytes.indexOf(0, from)) {
      yield Buffer.concat([...begun, bytes.subarray(from, end)]);
      begun = [];
      from = end + 1;
    }
    if (from < bytes.length) begun.push(Buffer.from(bytes.subarray(from)));
  }
  if (begun.length > 0) throw gitFailed(["diff"], "it ended within a record");
}
