import type { ByteReader } from "./byte-reader.ts";
import { damaged } from "./stop.ts";

/** Characters that are turned at a time. */
const CHARACTERS = 1 << 14;

/** Turns UTF-32 into UTF-8; the byte order is told by its first character, which the format's recognition has looked at. */
export async function* utf32ToUtf8(input: ByteReader): AsyncGenerator<Uint8Array, void> {
  let isLittle: boolean | null = null;
  for (;;) {
    const ready = await input.ensure(4);
    if (ready === 0) return;
    if (ready < 4) throw damaged("the UTF-32 text ends inside a character");
    const { available } = input;
    isLittle ??= available[3] === 0;
    const bytes = new DataView(available.buffer, available.byteOffset, available.length);
    const codes: number[] = [];
    for (const end = Math.min(CHARACTERS, available.length >> 2); codes.length < end; ) {
      const code = bytes.getUint32(4 * codes.length, isLittle);
      if (code > 0x10ffff) break;
      codes.push(code);
    }
    if (codes.length === 0) throw damaged("what is there is no character of UTF-32");
    input.consume(4 * codes.length);
    yield Buffer.from(String.fromCodePoint(...codes));
  }
}
