import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { constants, deflateSync, inflateSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { applyDelta } from "../../src/scan/sources/git/objects/delta.ts";
import { GitDataError } from "../../src/scan/sources/git/objects/object-error.ts";
import { forgedDelta, writePack } from "../support/git/forged-pack.ts";
import { GitFixture } from "../support/git/git.ts";
import { type Opened, openAt, reasonsOf } from "../support/git/opening.ts";

let fixtures = new DisposableStack();
beforeEach(() => {
  fixtures = new DisposableStack();
});
afterEach(() => fixtures.dispose());

function made(...initOptions: readonly string[]): GitFixture {
  return fixtures.use(new GitFixture(...initOptions));
}

function opened(git: GitFixture): Opened {
  const result = openAt(git.gitFolder);
  fixtures.defer(() => result.database.close());
  return result;
}

/** Text that deltas of it are worth making from. */
function text(version: number): string {
  const lines = Array.from({ length: 300 }, (_, i) => `${i} ${createHash("md5").update(`${i}`).digest("hex")}`);
  lines[(version * 37) % 300] = `changed in ${version}`;
  return lines.join("\n");
}

/** Versions of files, annotated tags, a merge: all kinds of objects. */
function grow(git: GitFixture, commits = 12): void {
  for (let i = 0; i < commits; i++) git.commit(`version ${i}`, { "a/b/c": text(i), [`d${i % 3}`]: `${i}`, empty: "" });
  git.run("tag", "-a", "-m", "a tag", "v1");
  git.run("tag", "-a", "-m", "a tag of a tag", "v2", "v1");
}

/** What the database reads of every object that git knows of, as git reads it: `type content`. */
function compare({ database }: Opened, git: GitFixture): number {
  const all = git.run("cat-file", "--batch-all-objects", "--batch-check", "--unordered").split("\n");
  for (const line of all) {
    const [id = "", type] = line.split(" ");
    const object = database.read(id);
    if (object instanceof GitDataError) throw object;
    expect(object.type).toBe(type);
    const header = Buffer.from(`${object.type} ${object.bytes.length}\0`);
    const hash = createHash(id.length === 40 ? "sha1" : "sha256");
    expect(hash.update(header).update(object.bytes).digest("hex")).toBe(id);
  }
  return all.length;
}

function onlyPack(git: GitFixture): string {
  const folder = join(git.gitFolder, "objects/pack");
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".pack")) ?? "");
}

function looseFile(git: GitFixture, id: string): string {
  return join(git.gitFolder, "objects", id.slice(0, 2), id.slice(2));
}

function writeLoose(git: GitFixture, id: string, bytes: Uint8Array): void {
  mkdirSync(dirname(looseFile(git, id)), { recursive: true });
  writeFileSync(looseFile(git, id), bytes);
}

async function allOf(pieces: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

describe("every object is read as git reads it", () => {
  test.for(["sha1", "sha256"])("from files of their own, %s", (hash) => {
    const git = made(`--object-format=${hash}`);
    grow(git);
    const result = opened(git);
    expect(compare(result, git)).toBeGreaterThan(50);
    const ids = [...result.database.loose.ids(() => {})].sort();
    expect(ids.join("\n")).toBe(git.run("cat-file", "--batch-all-objects", "--batch-check=%(objectname)"));
    expect(result.rows).toEqual([]);
  });

  test.for([
    ["sha1", "--depth=50", "true"],
    ["sha1", "--depth=4000", "true"],
    ["sha1", "--depth=50", "false"],
    ["sha256", "--depth=50", "true"],
    ["sha256", "--depth=50", "false"],
  ] as const)("from packs: %s, %s, bases by offset: %s", ([hash, depth, byOffset]) => {
    const git = made(`--object-format=${hash}`);
    grow(git, 40);
    git.run("-c", `repack.useDeltaBaseOffset=${byOffset}`, "repack", "-q", "-a", "-d", "-f", depth, "--window=100");
    const deltas = git.feed("", "verify-pack", "-v", onlyPack(git)).toString();
    expect(deltas).toMatch(/chain length = [1-9]\d*/);
    expect(compare(opened(git), git)).toBeGreaterThan(50);
  });

  test("from several packs, files and what is borrowed, bases in other packs too", () => {
    const git = made();
    grow(git, 6);
    git.run("repack", "-q", "-a", "-d");
    git.runIn(git.folder, "clone", "-q", "--shared", "--bare", "work", "borrower");
    git.commit("more", { "a/b/c": text(99) });
    // A thin pack, stored as it is: its bases are elsewhere.
    const thin = git.feed("HEAD\n^HEAD~1\n", "pack-objects", "--revs", "--thin", "--stdout", "-q");
    const borrower = join(git.folder, "borrower");
    storeThinly(git, borrower, thin);
    const result = openAt(borrower);
    fixtures.defer(() => result.database.close());
    expect(compare(result, git)).toBeGreaterThan(20);
  });

  test("from more packs than are kept open", () => {
    const git = made();
    for (let i = 0; i < 110; i++) {
      const id = git.feed(`${i}`, "hash-object", "-w", "--stdin");
      git.feed(id, "pack-objects", "-q", join(git.gitFolder, "objects/pack/pack"));
    }
    // Two contents are in two packs.
    git.feed(
      `${git.blobId("0")}\n${git.blobId("1")}\n`,
      "pack-objects",
      "-q",
      join(git.gitFolder, "objects/pack/pack"),
    );
    git.run("prune-packed");
    const result = opened(git);
    expect(result.database.packs).toHaveLength(111);
    expect(compare(result, git)).toBe(110);
    expect(result.rows).toEqual([]);
  });

  test("piece by piece", async () => {
    const git = made();
    const content = Buffer.from(text(1).repeat(40));
    git.commit("large", { large: content, empty: "" });
    const { database } = opened(git);
    for (const bytes of [content, Buffer.alloc(0)]) {
      const id = git.blobId(bytes);
      expect(database.loose.header(id)).toMatchObject({ type: "blob", size: bytes.length });
      expect(Buffer.concat(await allOf(database.loose.pieces(id)))).toEqual(bytes);
    }
    expect(await allOf(database.loose.pieces("0".repeat(40)))).toEqual([]);
  });
});

describe("commits", () => {
  test.for(["loose", "packed", "packed by ids"])("are all there, reachable or not: %s", (how) => {
    const git = made();
    grow(git);
    const lost = git.commit("lost");
    git.run("reset", "-q", "--hard", "HEAD~1");
    const byOffset = how === "packed by ids" ? "false" : "true";
    if (how !== "loose") git.run("-c", `repack.useDeltaBaseOffset=${byOffset}`, "repack", "-q", "-a", "-d", "-f");
    const { database, rows } = opened(git);
    const ids = [...database.commits((row) => rows.push(row))].map(({ id }) => id).sort();
    const all = git.run("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)").split("\n");
    expect(ids).toContain(lost);
    expect(ids).toEqual(all.flatMap((line) => /^(\w+) commit$/.exec(line)?.[1] ?? []));
    expect(rows).toEqual([]);
  });
});

describe("a delta of an object in another pack, or in a file", () => {
  test.for(["packed", "loose"])("is of its type: %s", (how) => {
    const git = made();
    const base = git.commit("base");
    if (how === "packed") git.run("repack", "-q", "-a", "-d");
    const { length } = git.feed("", "cat-file", "commit", base);
    const id = "12".repeat(20);
    // Copies all of it, and adds a letter.
    const delta = Buffer.from([...deltaSize(length), ...deltaSize(length + 1), 0x90, length, 1, 0x78]);
    writePack(git.gitFolder, "delta", [forgedDelta(id, base, delta)]);
    const { database, rows } = opened(git);
    expect([...database.commits((row) => rows.push(row))].map((each) => each.id).sort()).toEqual([id, base].sort());
    expect(rows).toEqual([]);
  });
});

describe("what is damaged is told, and nothing else suffers", () => {
  function failure(git: GitFixture, id: string): string {
    const object = opened(git).database.read(id);
    return object instanceof GitDataError ? `${object.reason}: ${object.message}` : object.type;
  }

  test("an object that is nowhere: missing, or never fetched", () => {
    const git = made();
    expect(failure(git, "1".repeat(40))).toBe("object-missing: is in no pack and has no file");
    git.run("config", "remote.origin.promisor", "true");
    expect(failure(git, "1".repeat(40))).toBe("object-absent: was never fetched");
  });

  const id = "ab".repeat(20);
  test.for([
    ["no zlib", Buffer.from("hello"), "object-damaged: its compressed data is not valid"],
    ["an empty file", Buffer.alloc(0), "object-damaged: has no header that makes sense"],
    ["no header", deflateSync("hello"), "object-damaged: has no header that makes sense"],
    ["an unknown type", deflateSync("blub 1\0a"), "object-damaged: has no header that makes sense"],
    ["a negative size", deflateSync("blob -1\0a"), "object-damaged: has no header that makes sense"],
    ["too little", deflateSync("blob 9\0a"), "object-damaged: holds less than its header states"],
    ["too much", deflateSync("blob 1\0ab"), "object-damaged: holds more than its header states"],
    ["too large", deflateSync("blob 99999999999\0ab"), "object-bound: has more than 67108864 bytes"],
    [
      "cut off",
      deflateSync(`blob 5000\0${text(1)}`).subarray(0, 200),
      "object-damaged: its compressed data is not valid",
    ],
    [
      "something behind it",
      Buffer.concat([deflateSync("blob 1\0a"), Buffer.alloc(9999)]),
      "object-damaged: something follows the object in its file",
    ],
  ] as const)("a loose object: %s", async ([, bytes, expected]) => {
    const git = made();
    writeLoose(git, id, bytes);
    expect(failure(git, id)).toBe(expected);
    await expect(allOf(opened(git).database.loose.pieces(id))).rejects.toThrow(GitDataError);
  });

  test("a loose object whose code takes longer to describe than most", () => {
    // Bytes of very different frequency: their code is described in so many bytes that less than the header is in the first 128.
    let state = 1;
    const bytes = Buffer.from(
      Array.from({ length: 60_000 }, () => {
        state = (state * 1103515245 + 12345) & 0x7fffffff;
        return (Math.floor(256 * (state / 0x7fffffff) ** 24) * 23) & 0xff;
      }),
    );
    const packed = deflateSync(Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]), { level: 1 });
    const start = inflateSync(packed.subarray(0, 128), { finishFlush: constants.Z_SYNC_FLUSH });
    expect(start.includes(0)).toBe(false);
    const git = made();
    writeLoose(git, id, packed);
    const { database } = opened(git);
    expect(database.loose.header(id)).toMatchObject({ type: "blob", size: bytes.length });
    expect(database.read(id)).toMatchObject({ type: "blob" });
  });

  test("a loose bomb takes no more than its header says", () => {
    const git = made();
    writeLoose(git, id, deflateSync(Buffer.concat([Buffer.from("blob 10\0"), Buffer.alloc(100 << 20)])));
    expect(failure(git, id)).toBe("object-damaged: holds more than its header states");
  });

  test("a link and a FIFO in an object's place", () => {
    const git = made();
    writeLoose(git, id, Buffer.alloc(0));
    unlinkSync(looseFile(git, id));
    symlinkSync("/etc/passwd", looseFile(git, id));
    expect(failure(git, id)).toBe("repository-damaged: is a link, and is not followed");
    unlinkSync(looseFile(git, id));
    execFileSync("mkfifo", [looseFile(git, id)]);
    expect(failure(git, id)).toBe("special-file: is not a regular file");
  });

  test("an object that was not written to its end", () => {
    const git = made();
    writeLoose(git, "abtmp_obj_x12345", Buffer.from("x"));
    const { database, rows } = opened(git);
    expect([...database.loose.ids((row) => rows.push(row))]).toEqual([]);
    expect(reasonsOf(rows)).toEqual(["repository-unsupported: an object that was not written to its end is not read"]);
  });

  test("an object that is in two packs, in one of them damaged, is read from the other", () => {
    const git = made();
    const id = git.feed("twice", "hash-object", "-w", "--stdin").toString().trim();
    const packs = ["a", "b"].map((more) => {
      const other = git.feed(more, "hash-object", "-w", "--stdin");
      const name = git.feed(`${id}\n${other}`, "pack-objects", "-q", join(git.gitFolder, "objects/pack/pack"));
      return join(git.gitFolder, "objects/pack", `pack-${name.toString().trim()}.pack`);
    });
    git.run("prune-packed");
    for (const pack of packs) {
      const whole = readFileSync(pack);
      unlinkSync(pack);
      writeFileSync(pack, whole.subarray(0, 12));
      expect(failure(git, id)).toBe("blob");
      unlinkSync(pack);
      writeFileSync(pack, whole);
    }
  });

  test("a pack cut off: what comes before is read", () => {
    const git = made();
    grow(git);
    git.run("repack", "-q", "-a", "-d");
    const all = git.run("cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split("\n");
    const pack = onlyPack(git);
    const whole = readFileSync(pack);
    unlinkSync(pack);
    writeFileSync(pack, whole.subarray(0, whole.length >> 1));
    const { database, rows } = opened(git);
    const failures = all.filter((object) => database.read(object) instanceof GitDataError);
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.length).toBeLessThan(all.length);
    expect([...database.commits((row) => rows.push(row))].length).toBeGreaterThan(0);
  });

  test("any byte changed: some objects are lost, nothing is thrown", () => {
    const git = made();
    grow(git, 3);
    git.run("repack", "-q", "-a", "-d", "-f");
    const all = git.run("cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split("\n");
    const pack = onlyPack(git);
    const whole = readFileSync(pack);
    unlinkSync(pack);
    for (let at = 12; at < whole.length; at += 37) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(pack, damaged);
      const { database, rows } = openAt(git.gitFolder);
      const read = all.filter((object) => !(database.read(object) instanceof GitDataError));
      expect([read.length > 0, rows]).toEqual([true, []]);
      expect([...database.commits(() => {})].length).toBeLessThanOrEqual(all.length);
      database.close();
    }
  });

  test("a pack that is none, or whose index is another's, is a row", () => {
    const git = made();
    grow(git, 3);
    git.run("repack", "-q", "-a", "-d");
    const first = onlyPack(git);
    renameSync(first, join(git.folder, "first"));
    writeFileSync(first, "hello");
    expect(reasonsOf(opened(git).rows)).toEqual(["object-damaged: is not a pack of a version that is known"]);
    const head = Buffer.from(readFileSync(join(git.folder, "first")));
    head.writeUInt32BE(7, 8);
    writeFileSync(first, head);
    expect(reasonsOf(opened(git).rows)).toEqual([
      "object-damaged: the pack's index has not the pack's number of objects",
    ]);
  });

  test("deltas that lead to one another have no end, and it is found", () => {
    const git = made();
    const [a, b] = ["1".repeat(40), "2".repeat(40)];
    const delta = Buffer.from([1, 1, 0x90, 1]);
    writePack(git.gitFolder, "loop", [forgedDelta(a, b, delta), forgedDelta(b, a, delta)]);
    expect(failure(git, a)).toBe("object-bound: its chain of deltas has no end");
    const { database, rows } = opened(git);
    expect([...database.commits((row) => rows.push(row))]).toEqual([]);
  });
});

describe("a delta", () => {
  const base = Buffer.from("0123456789");
  test.for([
    ["another base", [9, 1, 0x90, 1], "its delta was made for another base"],
    ["a copy beyond the base", [10, 2, 0x91, 9, 2], "its delta goes beyond its base or its end"],
    ["a copy beyond the result", [10, 1, 0x90, 2], "its delta goes beyond its base or its end"],
    ["literals that are not there", [10, 5, 5, 1], "its delta goes beyond its base or its end"],
    ["the reserved operation", [10, 1, 0], "its delta goes beyond its base or its end"],
    ["an operand that is not there", [10, 1, 0x91], "its delta goes beyond its base or its end"],
    ["too little", [10, 2, 0x90, 1], "its delta makes less than it states"],
    ["a size without end", [10, ...Array<number>(12).fill(0xff)], "its delta goes beyond its base or its end"],
  ] as const)("that has %s is refused", ([, delta, message]) => {
    expect(() => applyDelta(base, Uint8Array.from(delta))).toThrow(new GitDataError(message));
  });

  test("copies, with no length for 64 KiB, and inserts", () => {
    const large = Buffer.alloc(0x10001, "x");
    large[0] = 65;
    const delta = Uint8Array.from([0x81, 0x80, 4, 0x82, 0x80, 4, 0x80, 1, 66, 0x91, 0, 1]);
    expect(applyDelta(large, delta)).toEqual(Buffer.concat([large.subarray(0, 0x10000), Buffer.from("BA")]));
  });
});

/** A size as a delta has it, below 2^14. */
function deltaSize(size: number): number[] {
  return [0x80 | (size & 0x7f), size >> 7];
}

/** Puts a thin pack into a repository without completing it, with an index of what it holds. */
function storeThinly(git: GitFixture, repository: string, thin: Buffer): void {
  // Git completes it elsewhere; the entries' ids and offsets are the same, as what is added comes last.
  const name = git.feed(thin, "--git-dir", repository, "index-pack", "--stdin", "--fix-thin").toString().trim();
  const stem = join(repository, "objects/pack", `pack-${name.replace(/.*\s/, "")}`);
  const count = thin.readUInt32BE(8);
  const shown = git
    .feed(readFileSync(`${stem}.idx`), "show-index")
    .toString()
    .trim()
    .split("\n");
  // Otherwise the pack is not thin.
  expect(shown.length).toBeGreaterThan(count);
  const entries = shown
    .map((line) => line.split(" "))
    .map(([offset = "", id = ""]) => ({ offset: Number(offset), id }))
    .sort((a, b) => a.offset - b.offset)
    .slice(0, count);
  const ends = [...entries.slice(1).map(({ offset }) => offset), thin.length - 20];
  const bytes = entries.map(({ offset, id }, i) => ({ id, bytes: thin.subarray(offset, ends[i]) }));
  for (const end of ["pack", "idx", "rev"]) execFileSync("rm", ["-f", `${stem}.${end}`]);
  writePack(repository, "thin", bytes);
}
