import { unbrotli } from "./brotli.ts";
import { BufferedReader, drain, peek } from "./byte-reader.ts";
import { bunzip2 } from "./bzip2.ts";
import type { Decompressor } from "./decompressor.ts";
import { HEAD_LENGTH } from "./format.ts";
import { gunzip, gzipName } from "./gzip.ts";
import { unpackedName } from "./unpacked-name.ts";
import type { Container, Opener, Unpacking } from "./unpacking.ts";
import { utf32ToUtf8 } from "./utf32.ts";
import { unxz } from "./xz.ts";
import { unzstd } from "./zstd.ts";

/** A container of a single stream, which has one member. */
export function compressed(
  decompress: Decompressor,
  nameInside: (head: Uint8Array) => string | null = () => null,
): Opener {
  return async (container: Container, unpacking: Unpacking) => {
    const { reader, within, depth, aside } = container;
    const name = nameInside(await peek(reader, HEAD_LENGTH)) ?? unpackedName(container.name);
    await unpacking.countMember();
    const chunks = unpacking.bounded(decompress(reader, unpacking, aside), reader);
    const unpacked = new BufferedReader(async () => (await chunks.next()).value ?? null);
    try {
      await unpacking.member({ reader: unpacked, within: [...within, name], name, depth });
      // What the member did not ask for has a checksum too.
      await drain(unpacked);
    } catch (error) {
      unpacking.skipIfOwn(error, within, unpacked);
      await unpacking.unread(reader, within);
    } finally {
      await chunks.return();
    }
  };
}

export const openGzip = compressed(gunzip, gzipName);
export const openZstd = compressed(unzstd);
export const openBzip2 = compressed(bunzip2);
export const openXz = compressed(unxz);
export const openBrotli = compressed(unbrotli);
export const openUtf32 = compressed(utf32ToUtf8);
