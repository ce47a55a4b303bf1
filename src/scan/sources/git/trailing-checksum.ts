import type { DiskPath } from "../disk/disk-path.ts";
import { type HashFormat, idLengthOf } from "./hash-format.ts";
import { RegularFile } from "./regular-file.ts";

const CHUNK_BYTES = 1 << 20;

/**
 * Whether a pack or an index ends in the checksum of all that comes before, as each does that nobody has written into.
 * @returns false also when it cannot be read
 */
export function hasTrueChecksum(path: DiskPath, hash: HashFormat): boolean {
  const { createHash } = process.getBuiltinModule("node:crypto");
  try {
    const file = new RegularFile(path);
    try {
      const end = file.size - idLengthOf(hash);
      if (end < 0) return false;
      const digest = createHash(hash);
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      for (let position = 0; position < end; ) {
        const count = file.read(chunk.subarray(0, Math.min(CHUNK_BYTES, end - position)), position);
        if (count === 0) return false;
        digest.update(chunk.subarray(0, count));
        position += count;
      }
      const trailer = Buffer.alloc(idLengthOf(hash));
      file.read(trailer, end);
      return digest.digest().equals(trailer);
    } finally {
      file.close();
    }
  } catch {
    return false;
  }
}
