import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { logRecord, USUAL, writeTable } from "../git/reftable-writer.ts";
import { bzip2 } from "./bzip2.ts";
import { tar } from "./tar.ts";
import { xz } from "./xz.ts";
import { zip } from "./zip.ts";

/** A way to hold a file's text, and what such a file is called. */
export interface Hiding {
  readonly what: string;
  readonly name: string;
  hide(content: Buffer): Buffer;
}

/** What makeself writes, in short: a script that unpacks what follows it. */
const SCRIPT = Buffer.from(`#!/bin/sh\n# unpacks what follows\nskip=5\ntail -n +$skip "$0" | tar x\nexit 0\n`);
const IMAGE = Buffer.from("GIF89a\x01\x02\xfe\xff", "latin1");
const OTHER = { name: "other", content: Buffer.from("content\n") };
/** Noise, so that what is packed is long, too: always the same. */
const NOISE = Buffer.from(
  Array.from({ length: 120_000 }, (_, at) => (at * at * 31 + (at >> 3) * 17 + (at >> 9)) & 255),
);

function hiding(what: string, hide: (content: Buffer) => Buffer, name = "a"): Hiding {
  return { what, name, hide };
}

function utf32(text: string, isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(4 * text.length);
  for (let at = 0; at < text.length; at++) {
    if (isLittle) bytes.writeUInt32LE(text.charCodeAt(at), 4 * at);
    else bytes.writeUInt32BE(text.charCodeAt(at), 4 * at);
  }
  return bytes;
}

function wrapped(text: string, indent: string, width = 76): string {
  return text.replace(new RegExp(`.{1,${width}}`, "g"), (line) => `${indent}${line}\n`);
}

/** Longer once packed than what is looked at on either side of an anchor. */
function longGzip(content: Buffer): Buffer {
  return gzipSync(Buffer.concat([NOISE, content]), { level: 1 });
}

const commented = (content: Buffer): Buffer => zip([{ name: "packed", content }], { comment: "a comment" });
const tarOf = (content: Buffer): Buffer => tar([{ name: "etc", content }]);

function inTable(content: Buffer): Buffer {
  const [oldId, newId] = ["0".repeat(40), "1".repeat(40)];
  const message = content.toString("latin1");
  const entry = { oldId, newId, person: "Ada", mail: "ada@example.org", seconds: 0, zone: 0, message };
  return writeTable([logRecord("HEAD", 1, entry)], USUAL);
}

/** Every container and encoding in which a key is found on a disk. */
export const HIDINGS: readonly Hiding[] = [
  hiding("plain text", (content) => content),
  hiding("gzip", (content) => gzipSync(content), "a.txt.gz"),
  hiding("zlib", (content) => deflateSync(content), "a.txt.zz"),
  hiding("zlib behind zlib", (content) => Buffer.concat([deflateSync(NOISE), deflateSync(content)]), "a.bin"),
  hiding("gzip by another name", (content) => gzipSync(content), "a.txt"),
  hiding("bzip2", bzip2, "a.bz2"),
  hiding("xz", (content) => xz(content), "a.xz"),
  hiding("zstd", (content) => zstdCompressSync(content), "a.zst"),
  hiding("an object of git", (content) =>
    deflateSync(Buffer.concat([Buffer.from(`blob ${content.length}\0`), content])),
  ),
  hiding("a message in a log of git's tables of refs", inTable, "a.ref"),
  hiding("brotli", (content) => brotliCompressSync(content), "a.txt.br"),
  hiding("a tar in brotli", (content) => brotliCompressSync(tarOf(content)), "a.TBR"),
  hiding("a zip in a tar in a gzip", (content) => gzipSync(tarOf(commented(content))), "a.tgz"),
  hiding("brotli in a tar", (content) => tar([{ name: "a.br", content: brotliCompressSync(content) }]), "a.tar"),
  hiding("a zip with a comment", commented, "a.zip"),
  hiding("a zip behind a script", (content) => Buffer.concat([SCRIPT, commented(content)])),
  hiding("a zip behind an image", (content) => Buffer.concat([IMAGE, commented(content)])),
  hiding("a zip with something behind it", (content) =>
    Buffer.concat([IMAGE, commented(content), Buffer.from("\n\n")]),
  ),
  hiding("a gzip behind a script", (content) => Buffer.concat([SCRIPT, gzipSync(tarOf(content))])),
  hiding("a bzip2 behind a script", (content) => Buffer.concat([SCRIPT, bzip2(content)])),
  hiding("an xz behind a script", (content) => Buffer.concat([SCRIPT, xz(content)])),
  hiding("a zstd behind a script", (content) => Buffer.concat([SCRIPT, zstdCompressSync(content)])),
  hiding("a tar behind a script", (content) => Buffer.concat([SCRIPT, tarOf(gzipSync(content))])),
  hiding("a gzip far behind in a script", (content) =>
    Buffer.concat([SCRIPT, Buffer.alloc((1 << 20) - 20, "#"), gzipSync(content)]),
  ),
  hiding("a gzip behind a tar", (content) => Buffer.concat([tar([OTHER]), gzipSync(content)]), "a.tar"),
  hiding("a zip behind a tar", (content) => Buffer.concat([tar([OTHER]), commented(content)]), "a.tar"),
  hiding("UTF-16", (content) => Buffer.from(`\ufeff${content.toString()}`, "utf16le")),
  hiding("UTF-32 with a mark", (content) => utf32(`\ufeff${content.toString()}`, true)),
  hiding("UTF-32 with a mark, the other way", (content) => utf32(`\ufeff${content.toString()}`, false)),
  hiding("UTF-32", (content) => utf32(content.toString(), true)),
  hiding("UTF-32, the other way", (content) => utf32(content.toString(), false)),
  hiding("UTF-32 that breaks off", (content) => Buffer.concat([utf32("text\n".repeat(99), true), content])),
  hiding("base64", (content) => Buffer.from(content.toString("base64"))),
  hiding("base64 of base64", (content) => Buffer.from(Buffer.from(content.toString("base64")).toString("base64"))),
  hiding("hexadecimal", (content) => Buffer.from(content.toString("hex"))),
  hiding("gzip in base64", (content) => Buffer.from(`data: ${gzipSync(content).toString("base64")}\n`)),
  hiding("gzip in hexadecimal", (content) => Buffer.from(gzipSync(content).toString("hex"))),
  hiding("a long gzip in base64", (content) => Buffer.from(`data: ${longGzip(content).toString("base64")}\n`)),
  hiding("a long gzip in wrapped base64", (content) =>
    Buffer.from(`data: |\n${wrapped(longGzip(content).toString("base64"), "  ")}`),
  ),
  hiding("a long gzip in commented base64", (content) =>
    Buffer.from(wrapped(longGzip(content).toString("base64"), "# ")),
  ),
  hiding("a long gzip in hexadecimal", (content) => Buffer.from(longGzip(content).toString("hex"))),
  hiding("a zip in base64", (content) =>
    Buffer.from(wrapped(zip([{ name: "packed", content }]).toString("base64"), "")),
  ),
  hiding("a zip in hexadecimal", (content) => Buffer.from(zip([{ name: "packed", content }]).toString("hex"))),
  hiding("a long zip in base64", (content) =>
    Buffer.from(
      wrapped(zip([OTHER, { name: "packed", content: Buffer.concat([NOISE, content]) }]).toString("base64"), ""),
    ),
  ),
];

/** What is told of only, whatever is in it. */
export const UNREAD: readonly Hiding[] = [
  hiding("an image of a CD", (content) => Buffer.concat([Buffer.alloc(0x8001), Buffer.from("CD001\x01"), content])),
  hiding("a disk image of macOS", (content) => Buffer.concat([content, Buffer.from("koly"), Buffer.alloc(508)])),
  hiding("an AppImage", (content) => Buffer.concat([Buffer.from("\x7fELF\x02\x01\x01\0AI\x02", "latin1"), content])),
  ...[
    ["cpio", `070701${"0".repeat(104)}`],
    ["snappy", "\xff\x06\0\0sNaPpY"],
    ["a Windows image", "MSWIM\0\0\0"],
    ["7z", "7z\xbc\xaf\x27\x1c"],
    ["RAR", "Rar!\x1a\x07"],
    ["lz4", "\x04\x22\x4d\x18"],
    ["lzip", "LZIP"],
    ["lrzip", "LRZI\0"],
    ["lzop", "\x89LZO\0"],
    ["lzfse", "bvx2"],
    ["lzfse, not packed", "bvxn"],
    ["pbzx", "pbzx"],
    ["compress", "\x1f\x9d\x90"],
    ["a cabinet", "MSCF\0\0\0\0"],
    ["xar", "xar!\0"],
    ["an RPM package", "\xed\xab\xee\xdb"],
    ["a Debian package", "!<arch>\ndebian-binary"],
    ["SquashFS", "hsqs"],
    ["SquashFS, the other way", "sqsh"],
    ["cramfs", "\x45\x3d\xcd\x28"],
    ["a QEMU image", "QFI\xfb"],
    ["a VMware image", "KDMV"],
    ["Parquet", "PAR1"],
    ["Avro", "Obj\x01"],
    ["a git pack", "PACK\0\0\0\x02"],
    ["a git bundle", "# v2 git bundle\n"],
    ["lzma", `\x5d\0\0\x80\0${"\xff".repeat(8)}`],
  ].map(([what = "", head = ""]) => hiding(what, (content) => Buffer.concat([Buffer.from(head, "latin1"), content]))),
  hiding("what is only named like brotli", (content) => content, "a.br"),
  hiding("gzip that breaks off", (content) => gzipSync(content).subarray(0, -9)),
  hiding("a zip without a directory", (content) => Buffer.concat([Buffer.from("PK\x03\x04"), content])),
];
