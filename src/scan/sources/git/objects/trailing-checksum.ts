import type { DiskPath } from "../../disk/disk-path.ts";
import { type HashFormat, idLengthOf } from "../hash-format.ts";
import { RegularFile } from "../regular-file.ts";

const CHUNK_BYTES = 1 << 20;

/**
 * What a pack or an index ends in, if that is the checksum of all that comes before, as in each that nobody has written into.
 * @returns in hexadecimal; null when it is not, or cannot be read
 */
export function trueChecksum(path: DiskPath, hash: HashFormat): string | null {
  const { createHash } = process.getBuiltinModule("node:crypto");
  try {
    const file = new RegularFile(path);
    try {
      const end = file.size - idLengthOf(hash);
      if (end < 0) return null;
      const digest = createHash(hash);
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      for (let position = 0; position < end; ) {
        const count = file.read(chunk.subarray(0, Math.min(CHUNK_BYTES, end - position)), position);
        if (count === 0) return null;
        digest.update(chunk.subarray(0, count));
        position += count;
      }
      const trailer = Buffer.alloc(idLengthOf(hash));
      file.read(trailer, end);
      return digest.digest().equals(trailer) ? trailer.toString("hex") : null;
    } finally {
      file.close();
    }
  } catch {
    return null;
  }
}
