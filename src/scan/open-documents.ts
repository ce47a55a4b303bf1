import type { Documents } from "./sources/documents.ts";

/** Loads the kernel and opens a search of documents on it. Until the detector is in place, one that finds nothing. */
export async function openDocuments(): Promise<Documents> {
  const buffer = new Uint8Array(1 << 18);
  return { buffer, fill: 0, space: buffer.length, begin() {}, wrote() {}, push() {}, finish: () => [] };
}
