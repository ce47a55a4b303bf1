import { createBrotliDecompress } from "node:zlib";
import type { ByteReader } from "./byte-reader.ts";
import { damaged, Stop, unsupported } from "./stop.ts";
import { drive, ENGINE_CHUNK } from "./zlib-engine.ts";

/**
 * Unpacks a stream of brotli, which nothing but the file's name tells: so what fails from the start is said to be none.
 * @see https://www.rfc-editor.org/rfc/rfc7932
 */
export async function* unbrotli(input: ByteReader): AsyncGenerator<Uint8Array, void> {
  let isBrotli = false;
  try {
    for await (const chunk of drive(createBrotliDecompress({ chunkSize: ENGINE_CHUNK }), input)) {
      isBrotli = true;
      yield chunk;
    }
  } catch (error) {
    throw isBrotli || !(error instanceof Stop) ? error : unsupported("it is named like brotli, and is none");
  }
  if (input.available.length > 0 || (await input.ensure(1)) > 0)
    throw damaged("something else follows the brotli data");
}
