import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WantedObject } from "../../src/scan/sources/git/origin/provenance.ts";
import { GitFixture } from "../support/git/git.ts";
import { trace } from "../support/git/tracing.ts";

/** So many damaged repositories are read. */
const INPUTS = 120;

/** What is done to one file of a repository. */
const damage = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at: fc.double({ min: 0, max: 1, noNaN: true }), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant("cut" as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    kind: fc.constant("insert" as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ maxLength: 40 }),
  }),
  fc.record({ kind: fc.constant("remove" as const) }),
);

type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damaged(bytes: Buffer, how: Exclude<Damage, { kind: "remove" }>): Buffer {
  const at = Math.floor(how.at * bytes.length);
  if (how.kind === "cut") return bytes.subarray(0, at);
  if (how.kind === "insert") return Buffer.concat([bytes.subarray(0, at), how.bytes, bytes.subarray(at)]);
  const flipped = Buffer.from(bytes);
  if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << how.bit);
  return flipped;
}

describe("a damaged repository", () => {
  let git: GitFixture;
  let files: string[];
  const wanted: WantedObject[] = [];

  beforeAll(() => {
    git = new GitFixture();
    const content = (i: number): string => `${"line\n".repeat(50)}${i}\n`;
    for (let i = 0; i < 6; i++) git.commit(`${i}`, { "a/b": content(i), c: `${i}` });
    git.run("checkout", "-q", "-b", "side", "HEAD~3");
    git.commit("side", { d: content(7) });
    git.run("merge", "-q", "-m", "merge", "main", "-s", "ours");
    git.run("tag", "-a", "-m", "tag", "v1");
    git.run("repack", "-q", "-a", "-d", "-f");
    git.run("pack-refs", "--all");
    git.run("worktree", "add", "-q", "../linked");
    git.commit("loose", { "a/b": content(8), c: "more" });
    git.run("stash", "list");
    for (const i of [0, 3, 7, 8]) {
      wanted.push({ id: git.blobId(content(i)), type: "blob", credentials: [`K${i}`, "all"] });
    }
    wanted.push({ id: git.run("rev-parse", "HEAD"), type: "commit", credentials: ["M"] });
    wanted.push({ id: git.run("rev-parse", "v1"), type: "tag", credentials: ["T"] });
    const all = readdirSync(git.gitFolder, { recursive: true, withFileTypes: true });
    files = all
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("hooks"))
      .map((entry) => join(entry.parentPath, entry.name).slice(git.gitFolder.length + 1))
      .sort();
  });
  afterAll(() => git[Symbol.dispose]());

  /** Packs are most of a repository, and here one file of many: every second damage is theirs. */
  const file = fc.oneof(fc.nat(1000), fc.constantFrom("pack" as const, "idx" as const));

  test(`never stops the rest: ${INPUTS} of them, and each credential has a place`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(file, damage), { minLength: 1, maxLength: 3 }), async (damages) => {
        const folder = mkdtempSync(join(tmpdir(), "keysweep-damage-"));
        try {
          cpSync(git.gitFolder, folder, { recursive: true });
          for (const [which, how] of damages) {
            const name =
              typeof which === "number" ? files[which % files.length] : files.find((each) => each.endsWith(which));
            const path = join(folder, name ?? "HEAD");
            if (how.kind === "remove") rmSync(path, { force: true });
            else rmAndWrite(path, how);
          }
          const { origins } = await trace(folder, wanted);
          const told = new Set(origins.map(({ credential }) => credential));
          expect(told).toEqual(new Set(wanted.flatMap(({ credentials }) => credentials)));
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: INPUTS },
    );
  }, 300_000);
});

/** Files of packs may not be written to, so they are made anew. */
function rmAndWrite(path: string, how: Exclude<Damage, { kind: "remove" }>): void {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return;
  }
  rmSync(path);
  writeFileSync(path, damaged(bytes, how));
}
