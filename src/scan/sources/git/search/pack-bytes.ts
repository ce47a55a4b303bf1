import { setImmediate } from "node:timers/promises";
import type { FilePlace } from "../../../../model/place.ts";
import type { Detection } from "../../../detect/detection.ts";
import { type DiskPath, shownPath } from "../../disk/disk-path.ts";
import type { Documents } from "../../documents.ts";
import { RegularFile } from "../regular-file.ts";
import { STORED } from "./stored.ts";

/** How much is read at once, in bytes: it is still in the processor's cache when it is searched. */
const CHUNK_BYTES = 128 * 1024;
/** Between two turns of others. */
const CHUNKS_AT_ONCE = 256;

/**
 * Searches a pack's bytes as they are: behind its end, and between its objects, somebody may have written what is no object.
 * @throws the signal's reason when it is aborted; errors of the system as they are
 */
export async function searchPackBytes(
  pack: DiskPath,
  documents: Documents,
  signal: AbortSignal,
): Promise<readonly (readonly [Detection, FilePlace])[]> {
  const file = new RegularFile(pack);
  try {
    documents.begin(STORED);
    let position = 0;
    for (let chunk = 1; ; chunk++) {
      const { buffer, fill, space } = documents;
      const count = file.read(buffer.subarray(fill, fill + Math.min(space, CHUNK_BYTES)), position);
      if (count === 0) break;
      documents.wrote(count);
      position += count;
      if (chunk % CHUNKS_AT_ONCE > 0) continue;
      await setImmediate();
      signal.throwIfAborted();
    }
    const path = shownPath(pack);
    return documents.finish().map((detection) => {
      const { line, column } = detection;
      return [detection, { kind: "file", path, within: [], line, column }] as const;
    });
  } finally {
    file.close();
  }
}
