export interface TarMember {
  readonly name: string;
  readonly content?: Uint8Array;
  /** A file unless said otherwise. */
  readonly type?: string;
  /** Stated instead of the content's length. */
  readonly size?: number;
  /** Stated as the name of a member is; none for v7. */
  readonly prefix?: string;
  /** In base 256, as for what does not fit in octal. */
  readonly isSizeBinary?: boolean;
  readonly format?: "ustar" | "v7" | "gnu";
  /** Written over the header before its checksum is computed. */
  readonly patch?: { readonly at: number; readonly bytes: Uint8Array };
}

const BLOCK = 512;

export function tar(members: readonly TarMember[]): Buffer {
  return Buffer.concat([...members.map(tarMember), Buffer.alloc(2 * BLOCK)]);
}

/** A header and its body, with no end mark. */
export function tarMember(member: TarMember): Buffer {
  const content = member.content ?? Buffer.alloc(0);
  return Buffer.concat([tarHeader(member, content), content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

/** A pax header for the member behind it. */
export function pax(records: Readonly<Record<string, string>>): TarMember {
  const lines = Object.entries(records).map(([key, value]) => paxRecord(key, value));
  return { name: "pax", type: "x", content: Buffer.concat(lines) };
}

/** GNU's way to give the member behind it a long name. */
export function gnuLongName(name: string): TarMember {
  return { name: "././@LongLink", type: "L", content: Buffer.from(`${name}\0`) };
}

function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (String(length).length + Buffer.byteLength(rest) !== length) length++;
  return Buffer.from(length + rest);
}

function tarHeader(member: TarMember, content: Uint8Array): Buffer {
  const header = Buffer.alloc(BLOCK);
  const size = member.size ?? content.length;
  header.write(member.name, 0, 100);
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  if (member.isSizeBinary === true) header.writeUIntBE(size, 130, 6);
  else header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  if (member.isSizeBinary === true) header[124] = 0x80;
  header.write("00000000000\0", 136);
  header.write(member.type ?? "0", 156);
  if (member.format === "gnu") header.write("ustar  \0", 257);
  else if (member.format !== "v7") header.write("ustar\x0000", 257, "latin1");
  if (member.prefix !== undefined) header.write(member.prefix, 345, 155);
  if (member.patch !== undefined) header.set(member.patch.bytes, member.patch.at);
  header.write("        ", 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}
