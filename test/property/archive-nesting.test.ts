import { gzipSync, zstdCompressSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { containerFormat } from "../../src/scan/sources/archive/format.ts";
import { bzip2 } from "../support/archives/bzip2.ts";
import { type Document, reading } from "../support/archives/reading.ts";
import { pax, tar } from "../support/archives/tar.ts";
import { xz } from "../support/archives/xz.ts";
import { type ZipMethod, zip } from "../support/archives/zip.ts";

type Tree =
  | { readonly kind: "file"; readonly content: Uint8Array }
  | { readonly kind: "gzip" | "zstd" | "bzip2" | "xz"; readonly inside: Tree }
  | { readonly kind: "tar"; readonly members: readonly Named[] }
  | {
      readonly kind: "zip";
      readonly members: readonly Named[];
      readonly method: ZipMethod;
      readonly descriptors: boolean;
    };

interface Named {
  readonly name: string;
  readonly tree: Tree;
}

const COMPRESS = { gzip: gzipSync, zstd: zstdCompressSync, bzip2, xz } as const;

function pack(tree: Tree): Uint8Array {
  switch (tree.kind) {
    case "file":
      return tree.content;
    case "tar":
      return tar(
        tree.members.flatMap(({ name, tree: inside }) => [pax({ path: name }), { name: "x", content: pack(inside) }]),
      );
    case "zip": {
      const isStored = tree.method === "stored";
      const descriptor = tree.descriptors && !isStored ? { descriptor: "signed" as const } : {};
      return zip(
        tree.members.map(({ name, tree: inside }) => ({
          name,
          content: pack(inside),
          method: tree.method,
          ...descriptor,
        })),
      );
    }
    default:
      return COMPRESS[tree.kind](pack(tree.inside));
  }
}

/** The files of a tree, in their order. */
function files(tree: Tree, within: readonly string[], name: string): Document[] {
  switch (tree.kind) {
    case "file":
      return [{ within, content: Buffer.from(tree.content) }];
    case "tar":
    case "zip":
      return tree.members.flatMap((member) => files(member.tree, [...within, member.name], member.name));
    default:
      return files(tree.inside, [...within, name], name);
  }
}

const content = fc
  .oneof(
    fc.uint8Array({ maxLength: 700 }),
    fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 90 }))
      .map(([unit, count]) => Buffer.concat(Array(count).fill(unit))),
  )
  .filter((bytes) => containerFormat(bytes.subarray(0, 512)) === null);

const name = fc
  .string({ unit: fc.constantFrom("a", ".", "/", " ", "-", "ä", "€", "\n"), minLength: 1, maxLength: 20 })
  .map((text) => `${text}x`);

/** Containers up to `depth` deep. */
function container(depth: number): fc.Arbitrary<Tree> {
  const inside: fc.Arbitrary<Tree> =
    depth <= 1 ? file : fc.oneof({ weight: 1, arbitrary: file }, { weight: 2, arbitrary: container(depth - 1) });
  const members = fc.array(fc.record({ name, tree: inside }), { minLength: 1, maxLength: 4 });
  return fc.oneof(
    fc.record({ kind: fc.constantFrom("gzip" as const, "zstd" as const, "bzip2" as const, "xz" as const), inside }),
    fc.record({ kind: fc.constant("tar" as const), members }),
    fc.record({
      kind: fc.constant("zip" as const),
      members,
      method: fc.constantFrom<ZipMethod>("stored", "deflated", "zstd", "bzip2", "xz"),
      descriptors: fc.boolean(),
    }),
  );
}

const file: fc.Arbitrary<Tree> = content.map((bytes) => ({ kind: "file", content: bytes }));
const tree = fc.integer({ min: 1, max: 4 }).chain(container);

test("whatever is packed into whatever comes out again, under its names", async () => {
  const chunkSize = fc.option(fc.integer({ min: 1, max: 2000 }), { nil: undefined });
  const property = fc.asyncProperty(tree, chunkSize, fc.boolean(), async (packed, chunks, prefersForward) => {
    const bounds = prefersForward && isReadForward(packed) ? { storedBytes: 50 } : {};
    const options = { name: "outer", bounds };
    const read = await reading(pack(packed), chunks === undefined ? options : { ...options, chunks });
    expect(read.rows).toEqual([]);
    expect(read.documents).toEqual(files(packed, [], "outer"));
  });
  await fc.assert(property, { numRuns: 300 });
});

/** Whether every zip in it can be read front to back: only a deflated member tells where it ends. */
function isReadForward(packed: Tree): boolean {
  if (packed.kind === "file") return true;
  if (packed.kind === "zip" && packed.descriptors && packed.method !== "deflated" && packed.method !== "stored")
    return false;
  return "inside" in packed
    ? isReadForward(packed.inside)
    : packed.members.every((member) => isReadForward(member.tree));
}
