import { expect, test } from "vitest";
import { DocumentSearch } from "../../src/scan/detect/document-search.ts";
import { compileKernel, instantiateKernel } from "../../src/scan/kernel/load.ts";
import { BlobSearch } from "../../src/scan/sources/git/search/blob-search.ts";
import { searchLoose } from "../../src/scan/sources/git/search/loose-search.ts";
import { lossRow } from "../../src/scan/sources/git/search/object-loss.ts";
import { GitFixture } from "../support/git/git.ts";
import { openAt, reasonsOf } from "../support/git/opening.ts";
import { generateMaterial } from "../support/material.ts";

const MEBIBYTE = 1 << 20;

/** Searches the loose objects of a repository that holds these files. */
async function search(files: readonly Uint8Array[], leastBound: number, type = "blob") {
  using git = new GitFixture();
  for (const content of files) git.feed(content, "hash-object", "-w", "--literally", "-t", type, "--stdin");
  const { database, rows } = openAt(git.gitFolder);
  const { signal } = new AbortController();
  const found: string[] = [];
  const named: string[] = [];
  const { all, searched } = await searchLoose({
    loose: database.loose,
    place: "here",
    blobs: new BlobSearch(new DocumentSearch(instantiateKernel(compileKernel())), signal),
    known: new Set(),
    signal,
    leastBound,
    onHit: ({ id }) => found.push(id),
    onSkipped: (row) => rows.push(row),
    onLost: (loss) => rows.push(lossRow(loss, null)),
    onNamed: (ids) => named.push(...ids),
    onProgress: () => {},
  });
  database.close();
  return { all, searched, found, named, rows };
}

/** Nearly nothing once it is packed. */
const bombs = [1, 2, 3, 4].map((number) => Buffer.alloc(2 * MEBIBYTE, number));

test("objects that unpack to far more than is stored of them are read up to a bound, and those behind it are told", async () => {
  const { all, searched, rows } = await search(bombs, 5 * MEBIBYTE);
  expect(all.size).toBe(4);
  expect(searched.length).toBe(2);
  const reason = "the files of the objects unpack to more than is searched of so little";
  expect(reasonsOf(rows)).toEqual([`object-bound: ${reason}`, `object-bound: 1 more objects are not read: ${reason}`]);
});

test("objects that are stored for what they are have no bound", async () => {
  const key = Buffer.from(`aws_access_key_id = ${generateMaterial(1).id}\n`);
  const random = [1, 2, 3, 4].map((seed) => {
    // No code finds anything in it that is shorter.
    const bytes = Buffer.alloc(2 * MEBIBYTE);
    for (let at = 0, state = seed; at < bytes.length; at += 4)
      bytes.writeInt32LE((state = Math.imul(state, 48_271) ^ at), at);
    return Buffer.concat([bytes, key]);
  });
  const { searched, found, rows } = await search(random, MEBIBYTE);
  expect(searched.length).toBe(4);
  expect(found.length).toBe(4);
  expect(rows).toEqual([]);
});

test("a tree of any size is asked which of its files only their names say to be packed", async () => {
  const id = "5".repeat(40);
  const entry = (name: string): Buffer => Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(id, "hex")]);
  const tree = Buffer.concat([Buffer.concat(Array(65).fill(entry("x".repeat(MEBIBYTE)))), entry("a.br")]);
  const { named, rows } = await search([tree], 2 * tree.length, "tree");
  expect(named).toEqual([id]);
  expect(rows).toEqual([]);
});
