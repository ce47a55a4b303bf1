import { expect, it } from "vitest";
import { type Skipped, type SkipReason, skipped } from "../../src/model/coverage.ts";
import type { FilePlace, GitPlace, Place, ProcessPlace } from "../../src/model/place.ts";
import { lookedAt } from "../../src/scan/looked-at.ts";
import type { ExcludePattern } from "../../src/scan/scan-request.ts";

const FILE: FilePlace = { kind: "file", path: "/home/ada/work/keys", within: [], line: 1, column: 1 };
const MEMBER: FilePlace = { ...FILE, path: "/home/ada/work/old.zip", within: ["keys"] };
const PROCESS: ProcessPlace = { kind: "process", pid: 7, command: "sh", variable: "X" };
const GIT: GitPlace = {
  kind: "git",
  repository: "/home/ada/shop",
  object: "blob",
  path: "src/keys",
  within: [],
  line: 1,
  column: 1,
  blob: "00",
  commit: null,
  author: null,
  date: null,
  reachable: true,
  refs: [],
  inHead: true,
  versions: 1,
  last: null,
};

function looked(place: Place, ...rows: readonly (readonly [string, SkipReason])[]): boolean {
  const all: Skipped[] = rows.map(([where, reason]) => skipped(where, reason, ""));
  return lookedAt({ roots: ["/home/ada"], exclude: [], skipped: all })(place);
}

it.each<[Place, string, SkipReason, boolean]>([
  [FILE, "/home/ada/work/keys", "permission-denied", false],
  [FILE, "/home/ada/work", "permission-denied", false],
  [FILE, "/", "read-error", false],
  [FILE, "/home/ada/work/keys2", "permission-denied", true],
  [FILE, "/home/ada/wor", "permission-denied", true],
  [FILE, "/home/ada/work/keys/below", "permission-denied", true],
  [FILE, "12 more places", "permission-denied", false],
  [FILE, "findings", "internal-error", false],
  // There is no such file any more.
  [FILE, "/home/ada/work/keys", "vanished", true],
  [FILE, "/home/ada/work/keys", "special-file", true],
  [FILE, "/home/ada/work/keys", "link-out-of-tree", true],
  // A file of its own is in no archive.
  [FILE, "12 more places", "archive-bound", true],
  [FILE, "/home/ada/work/keys!member", "archive-encrypted", true],
  [FILE, "3 other processes", "other-user", true],
  [FILE, "/home/ada/shop/.git", "repository-damaged", true],
  [MEMBER, "/home/ada/work/old.zip", "archive-damaged", false],
  [MEMBER, "/home/ada/work/old.zip!other", "archive-encrypted", false],
  [MEMBER, "/home/ada/work/older.zip!other", "archive-encrypted", true],
  [MEMBER, "12 more places", "archive-bound", false],
  [PROCESS, "process 7", "permission-denied", false],
  [PROCESS, "process 8", "permission-denied", true],
  [PROCESS, "3 other processes", "other-user", false],
  [PROCESS, "/home/ada", "permission-denied", true],
  [GIT, "/home/ada/shop/.git/objects/pack/x.pack", "object-damaged", false],
  [GIT, "tree 00", "object-missing", false],
  [GIT, `/home/ada/shop object ${"0".repeat(40)}`, "object-damaged", false],
  [GIT, `/home/ada/shop object ${"0".repeat(40)}!a.zip`, "object-damaged", false],
  [GIT, `/home/ada/shopping object ${"0".repeat(40)}`, "object-damaged", true],
  [GIT, "/home/ada/other/.git/objects/pack/x.pack", "object-damaged", true],
  [GIT, "/home/ada/shop", "permission-denied", false],
  [GIT, "/home/ada", "permission-denied", false],
  [GIT, "/home/ada/work", "permission-denied", true],
  [{ kind: "environment", variable: "X" }, "/", "permission-denied", true],
])("%o with a row for %s (%s): %s", (place, where, reason, expected) => {
  expect(looked(place, [where, reason])).toBe(expected);
});

it("looked at everything when nothing was skipped", () => {
  for (const place of [FILE, MEMBER, PROCESS, GIT]) expect(looked(place)).toBe(true);
});

it.each<[Place, ExcludePattern, boolean]>([
  [FILE, { pattern: "**/work", by: "me", base: null }, false],
  [FILE, { pattern: "*.pem", by: "me", base: null }, true],
  [FILE, { pattern: "work/*", by: "me", base: "/home/ada" }, false],
  [FILE, { pattern: "work/*", by: "me", base: "/home/bob" }, true],
  // Above what was named.
  [FILE, { pattern: "ada", by: "me", base: null }, true],
  [GIT, { pattern: "src", by: "me", base: "/home/ada/shop" }, false],
  [PROCESS, { pattern: "*", by: "me", base: null }, true],
])("%o without %o: %s", (place, pattern, expected) => {
  expect(lookedAt({ roots: ["/home/ada"], exclude: [pattern], skipped: [] })(place)).toBe(expected);
});
