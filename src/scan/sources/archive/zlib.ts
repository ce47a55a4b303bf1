import { type ByteReader, peek } from "./byte-reader.ts";
import { compressed } from "./compressed.ts";
import { HEAD_LENGTH } from "./format.ts";
import { beginsZlib, inflateHead, inflateZlib } from "./inflate.ts";
import { payloadOf } from "./payload.ts";
import { damaged, unsupported } from "./stop.ts";
import type { Container, Unpacking } from "./unpacking.ts";
import { openZip } from "./zip.ts";

/**
 * With what a loose object of git begins, once unpacked.
 * @see https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_object_storage
 */
const OBJECT_HEADER = /^(blob|tree|commit|tag) (\d{1,15})\0/;

/** Reads an object of git that lies on its own, in an archive or a folder that is no repository's, or any other zlib stream: not what merely begins as one. */
export async function openZlib(container: Container, unpacking: Unpacking): Promise<void> {
  const { reader, within } = container;
  const head = await peek(reader, HEAD_LENGTH);
  if (objectType(head) !== null) return openObject(container, unpacking);
  // A zip may end what begins like zlib: as behind a program.
  if (reader.whole !== null && payloadOf(reader.whole) !== null) return openZip(container, unpacking);
  if (isStream(head)) return openStreams(container, unpacking);
  await unpacking.deliver(reader, within);
}

/** @param head the first {@link HEAD_LENGTH} bytes, or all there are */
function isStream(head: Uint8Array): boolean {
  return beginsZlib(head, head.length < HEAD_LENGTH);
}

const openStreams = compressed(unpackStreams);

/** One after another, until the input ends. What else follows is no damage: programs put more into a file than a stream. */
async function* unpackStreams(input: ByteReader): AsyncGenerator<Uint8Array, void> {
  do {
    yield* inflateZlib(input);
    const head = await peek(input, HEAD_LENGTH);
    if (head.length > 0 && !isStream(head)) throw unsupported("something else follows the zlib data");
  } while (input.available.length > 0);
}

const openObject = compressed(unpackObject, objectType);

/** What its member is called. @param head its first bytes, as they are stored */
function objectType(head: Uint8Array): string | null {
  return OBJECT_HEADER.exec(latin1(inflateHead(head).subarray(0, 32)))?.[1] ?? null;
}

/** The content, without its header. Its first bytes are known to be an object's. */
async function* unpackObject(input: ByteReader): AsyncGenerator<Uint8Array, void> {
  let head = Buffer.alloc(0);
  let left: number | null = null;
  for await (const chunk of inflateZlib(input)) {
    let content = chunk;
    if (left === null) {
      head = Buffer.concat([head, chunk]);
      const header = OBJECT_HEADER.exec(latin1(head.subarray(0, 32)));
      if (header === null) continue;
      left = Number(header[2]);
      content = head.subarray(header[0].length);
    }
    left -= content.length;
    yield content;
  }
  if (left !== 0) throw damaged("the git object is not as long as it says");
  if (input.available.length > 0 || (await input.ensure(1)) > 0) throw damaged("something else follows the git object");
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
