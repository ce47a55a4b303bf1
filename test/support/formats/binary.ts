import type { Random } from "../random.ts";
import { type Credential, type Format, format } from "./format.ts";

/*
 * Binary stores that keep text as it is, between lengths and tags.
 */

type Part = string | number | Uint8Array;

const binary = (...parts: readonly Part[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "number" ? Uint8Array.of(part) : Buffer.from(part))));

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

type Field = readonly [name: string, value: string];

const fieldsOf = ({ id, secret, label }: Credential): readonly Field[] => [
  ["name", label],
  ["accessKeyId", id],
  ["secretAccessKey", secret],
];

function bson(fields: readonly Field[]): Uint8Array {
  const body = binary(...fields.flatMap(([name, value]) => [2, name, 0, uint32(value.length + 1), value, 0]));
  return binary(uint32(body.length + 5), body, 0);
}

function messagePack(fields: readonly Field[]): Uint8Array {
  const text = (value: string): readonly Part[] =>
    value.length < 32 ? [0xa0 | value.length, value] : [0xd9, value.length, value];
  return binary(0x80 | fields.length, ...fields.flatMap(([name, value]) => [...text(name), ...text(value)]));
}

function protobuf(fields: readonly Field[]): Uint8Array {
  return binary(...fields.flatMap(([, value], index) => [((index + 1) << 3) | 2, value.length, value]));
}

function pickle4(fields: readonly Field[]): Uint8Array {
  return binary(
    Uint8Array.of(0x80, 4, 0x7d, 0x94),
    ...fields.flatMap(([name, value]) => [0x8c, name.length, name, 0x94, 0x8c, value.length, value, 0x94]),
    ".",
  );
}

function store(name: string, path: string, write: (fields: readonly Field[]) => Uint8Array): Format {
  return format(
    name,
    path,
    (credentials: readonly Credential[], random: Random) =>
      binary(
        random.bytes(64),
        0,
        ...credentials.flatMap((credential) => [write(fieldsOf(credential)), 0, random.bytes(16), 0]),
      ),
    { syntax: null },
  );
}

export const binaryFormats: readonly Format[] = [
  store("BSON", "~/dump/keys.bson", bson),
  store("MessagePack", "~/cache/keys.msgpack", messagePack),
  store("protocol buffers", "~/cache/keys.pb", protobuf),
  store("pickle, protocol 4", "~/cache/keys.pkl", pickle4),
  format("Vim swap file", "~/.env.swp", (credentials) =>
    binary(
      "b0VIM 9.1",
      new Uint8Array(120),
      ...credentials.flatMap(({ id, secret }) => [`AWS_SECRET_ACCESS_KEY=${secret}`, 0, `AWS_ACCESS_KEY_ID=${id}`, 0]),
    ),
  ),
];
