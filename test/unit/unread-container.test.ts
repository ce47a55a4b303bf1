import { expect, test } from "vitest";
import { BlobSearch } from "../../src/scan/sources/git/search/blob-search.ts";
import { searchStream } from "../../src/scan/sources/stdin.ts";
import { gnuLongName, tar } from "../support/archives/tar.ts";
import { zip } from "../support/archives/zip.ts";
import { keyFile, recordingSink, search, sharedDocuments, temporaryTree } from "../support/disk/searching.ts";
import { searchPackBytes } from "../support/git/pack-searching.ts";
import { writePack } from "../support/git/packs.ts";
import { generateMaterial } from "../support/material.ts";

const key = Buffer.from(keyFile());
const { id, secret } = generateMaterial(1);
const content = Buffer.from("content\n");
const deflated = zip([{ name: "packed", content: key }]);

const CONTAINERS: Readonly<Record<string, Buffer>> = {
  "xz of a later format": Buffer.concat([Buffer.from("\xfd7zXZ\0\x01\0", "latin1"), key]),
  "a member that claims to be encrypted": zip([{ name: "a", content: key, method: "stored", flags: 1 }]),
  "a member that claims to be packed in an unknown way": zip([
    { name: "a", content: key, packed: key, methodNumber: 77 },
  ]),
  "a folder with data": zip([{ name: "a/", content: key, method: "stored", size: 0 }]),
  "a name that another overrules": tar([gnuLongName("a"), { name: `${id}:${secret}`, content }]),
  "the name of a zip in a zip": zip([{ name: `${id}:${secret}`, content: zip([{ name: "a", content }]) }]),
  "a zip behind a script": Buffer.concat([Buffer.from("#!/bin/sh\n"), deflated]),
};

const commented = zip([{ name: "packed", content: key }], { comment: "a comment" });
const program = Buffer.concat([Buffer.from("#!/bin/sh\n"), commented]);

test.each(Object.entries(CONTAINERS))("%s hides no key: on a disk, in a stream, in a history", async (_, bytes) => {
  const root = temporaryTree({ a: bytes });
  expect((await search([root])).found.length).toBeGreaterThan(0);

  const sink = recordingSink();
  const signal = new AbortController().signal;
  const stream = (async function* () {
    yield bytes;
  })();
  await searchStream({ documents: sharedDocuments(), sink, name: "pipe", stream, signal, onBytes: () => {} });
  expect(sink.places.length).toBeGreaterThan(0);

  const blobs = new BlobSearch(sharedDocuments(), signal);
  const hint = { kind: "file", path: "a", ageMs: () => 0 } as const;
  async function* blob() {
    yield bytes;
  }
  expect((await blobs.search({ size: bytes.length, content: blob }, hint)).hits.length).toBeGreaterThan(0);

  expect((await searchPackBytes(writePack([{ type: "blob", content: bytes }]))).found.size).toBeGreaterThan(0);
});

test("a zip with a comment behind a script is read: on a disk, in a stream", async () => {
  const root = temporaryTree({ a: program, "b.tar": tar([{ name: "a", content: program }]) });
  expect((await search([root])).found.length).toBe(2);

  const sink = recordingSink();
  const signal = new AbortController().signal;
  const stream = (async function* () {
    yield program;
  })();
  await searchStream({ documents: sharedDocuments(), sink, name: "pipe", stream, signal, onBytes: () => {} });
  expect(sink.places.length).toBeGreaterThan(0);
});
