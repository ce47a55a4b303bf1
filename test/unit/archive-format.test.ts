import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { containerFormat, endsAsZip } from "../../src/scan/sources/archive/format.ts";
import { bzip2 } from "../support/archives/bzip2.ts";
import { tar } from "../support/archives/tar.ts";
import { xz } from "../support/archives/xz.ts";
import { zip } from "../support/archives/zip.ts";
import { USUAL, writeTable } from "../support/git/reftable-writer.ts";

const content = Buffer.from("some text\n");

describe("what the first bytes say", () => {
  test.each([
    ["gzip", gzipSync(content)],
    ["zip", zip([{ name: "a", content }])],
    ["zip", zip([])],
    ["tar", tar([{ name: "a", content }])],
    ["tar", tar([{ name: "a", content, format: "gnu" }])],
    ["tar", tar([{ name: "a", content, format: "v7" }])],
    ["tar", tar([{ name: "a", content }]).subarray(0, 265)],
    ["zstd", zstdCompressSync(content)],
    ["zstd", Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0])],
    ["zstd", Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 0, 0, 0, 0])],
    ["bzip2", bzip2(content)],
    ["bzip2", bzip2(Buffer.alloc(0))],
    ["xz", xz(content)],
    ["zlib", deflateSync(content)],
    ["reftable", writeTable([], USUAL)],
    ["reftable", writeTable([], { ...USUAL, hash: "sha256" })],
  ])("%s", (format, bytes) => {
    expect(containerFormat(bytes.subarray(0, 512))).toBe(format);
  });

  test.each([
    ["nothing", ""],
    ["zeros", "\0".repeat(512)],
    ["prose about bzip2", "BZh9 begins a file that bzip2 made"],
    ["prose about zip", "PK are the initials of Phil Katz"],
    ["a letter on its own", "P"],
    ["text with the word where tar has it", `${"x".repeat(257)}ustar${"x".repeat(300)}`],
    ["prose about reftables", "REFTABLES are what git 3.0 keeps refs in"],
    ["prose that begins as no zlib stream does", "x marks the spot"],
  ])("%s is no container", (_, text) => {
    expect(containerFormat(Buffer.from(text, "latin1"))).toBeNull();
  });

  test("a zip is known by its end too, behind a program", () => {
    const program = Buffer.concat([Buffer.from("#!/usr/bin/env python3\n"), zip([{ name: "a", content }])]);
    expect(endsAsZip(program.subarray(-22))).toBe(true);
    expect(endsAsZip(program.subarray(0, 30))).toBe(false);
    expect(endsAsZip(content)).toBe(false);
  });
});
