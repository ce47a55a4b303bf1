import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reading } from "../support/archives/reading.ts";

/** Parts that pack well, badly and not at all: 2.9 MB, larger together than the dictionaries that are asked for below, and three blocks of xz. */
const content = Buffer.concat(
  Array.from({ length: 4 }, (_, i) => [
    randomBytes(300_000),
    Buffer.from(Array.from({ length: 12_000 }, (__, line) => `${i} line ${line * 7919} of the log\n`).join("")),
    Buffer.alloc(100_000, i),
  ]).flat(),
);

/** Packs into chunks of the greatest length that there is, 2 MiB, so that the window for a dictionary of 4 KiB is full time and again. */
const long = Buffer.alloc(16 << 20, "what a log says again and again\n");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "keysweep-archive-"));
  writeFileSync(join(folder, "content"), content);
  writeFileSync(join(folder, "long"), long);
  writeFileSync(join(folder, "other"), "other\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

function isMissing(command: string): boolean {
  return spawnSync(command, ["--version"], { stdio: "ignore", input: "" }).error !== undefined;
}

function run(command: string, args: readonly string[]): Buffer {
  return execFileSync(command, args, { cwd: folder, maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });
}

describe.each<[string, readonly string[]]>([
  ["gzip", ["-1"]],
  ["gzip", ["-9"]],
  ["bzip2", ["-1"]],
  ["bzip2", ["-9"]],
  ["zstd", ["-1"]],
  ["zstd", ["-q", "--long=27", "--check", "-5"]],
  ["xz", ["-0"]],
  ["xz", ["-2", "--threads=1"]],
  ["xz", ["--threads=2", "--block-size=1MiB", "-1", "--check=sha256"]],
  ["xz", ["--lzma2=preset=1,dict=4KiB,lc=1,lp=3,pb=1", "--check=crc32"]],
])("%s %j", (command, args) => {
  test.skipIf(isMissing(command))("is read", async () => {
    const read = await reading(run(command, [...args, "-c", "content"]), { name: "content.packed" });
    expect(read.rows).toEqual([]);
    expect(read.documents[0]?.content.equals(content)).toBe(true);
  });
});

test.skipIf(isMissing("xz"))("xz: a dictionary that moves on in a full window", async () => {
  const packed = run("xz", ["--lzma2=preset=1,dict=4KiB", "-c", "long"]);
  const read = await reading(packed, { name: "long.xz" });
  expect(read.rows).toEqual([]);
  expect(read.documents[0]?.content.equals(long)).toBe(true);
});

describe.each(["gnu", "posix", "ustar", "v7", "oldgnu"])("tar --format=%s", (format) => {
  test.skipIf(isMissing("tar"))("is read", async () => {
    const read = await reading(run("tar", [`--format=${format}`, "-cf", "-", "content", "other"]));
    expect(read.rows).toEqual([]);
    expect(read.documents.map(({ within }) => within)).toEqual([["content"], ["other"]]);
    expect(read.documents[0]?.content.equals(content)).toBe(true);
  });
});

describe.each([
  ["gnu", "0.0"],
  ["posix", "0.0"],
  ["posix", "0.1"],
  ["posix", "1.0"],
])("tar --format=%s --sparse --sparse-version=%s", (format, version) => {
  test.skipIf(isMissing("tar"))("is read without its holes", async () => {
    writeFileSync(join(folder, "sparse"), "begin\n");
    truncateSync(join(folder, "sparse"), 10 << 20);
    writeFileSync(join(folder, "sparse"), "end\n", { flag: "a" });
    symlinkSync("other", join(folder, "link"));
    const read = await reading(
      run("tar", [
        `--format=${format}`,
        "--sparse",
        `--sparse-version=${version}`,
        "-cf",
        "-",
        "sparse",
        "link",
        "other",
      ]),
    );
    rmSync(join(folder, "link"));
    expect(read.rows).toEqual([]);
    expect(read.documents.map(({ within }) => within)).toEqual([["sparse"], ["other"]]);
    expect(read.documents[0]?.content.toString().replaceAll("\0", "")).toBe("begin\nend\n");
  });
});

describe.each([["-9"], ["-0"], ["-fd"], ["-fz"]])("zip %s", (option) => {
  test.skipIf(isMissing("zip"))("is read", async () => {
    const read = await reading(run("zip", ["-q", option, "-", "content", "other"]));
    expect(read.rows).toEqual([]);
    expect(read.documents.map(({ within }) => within)).toEqual([["content"], ["other"]]);
    expect(read.documents[0]?.content.equals(content)).toBe(true);
  });
});

test.skipIf(isMissing("zip"))("zip's encrypted members are told", async () => {
  const read = await reading(run("zip", ["-q", "-P", "open", "-", "other"]));
  // As it is, which nobody can read.
  expect(read.documents.map(({ within }) => within)).toEqual([["other"]]);
  expect(read.rows.map(({ within, reason }) => [...within, reason])).toEqual([["other", "archive-encrypted"]]);
});
