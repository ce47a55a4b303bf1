import { gzipSync } from "node:zlib";
import type { Random } from "../random.ts";

/** A way in which a whole document is wrapped into another. */
export interface Encoding {
  readonly name: string;

  wrap(document: Uint8Array, random: Random): string | Uint8Array;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

/** Broken into lines of `width` characters. */
function folded(encoded: string, width: number, end: string): string {
  return (encoded.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join(end);
}

function escapeUnits(document: Uint8Array, write: (unit: string) => string): string {
  return Array.from(text(document), write).join("");
}

const code = (character: string): number => character.codePointAt(0) ?? 0;
const hexOf = (character: string, digits: number): string => code(character).toString(16).padStart(digits, "0");

/** Bytes that precede the document and move it against the groups of three that base64 is made of. */
const shifted = (document: Uint8Array, by: number): Uint8Array =>
  Buffer.concat([Buffer.from("#!\n".slice(3 - by)), document]);

function utf16be(document: Uint8Array): Uint8Array {
  return Buffer.from(text(document), "utf16le").swap16();
}

export const ENCODINGS: readonly Encoding[] = [
  ...[0, 1, 2].map(
    (by): Encoding => ({ name: `base64, shifted by ${by}`, wrap: (document) => base64(shifted(document, by)) }),
  ),
  {
    name: "base64 in YAML",
    wrap: (document, random) => `kind: x\ndata:\n  file: ${base64(shifted(document, random.below(3)))}\n  other: 1\n`,
  },
  {
    name: "base64 in a shell command",
    wrap: (document) => `echo "${base64(document)}" | base64 -d > ~/.aws/credentials\n`,
  },
  {
    name: "base64, lines of 64, LF",
    wrap: (document, random) => `${folded(base64(shifted(document, random.below(3))), 64, "\n")}\n`,
  },
  {
    name: "base64, lines of 76, LF",
    wrap: (document, random) => `${folded(base64(shifted(document, random.below(3))), 76, "\n")}\n`,
  },
  {
    name: "base64, lines of 76, CRLF",
    wrap: (document, random) =>
      `Content-Transfer-Encoding: base64\r\n\r\n${folded(base64(shifted(document, random.below(3))), 76, "\r\n")}\r\n--x--\r\n`,
  },
  {
    name: "base64, indented lines of 64",
    wrap: (document) => `ca: !!binary |\n  ${folded(base64(document), 64, "\n  ")}\n`,
  },
  {
    name: "base64 in JSON, lines of 60 with \\n",
    wrap: (document) => JSON.stringify({ content: `${folded(base64(document), 60, "\n")}\n`, encoding: "base64" }),
  },
  {
    name: "base64 in JSON by PHP",
    wrap: (document) => JSON.stringify({ content: base64(document) }).replaceAll("/", "\\/"),
  },
  { name: "base64, URL-safe", wrap: (document) => `?state=${Buffer.from(document).toString("base64url")}&x=1` },
  { name: "base64 twice", wrap: (document) => base64(Buffer.from(base64(document))) },
  {
    name: "base64 twice, lines of 76 inside",
    wrap: (document) => base64(Buffer.from(folded(base64(document), 76, "\n"))),
  },
  { name: "hex, lower case", wrap: (document) => Buffer.from(document).toString("hex") },
  { name: "hex, upper case", wrap: (document) => `X'${Buffer.from(document).toString("hex").toUpperCase()}'` },
  { name: "hex, xxd -p", wrap: (document) => `${folded(Buffer.from(document).toString("hex"), 60, "\n")}\n` },
  { name: "hex of base64", wrap: (document) => Buffer.from(base64(document)).toString("hex") },
  { name: "percent, everything", wrap: (document) => `?q=${escapeBytes(document, (hex) => `%${hex.toUpperCase()}`)}` },
  { name: "percent, everything, lower case", wrap: (document) => escapeBytes(document, (hex) => `%${hex}`) },
  { name: "percent, as encodeURIComponent", wrap: (document) => `?q=${encodeURIComponent(text(document))}&r=1` },
  { name: "percent, twice", wrap: (document) => encodeURIComponent(encodeURIComponent(text(document))) },
  { name: "\\uXXXX, everything", wrap: (document) => `"${escapeUnits(document, (c) => `\\u${hexOf(c, 4)}`)}"` },
  { name: "\\xXX, everything", wrap: (document) => `b'${escapeBytes(document, (hex) => `\\x${hex}`)}'` },
  {
    name: "entities, decimal, everything",
    wrap: (document) => `<pre>${escapeUnits(document, (c) => `&#${code(c)};`)}</pre>`,
  },
  {
    name: "entities, hexadecimal, everything",
    wrap: (document) => `<pre>${escapeUnits(document, (c) => `&#x${hexOf(c, 2)};`)}</pre>`,
  },
  { name: "JSON string", wrap: (document) => JSON.stringify(text(document)) },
  {
    name: "JSON string in a JSON string",
    wrap: (document) => JSON.stringify({ a: JSON.stringify({ b: text(document) }) }),
  },
  { name: "UTF-16 LE", wrap: (document) => Buffer.from(text(document), "utf16le") },
  { name: "UTF-16 BE", wrap: utf16be },
  {
    name: "UTF-16 LE with BOM",
    wrap: (document) => Buffer.concat([Uint8Array.of(0xff, 0xfe), Buffer.from(text(document), "utf16le")]),
  },
  { name: "UTF-16 BE with BOM", wrap: (document) => Buffer.concat([Uint8Array.of(0xfe, 0xff), utf16be(document)]) },
  {
    name: "UTF-16 LE at an odd offset",
    wrap: (document) =>
      Buffer.concat([
        Uint8Array.of(1, 2, 3, 0, 0xa9),
        Buffer.from(text(document), "utf16le"),
        Uint8Array.of(0, 0xff, 7),
      ]),
  },
  {
    name: "base64 of UTF-16 LE",
    wrap: (document) => `powershell -EncodedCommand ${base64(Buffer.from(text(document), "utf16le"))}\n`,
  },
  { name: "UTF-8 with BOM", wrap: (document) => Buffer.concat([Uint8Array.of(0xef, 0xbb, 0xbf), document]) },
  { name: "base64 of hex", wrap: (document) => base64(Buffer.from(Buffer.from(document).toString("hex"))) },
  {
    name: "base64 of hex, upper case",
    wrap: (document) => base64(Buffer.from(Buffer.from(document).toString("hex").toUpperCase())),
  },
  {
    name: "quoted-printable",
    wrap: (document) =>
      `Content-Transfer-Encoding: quoted-printable\r\n\r\n${quotedPrintable(document, "\r\n")}\r\n--x--\r\n`,
  },
  { name: "quoted-printable, LF", wrap: (document) => quotedPrintable(document, "\n") },
  {
    name: "between binary bytes",
    wrap: (document, random) =>
      Buffer.concat([random.bytes(200), Uint8Array.of(0), document, Uint8Array.of(0), random.bytes(200)]),
  },
];

/** Encodings that hide a compressed stream: archives are the business of the sources, so these are counted apart. */
export const COMPRESSED_ENCODINGS: readonly Encoding[] = [
  { name: "base64 of gzip", wrap: (document) => base64(gzipSync(document)) },
  {
    name: "Helm release: base64 of base64 of gzip",
    wrap: (document) =>
      `kind: Secret\ntype: helm.sh/release.v1\ndata:\n  release: ${base64(Buffer.from(base64(gzipSync(document))))}\n`,
  },
];

/** As mail does: `=3D` for an equals sign, lines of 76 at most, those that were longer with `=` at their end. */
function quotedPrintable(document: Uint8Array, end: string): string {
  const lines = Buffer.from(document).toString("latin1").split("\n");
  const encoded = lines.map((line) => {
    const units = Array.from(line, (character) =>
      /[\x20-\x3c\x3e-\x7e\t]/.test(character)
        ? character
        : `=${code(character).toString(16).toUpperCase().padStart(2, "0")}`,
    );
    let width = 0;
    return units
      .map((unit) => {
        const isFull = width + unit.length > 75;
        width = isFull ? unit.length : width + unit.length;
        return isFull ? `=${end}${unit}` : unit;
      })
      .join("");
  });
  return encoded.join(end);
}

function escapeBytes(document: Uint8Array, write: (hex: string) => string): string {
  return Array.from(document, (byte) => write(byte.toString(16).padStart(2, "0"))).join("");
}
