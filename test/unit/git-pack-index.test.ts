import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { GitDataError } from "../../src/scan/sources/git/objects/object-error.ts";
import { type HashFormat, PackIndex } from "../../src/scan/sources/git/objects/pack-index.ts";
import { GitFixture } from "../support/git/git.ts";

let fixtures = new DisposableStack();
afterEach(() => {
  fixtures.dispose();
  fixtures = new DisposableStack();
});

/** A repository of a few packed objects, and the path of its pack. */
function packed(...initOptions: readonly string[]): { git: GitFixture; pack: string } {
  const git = fixtures.use(new GitFixture(...initOptions));
  for (let i = 0; i < 10; i++) git.commit(`${i}`, { [`f${i}`]: `content ${i}\n`, [`d${i}/g`]: `other ${i}\n` });
  git.run("repack", "-q", "-a", "-d");
  const folder = join(git.gitFolder, "objects/pack");
  const name = readdirSync(folder).find((file) => file.endsWith(".pack"));
  return { git, pack: join(folder, name ?? "") };
}

/** An index that git makes of the pack in one way or another. */
function indexed(git: GitFixture, pack: string, option: string): string {
  const index = join(git.folder, `${option.replace(/\W/g, "")}.idx`);
  git.run("index-pack", `--index-version=${option}`, "-o", index, pack);
  return index;
}

/** What git reads from the index: `offset id` lines, by id. */
function shown(git: GitFixture, index: string, hash: HashFormat): string[] {
  const text = git.feed(readFileSync(index), "show-index", `--object-format=${hash}`).toString();
  return text.split("\n").flatMap((line) => /^\d+ [0-9a-f]+/.exec(line)?.[0] ?? []);
}

function listed(index: PackIndex): string[] {
  return Array.from({ length: index.count }, (_, i) => `${index.offsetAt(i)} ${index.idAt(i)}`);
}

describe("the index of a pack", () => {
  test.for([
    ["sha1", "1"],
    ["sha1", "2"],
    ["sha1", "2,0x40"],
    ["sha256", "1"],
    ["sha256", "2"],
    ["sha256", "2,0x40"],
  ] as const)("lists what git lists, %s in version %s", ([hash, version]) => {
    const { git, pack } = packed(`--object-format=${hash}`);
    const file = indexed(git, pack, version);
    const index = PackIndex.open(file, hash);
    expect(index.count).toBeGreaterThan(40);
    expect(listed(index)).toEqual(shown(git, file, hash));
    expect(index.packChecksum).toBe(readFileSync(pack).subarray(-index.idLength).toString("hex"));
    for (let i = 0; i < index.count; i++) {
      const id = Buffer.from(index.idAt(i), "hex");
      expect(index.find(id)).toBe(i);
      id[id.length - 1] = (id.at(-1) ?? 0) ^ 1;
      expect(index.find(id)).toBe(-1);
    }
  });

  test("of a pack without objects finds nothing", () => {
    const git = fixtures.use(new GitFixture());
    const [name] = git.feed("", "pack-objects", "-q", join(git.folder, "pack")).toString().split("\n");
    const index = PackIndex.open(join(git.folder, `pack-${name}.idx`), "sha1");
    expect([index.count, index.find(new Uint8Array(20)), index.find(new Uint8Array(20).fill(255))]).toEqual([
      0, -1, -1,
    ]);
  });

  describe("is refused in one sentence when", () => {
    function refusal(version: string, damage: (bytes: Buffer) => Uint8Array, hash: HashFormat = "sha1"): string {
      const { git, pack } = packed();
      const file = join(git.folder, "damaged.idx");
      writeFileSync(file, damage(readFileSync(indexed(git, pack, version))));
      try {
        PackIndex.open(file, hash);
      } catch (error) {
        if (error instanceof GitDataError) return error.message;
        throw error;
      }
      return "accepted";
    }

    test.for(["1", "2", "2,0x40"])("it is cut off anywhere, version %s", (version) => {
      const { git, pack } = packed();
      const file = join(git.folder, "cut.idx");
      const whole = readFileSync(indexed(git, pack, version));
      for (let length = 0; length < whole.length; length += 7) {
        writeFileSync(file, whole.subarray(0, length));
        // 64-bit offsets at its end may be missing without a trace in its size; then something refers to them.
        expect(() => PackIndex.open(file, "sha1")).toThrow(GitDataError);
      }
    });

    test("its fan-out table descends", () => {
      const damage = (bytes: Buffer): Buffer => {
        bytes.writeUInt32BE(0xffff, 8);
        return bytes;
      };
      expect(refusal("2", damage)).toBe("the pack index's fan-out table is not sorted");
    });

    test.for(["1", "2"])("it states more objects than it has, version %s", (version) => {
      const damage = (bytes: Buffer): Buffer => {
        bytes.writeUInt32BE(0xffff_ffff, (version === "1" ? 0 : 8) + 255 * 4);
        return bytes;
      };
      expect(refusal(version, damage)).toMatch(/size does not go with the number/);
    });

    test("its ids are not sorted", () => {
      const damage = (bytes: Buffer): Buffer => {
        bytes.copy(bytes, 8 + 1024 + 20, 8 + 1024, 8 + 1024 + 20);
        return bytes;
      };
      expect(refusal("2", damage)).toBe("the pack index's ids are not sorted");
    });

    test("an id is not where the fan-out table has it", () => {
      const damage = (bytes: Buffer): Buffer => {
        bytes[8 + 1024] = (bytes[8 + 1024] ?? 0) + 1;
        return bytes;
      };
      expect(refusal("2", damage)).toBe("the pack index's ids are not sorted");
    });

    test("a large offset is not there, or no number", () => {
      const trailer = 2 * 20;
      const missing = (bytes: Buffer): Buffer =>
        Buffer.concat([bytes.subarray(0, -trailer - 8), bytes.subarray(-trailer)]);
      expect(refusal("2,0x40", missing)).toMatch(/large offset that it does not have/);
      const huge = (bytes: Buffer): Buffer => bytes.fill(0xff, bytes.length - trailer - 8, bytes.length - trailer);
      expect(refusal("2,0x40", huge)).toMatch(/offset beyond all packs/);
    });

    test("its version is unknown, or its hash is another", () => {
      const damage = (bytes: Buffer): Buffer => {
        bytes.writeUInt32BE(3, 4);
        return bytes;
      };
      expect(refusal("2", damage)).toMatch(/unknown version 3/);
      expect(refusal("2", (bytes) => bytes, "sha256")).toMatch(/size does not go/);
    });

    test("it is a link or a folder", () => {
      const { git, pack } = packed();
      const link = join(git.folder, "link.idx");
      symlinkSync(pack.replace(/pack$/, "idx"), link);
      expect(() => PackIndex.open(link, "sha1")).toThrow(/is a link/);
      expect(() => PackIndex.open(git.folder, "sha1")).toThrow(GitDataError);
    });
  });
});
