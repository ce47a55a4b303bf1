import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Skipped } from "../../src/model/coverage.ts";
import type { Place } from "../../src/model/place.ts";
import type { Detection } from "../../src/scan/detect/detection.ts";
import { searchDisk } from "../../src/scan/sources/disk/disk-search.ts";
import { findRoots } from "../../src/scan/sources/disk/roots.ts";
import { HIDINGS, UNREAD } from "../support/archives/hidden.ts";
import { kernel, keyFile, sharedDocuments } from "../support/disk/searching.ts";
import { GitFixture } from "../support/git/git.ts";
import { searchHistory } from "../support/git/history.ts";
import { searchPackBytes } from "../support/git/pack-searching.ts";
import { type Entry, type Operation, writePack } from "../support/git/packs.ts";
import { anySeed } from "../support/material.ts";
import { type Random, randomFrom } from "../support/random.ts";

/** What is told of one file. */
interface Told {
  /** Fingerprints, with the members that lead there. */
  readonly found: readonly string[];
  /** Reasons and sentences. */
  readonly rows: readonly string[];
}

const CASES = [...HIDINGS, ...UNREAD].map(({ what, name, hide }, number) => {
  const content = hide(Buffer.from(`${keyFile(number + 1)}# ${what}\n`));
  return { what, path: `${number}/${name}`, content };
});

let git: GitFixture;
const onDisk = new Map<string, Told>();
const loose = new Map<string, Told>();
const packed = new Map<string, Told>();

beforeAll(async () => {
  git = new GitFixture();
  git.commit("all", Object.fromEntries(CASES.map(({ path, content }) => [path, content])));
  keep(await diskSearched(), onDisk);
  keep(await historySearched(), loose);
  git.run("repack", "-adq");
  keep(await historySearched(), packed);
}, 120_000);
afterAll(() => git[Symbol.dispose]());

/** Something that was told, and of which file. */
interface Tale {
  readonly path: string;
  readonly found?: string;
  readonly row?: string;
}

function keep(tales: readonly Tale[], into: Map<string, Told>): void {
  for (const { path } of CASES) {
    const mine = tales.filter((tale) => tale.path === path);
    const distinct = (texts: readonly (string | undefined)[]): string[] =>
      [...new Set(texts.filter((text) => text !== undefined))].sort();
    into.set(path, { found: distinct(mine.map(({ found }) => found)), rows: distinct(mine.map(({ row }) => row)) });
  }
}

function foundIn({ fingerprint }: Detection, within: readonly string[]): string {
  return [...within, fingerprint].join("!");
}

function rowOf({ reason, detail }: Skipped): string {
  return `${reason}: ${detail}`;
}

function pathOf(place: string): string {
  const file = CASES.find(({ path }) => [place, place.split("!")[0]].includes(`${git.work}/${path}`));
  return file?.path ?? "";
}

async function diskSearched(): Promise<readonly Tale[]> {
  const tales: Tale[] = [];
  const sink = {
    onDetection: (detection: Detection, place: Place) => {
      if (place.kind === "file") tales.push({ path: pathOf(place.path), found: foundIn(detection, place.within) });
    },
    onSkipped: (row: Skipped) => void tales.push({ path: pathOf(row.place), row: `${row.place} ${rowOf(row)}` }),
    onRepository: () => {},
  };
  const roots = findRoots([{ path: git.work, isForeign: false }], sink);
  const signal = new AbortController().signal;
  const documents = sharedDocuments();
  await searchDisk({ documents, kernel, sink, roots, exclude: [], nowMs: 0, signal, threads: 1, onProgress: () => {} });
  return tales;
}

async function historySearched(): Promise<readonly Tale[]> {
  const { found, rows } = await searchHistory([git.gitFolder]);
  return [
    ...found.map(({ detection, place }) => ({ path: place.path ?? "", found: foundIn(detection, place.within) })),
    ...rows.map((row) => {
      const { place, reason, detail } = row;
      const version = / \(in its version [0-9a-f]{40}\)$/;
      expect(detail).toMatch(version);
      return { path: pathOf(place), row: `${place} ${reason}: ${detail.replace(version, "")}` };
    }),
  ];
}

describe.each(CASES.map((each) => [each.what, each] as const))("%s", (_, { path }) => {
  test("is found on a disk, or told of", () => {
    const { found, rows } = onDisk.get(path) ?? { found: [], rows: [] };
    expect(found.length + rows.length).toBeGreaterThan(0);
  });

  test("is told alike as a file and as a loose object", () => {
    expect(loose.get(path)).toEqual(onDisk.get(path));
  });

  test("is told alike as a file and in a pack", () => {
    expect(packed.get(path)).toEqual(onDisk.get(path));
  });
});

/** What is told of each object of a pack. */
async function toldOf(entries: readonly Entry[]): Promise<readonly unknown[]> {
  const written = writePack(entries);
  const { found, skipped, named } = await searchPackBytes(written);
  const rows = (id: string): string[] => skipped.filter(({ place }) => place.includes(id)).map(rowOf);
  return written.objects.map(({ id }) => [found.get(id), rows(id).sort(), named]);
}

test("however deltas make it, an object is told as it is whole", async () => {
  await fc.assert(
    fc.asyncProperty(anySeed(), async (seed) => {
      const random = randomFrom(seed);
      const { path, content } = random.pick(CASES);
      const entries = deltasOf(content, random);
      const whole = writePack(entries).objects.map((object) => ({ type: object.type, content: object.content }));
      expect([path, await toldOf(entries)]).toEqual([path, await toldOf(whole)]);
    }),
    { numRuns: 150 },
  );
}, 60_000);

/** A base that lacks a part of a content, or has another in its place, the content made of it, and the base once more with something behind it. */
function deltasOf(content: Buffer, random: Random): readonly Entry[] {
  const from = random.below(content.length);
  const to = Math.min(content.length, from + 1 + random.below(random.pick([10, 1000, content.length])));
  const other = Buffer.from(`~${random.text("abc \n", random.below(300))}`);
  const base = Buffer.concat([content.subarray(0, from), other, content.subarray(to)]);
  return [
    { type: "blob", content: base },
    {
      base: 0,
      by: "offset",
      operations: [
        ...copied(0, from),
        ...inserted(content.subarray(from, to)),
        ...copied(from + other.length, base.length),
      ],
    },
    {
      base: 1,
      by: "offset",
      operations: [
        ...copied(0, from),
        ...inserted(other),
        ...copied(to, content.length),
        ...inserted(Buffer.from("\n")),
      ],
    },
  ];
}

/** Operations are of so many bytes at most. */
const LONGEST_COPY = 0x10000;
const LONGEST_INSERT = 127;

function copied(from: number, to: number): readonly Operation[] {
  const operations: Operation[] = [];
  for (let at = from; at < to; at += LONGEST_COPY)
    operations.push({ copy: { offset: at, size: Math.min(LONGEST_COPY, to - at) } });
  return operations;
}

function inserted(bytes: Buffer): readonly Operation[] {
  const operations: Operation[] = [];
  for (let at = 0; at < bytes.length; at += LONGEST_INSERT)
    operations.push({ insert: bytes.subarray(at, at + LONGEST_INSERT) });
  return operations;
}
