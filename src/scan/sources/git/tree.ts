/** What an entry of a tree stands for, as its mode says: a folder, a file (a link too), a commit of a submodule. */
export type EntryKind = "tree" | "blob" | "commit";

export interface TreeEntry {
  readonly kind: EntryKind;
  /** A character for each byte. */
  readonly name: string;
  /** In hexadecimal. */
  readonly id: string;
}

/**
 * The entries of a tree in their order, up to the first that makes no sense.
 * @param idLength in bytes
 */
export function* treeEntries(bytes: Buffer, idLength: number): Generator<TreeEntry> {
  for (const { kind, nameStart, idStart } of entrySpans(bytes, idLength)) {
    const name = bytes.toString("latin1", nameStart, idStart - 1);
    yield { kind, name, id: bytes.toString("hex", idStart, idStart + idLength) };
  }
}

/** Where an entry's name and id are in a tree's bytes; a NUL stands between them. */
export interface EntrySpan {
  readonly kind: EntryKind;
  readonly nameStart: number;
  readonly idStart: number;
}

/** As treeEntries, without making text of what may not be wanted. The one object is used for all entries. */
export function* entrySpans(bytes: Buffer, idLength: number): Generator<EntrySpan> {
  const span = { kind: "blob" as EntryKind, nameStart: 0, idStart: 0 };
  for (let at = 0; at < bytes.length; at = span.idStart + idLength) {
    const space = bytes.indexOf(0x20, at);
    const nul = space < 0 ? -1 : bytes.indexOf(0, space);
    if (nul < 0 || space - at > 7 || nul + 1 + idLength > bytes.length) return;
    span.kind = kindOf(bytes, at, space);
    span.nameStart = space + 1;
    span.idStart = nul + 1;
    yield span;
  }
}

/** By the mode's digits: 40000 (or 040000, which old tools wrote) is a folder, 160000 a submodule. */
function kindOf(bytes: Buffer, start: number, end: number): EntryKind {
  let mode = 0;
  for (let i = start; i < end; i++) mode = mode * 8 + ((bytes[i] ?? 0) & 7);
  const format = mode & 0o170000;
  if (format === 0o040000) return "tree";
  return format === 0o160000 ? "commit" : "blob";
}
