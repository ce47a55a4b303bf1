import { crc32, deflateRawSync, zstdCompressSync } from "node:zlib";
import { bzip2 } from "./bzip2.ts";
import { xz } from "./xz.ts";

export type ZipMethod = "stored" | "deflated" | "bzip2" | "zstd" | "xz";

export interface ZipMember {
  readonly name: string | Uint8Array;
  readonly content?: Uint8Array;
  readonly method?: ZipMethod;
  /** Stated instead of the method's. */
  readonly methodNumber?: number;
  /** Checksum and sizes behind the data, with a signature, or without. */
  readonly descriptor?: "signed" | "bare";
  readonly flags?: number;
  /** Sizes in the zip64 field. */
  readonly zip64?: boolean;
  /** Stated instead of what is true. */
  readonly crc?: number;
  readonly size?: number;
  /** The data, instead of the packed content. */
  readonly packed?: Uint8Array;
  /** Stated in the local header only. */
  readonly local?: { readonly name?: string; readonly methodNumber?: number };
  /** Left out of the directory. */
  readonly isUnlisted?: boolean;
}

export interface ZipOptions {
  readonly comment?: string;
  /** The records of the end in their zip64 form. */
  readonly zip64?: boolean;
  /** Stated instead of the number of members. */
  readonly entries?: number;
}

const METHODS: Readonly<Record<ZipMethod, readonly [number, (content: Uint8Array) => Uint8Array]>> = {
  stored: [0, (content) => content],
  deflated: [8, (content) => deflateRawSync(content)],
  bzip2: [12, bzip2],
  zstd: [93, (content) => zstdCompressSync(content)],
  xz: [95, xz],
};

export function zip(members: readonly ZipMember[], options: ZipOptions = {}): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const { local, central } = zipMember(member, offset);
    files.push(local);
    if (member.isUnlisted !== true) directory.push(central);
    offset += local.length;
  }
  return Buffer.concat([...files, ...directory, zipEnd(directory, offset, options)]);
}

/** A directory's entry that leads to the local header at `offset`. */
export function zipMember(member: ZipMember, offset: number): { local: Buffer; central: Buffer } {
  const content = member.content ?? Buffer.alloc(0);
  const [methodNumber, pack] = METHODS[member.method ?? "deflated"];
  const packed = member.packed ?? pack(content);
  const name = Buffer.from(member.name as Uint8Array);
  const facts = {
    crc: member.crc ?? crc32(content),
    packedSize: packed.length,
    size: member.size ?? content.length,
    method: member.methodNumber ?? methodNumber,
    flags: (member.flags ?? 0) | (member.descriptor === undefined ? 0 : 8),
    zip64: member.zip64 === true,
    offset,
  };
  const isLater = member.descriptor !== undefined;
  const localFacts = {
    ...facts,
    method: member.local?.methodNumber ?? facts.method,
    ...(isLater ? { crc: 0, packedSize: 0, size: 0 } : {}),
  };
  const localName = member.local?.name === undefined ? name : Buffer.from(member.local.name);
  const descriptor = isLater ? zipDescriptor(facts, member.descriptor === "signed") : Buffer.alloc(0);
  return {
    local: Buffer.concat([zipHeader(localFacts, localName, true), packed, descriptor]),
    central: zipHeader(facts, name, false),
  };
}

interface Facts {
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly method: number;
  readonly flags: number;
  readonly zip64: boolean;
  readonly offset: number;
}

function zipHeader(facts: Facts, name: Buffer, isLocal: boolean): Buffer {
  const header = Buffer.alloc(isLocal ? 30 : 46);
  const at = isLocal ? 4 : 6;
  header.writeUInt32LE(isLocal ? 0x04034b50 : 0x02014b50, 0);
  header.writeUInt16LE(20, at);
  header.writeUInt16LE(facts.flags, at + 2);
  header.writeUInt16LE(facts.method, at + 4);
  header.writeUInt32LE(facts.crc, at + 10);
  header.writeUInt32LE(facts.zip64 ? 0xffffffff : facts.packedSize, at + 14);
  header.writeUInt32LE(facts.zip64 ? 0xffffffff : facts.size, at + 18);
  header.writeUInt16LE(name.length, at + 22);
  const extra = facts.zip64 ? zip64Extra(facts) : Buffer.alloc(0);
  header.writeUInt16LE(extra.length, at + 24);
  if (!isLocal) header.writeUInt32LE(facts.offset, 42);
  return Buffer.concat([header, name, extra]);
}

function zip64Extra(facts: Facts): Buffer {
  // Behind a field that means nothing, as writers put their timestamps.
  const extra = Buffer.alloc(6 + 20);
  extra.writeUInt16LE(0x5455, 0);
  extra.writeUInt16LE(2, 2);
  extra.writeUInt16LE(1, 6);
  extra.writeUInt16LE(16, 8);
  extra.writeBigUInt64LE(BigInt(facts.size), 10);
  extra.writeBigUInt64LE(BigInt(facts.packedSize), 18);
  return extra;
}

function zipDescriptor(facts: Facts, isSigned: boolean): Buffer {
  const descriptor = Buffer.alloc(12);
  descriptor.writeUInt32LE(facts.crc, 0);
  descriptor.writeUInt32LE(facts.packedSize, 4);
  descriptor.writeUInt32LE(facts.size, 8);
  return isSigned ? Buffer.concat([Buffer.from("PK\x07\x08"), descriptor]) : descriptor;
}

/** The records that end a zip, for a directory at `offset`. */
export function zipEnd(directory: readonly Buffer[], offset: number, options: ZipOptions = {}): Buffer {
  const size = directory.reduce((total, entry) => total + entry.length, 0);
  const entries = options.entries ?? directory.length;
  const comment = Buffer.from(options.comment ?? "");
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(options.zip64 === true ? 0xffff : entries, 8);
  end.writeUInt16LE(options.zip64 === true ? 0xffff : entries, 10);
  end.writeUInt32LE(options.zip64 === true ? 0xffffffff : size, 12);
  end.writeUInt32LE(options.zip64 === true ? 0xffffffff : offset, 16);
  end.writeUInt16LE(comment.length, 20);
  if (options.zip64 !== true) return Buffer.concat([end, comment]);
  const wide = Buffer.alloc(56 + 20);
  wide.write("PK\x06\x06");
  wide.writeBigUInt64LE(44n, 4);
  wide.writeBigUInt64LE(BigInt(entries), 24);
  wide.writeBigUInt64LE(BigInt(entries), 32);
  wide.writeBigUInt64LE(BigInt(size), 40);
  wide.writeBigUInt64LE(BigInt(offset), 48);
  wide.write("PK\x06\x07", 56);
  wide.writeBigUInt64LE(BigInt(offset + size), 64);
  wide.writeUInt32LE(1, 72);
  return Buffer.concat([wide, end, comment]);
}
