import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readAnchors } from "../../scripts/generate/kernel.ts";
import { ANCHOR_TABLE } from "../../src/generated/anchors.ts";
import { anchorForms } from "../../src/scan/kernel/anchor-forms.ts";
import { compileAnchors } from "../../src/scan/kernel/anchor-table.ts";
import { FILTER } from "../../src/scan/kernel/assembly/layout.ts";
import type { Kernel } from "../../src/scan/kernel/kernel.ts";
import {
  compileKernel,
  HITS_CAPACITY,
  INPUT_CAPACITY,
  instantiateKernel,
  instantiateWith,
} from "../../src/scan/kernel/load.ts";
import { generateMaterial, type Material } from "../support/material.ts";
import { randomFrom } from "../support/random.ts";

const kernel = instantiateKernel(compileKernel());
const material = generateMaterial(1);

function search(document: string | Uint8Array, using: Kernel = kernel): number[] {
  const bytes = typeof document === "string" ? Buffer.from(document, "latin1") : document;
  using.input.set(bytes);
  return [...using.hits.subarray(0, using.search(0, bytes.length))];
}

const each = (text: string, style: (hex: string) => string): string =>
  [...Buffer.from(text)].map((byte) => style(byte.toString(16).padStart(2, "0"))).join("");
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString("base64");
const wrap = (text: string, width: number, line: string): string =>
  text.replace(new RegExp(`.{${width}}(?=.)`, "g"), `$&${line}`);

describe("search", () => {
  const { id, secret } = material;
  const credentials = `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`;

  it.each<[form: string, document: string]>([
    ["as it is", id],
    ["in UTF-16, little-endian", Buffer.from(id, "utf16le").toString("latin1")],
    ["in UTF-16, big-endian, behind its first zero", Buffer.from(id, "utf16le").swap16().toString("latin1").slice(1)],
    ["in base64", base64(id)],
    ["in base64 that JSON wraps in its second character", `${base64(id).slice(0, 1)}\\r\\n${base64(id).slice(1)}`],
    ["in base64 of UTF-16", base64(Buffer.from(id, "utf16le"))],
    ["in hexadecimal", Buffer.from(id).toString("hex")],
    ["in upper-case hexadecimal", Buffer.from(id).toString("hex").toUpperCase()],
    ["as \\x escapes", each(id, (hex) => `\\x${hex}`)],
    ["as \\u escapes", each(id, (hex) => `\\u00${hex.toUpperCase()}`)],
    ["percent-encoded", each(id, (hex) => `%${hex}`)],
    ["as decimal entities", each(id, (hex) => `&#${Number.parseInt(hex, 16)};`)],
    ["as hexadecimal entities", each(id, (hex) => `&#x${hex};`)],
    ["in gzip in base64", base64(gzipSync(credentials))],
    ["in gzip in hexadecimal", gzipSync(credentials).toString("hex")],
    ["in gzip in upper-case hexadecimal", gzipSync(credentials).toString("hex").toUpperCase()],
    ["in gzip in base64, twice", base64(base64(gzipSync(credentials)))],
  ])("finds an id %s", (_form, document) => {
    expect(search(document)).toContain(0);
  });

  it.each(Array.from({ length: 60 }, (_, width) => width + 4))(
    "finds both parts of a file in base64 wrapped at %i and indented",
    (width) => {
      for (const line of ["\n", "\r", "\r\n", "\\n", "\n      ", "\r\n\t\t"]) {
        expect(search(wrap(base64(credentials), width, line)).length).toBeGreaterThanOrEqual(2);
      }
    },
  );

  it("takes up to 64 blanks for the indentation of wrapped base64", () => {
    const cut = (blanks: number): string => `${base64(id).slice(0, 3)}\n${" ".repeat(blanks)}${base64(id).slice(3)}`;
    expect(search(cut(64))).toEqual([0]);
    expect(search(cut(65))).toEqual([]);
  });

  const [literal, digits] = [id.slice(0, 4), id.slice(4)];
  const behind = [0, 1, 2].map((before) => "#!\n".slice(0, before));
  const foundBehind = (text: string, bits: BufferEncoding = "latin1"): number[][] =>
    behind.map((before) => search(Buffer.from(before + text, bits).toString("base64")));

  it.each([
    ["that quoted-printable breaks", `${literal}=\r\n${digits}`],
    ["in two strings of a program", `${literal}" +\n\t"${digits}`],
    ["of which escapes are written", `${literal}\\u00${digits.charCodeAt(0).toString(16)}${digits.slice(1)}`],
  ])("finds an id in base64 %s", (_, text) => {
    for (const bits of ["latin1", "utf16le"] as const)
      expect(foundBehind(text, bits).map(({ length }) => length)).toEqual([1, 1, 1]);
  });

  it("leaves out what begins as base64 of an id and goes on as no text does", () => {
    for (const other of ["\x80", "\xff", "\x1f"]) expect(foundBehind(literal + other.repeat(16))).toEqual([[], [], []]);
    expect(foundBehind(`${literal}ABCDEFG\x80${digits}`)).toEqual([[], [], []]);
  });

  it("finds a secret by its keyword alone", () => {
    expect(search(`my_SECRET: "${secret}"`)).toEqual([3]);
    expect(search(`secret: "${material.hex40}"`)).toEqual([]);
    expect(search(`secret: "${secret}A"`)).toEqual([]);
    expect(search(`secret${secret}`)).toEqual([]);
    expect(search(`secret: ${" ".repeat(252)}"${secret}"`)).toEqual([0]);
    expect(search(`secret: ${" ".repeat(253)}"${secret}"`)).toEqual([]);
  });

  it("leaves out an id that is part of a longer word of its kind", () => {
    expect(search(`${id}A`)).toEqual([]);
    expect(search(`${id}8`)).toEqual([]);
    expect(search(`X${id}a`)).toEqual([1]);
  });

  it("reports at most as many hits as it holds, and goes on from there", () => {
    const times = Math.floor(INPUT_CAPACITY / id.length / 2);
    const pattern = `${id} `;
    kernel.input.set(Buffer.from(pattern.repeat(times)));
    const to = times * pattern.length;
    const all: number[] = [];
    for (let from = 0, count = HITS_CAPACITY; count === HITS_CAPACITY; from = (all.at(-1) ?? 0) + 1) {
      count = kernel.search(from, to);
      all.push(...kernel.hits.subarray(0, count));
    }
    expect(all).toEqual(Array.from({ length: times }, (_, index) => index * pattern.length));
  });

  it("finds the first and the last bytes of its input", () => {
    kernel.input.fill(0);
    kernel.input.set(Buffer.from(id));
    kernel.input.set(Buffer.from(id), INPUT_CAPACITY - id.length);
    expect(kernel.search(0, INPUT_CAPACITY)).toBe(2);
    expect([...kernel.hits.subarray(0, 2)]).toEqual([0, INPUT_CAPACITY - id.length]);
    expect(kernel.search(0, INPUT_CAPACITY - 1)).toBe(1);
    expect(kernel.search(1, INPUT_CAPACITY)).toBe(1);
  });

  it("refuses to look outside its input", () => {
    expect(() => kernel.search(0, INPUT_CAPACITY + 1)).toThrow(RangeError);
    expect(() => kernel.search(-1, 10)).toThrow(RangeError);
    expect(() => kernel.countLines(0, Number.NaN)).toThrow(RangeError);
    expect(kernel.search(10, 5)).toBe(0);
  });
});

describe("countLines", () => {
  it("counts a long run of nothing but line feeds", () => {
    kernel.input.fill(10);
    expect(kernel.countLines(0, INPUT_CAPACITY)).toBe(INPUT_CAPACITY);
    expect(kernel.countLines(1, 10_000)).toBe(9999);
  });
});

describe("rules/credentials.yaml", () => {
  const rules = parse(readFileSync("rules/credentials.yaml", "utf8")) as { name: string; examples: string[] }[];
  const examples = rules.flatMap(({ name, examples }) => examples.map((example) => [name, example] as const));

  it.each(examples)("%s: an anchor is found in %j", (_rule, example) => {
    const document = example.replace(/\{(\w+)\}/g, (_all, name: keyof Material) => String(material[name]));
    expect(search(document).length).toBeGreaterThan(0);
  });
});

describe("compileAnchors", () => {
  it("makes a kernel that looks for what it is told, with no change to its code", () => {
    const table = compileAnchors([
      { literal: "token:", foldCase: true, encoded: false, context: { follow: "digit", count: 3 } },
    ]);
    const other = instantiateWith(compileKernel(), table);
    expect(search(`Token:123 TOKEN:12x token:000 ${material.id}`, other)).toEqual([0, 20]);
  });

  it("refuses a literal that is too short to be told from noise", () => {
    const anchor = { literal: "abc", foldCase: false, encoded: false, context: { follow: "digit", count: 3 } } as const;
    expect(() => compileAnchors([anchor])).toThrow(RangeError);
  });

  it("leaves nothing to chance", async () => {
    const anchors = await readAnchors();
    expect(Buffer.from(compileAnchors(anchors))).toEqual(Buffer.from(compileAnchors(anchors)));
    expect(new Set(anchorForms(anchors).map((form) => JSON.stringify(form))).size).toBe(anchorForms(anchors).length);
  });
});

describe("the filter", () => {
  const random = randomFrom(1);
  const words = "the of access key account user policy to in is was for const return import export string null".split(
    " ",
  );
  const prose = Buffer.from(Array.from({ length: 200_000 }, () => random.pick(words)).join(" "));
  const encoded = (encoding: "hex" | "base64"): Buffer => Buffer.from(prose.toString(encoding));

  /** How many places of a million bytes are looked at closer: each costs as much as 100 bytes. */
  it.each([
    ["text", prose, 6000],
    ["UTF-16", Buffer.from(prose.toString(), "utf16le"), 6000],
    ["hexadecimal", encoded("hex"), 25_000],
    ["base64", encoded("base64"), 60_000],
  ] as const)("lets little of %s through", (_, bytes, most) => {
    const table = Buffer.from(ANCHOR_TABLE, "base64");
    const nibbles = (at: number, position: number): number => {
      const byte = bytes[at + position] ?? 0;
      const start = FILTER + position * 32;
      return (table[start + (byte & 15)] ?? 0) & (table[start + 16 + (byte >> 4)] ?? 0);
    };
    let admitted = 0;
    for (let at = 0; at + 4 <= bytes.length; at++) {
      if ((nibbles(at, 0) & nibbles(at, 1) & nibbles(at, 2) & nibbles(at, 3)) !== 0) admitted++;
    }
    expect((admitted / bytes.length) * 1e6).toBeLessThan(most);
  });
});

describe("compileKernel", () => {
  it("makes a module that can be posted to another thread", () => {
    const posted = structuredClone(compileKernel());
    expect(search(material.id, instantiateKernel(posted))).toEqual([0]);
  });
});
