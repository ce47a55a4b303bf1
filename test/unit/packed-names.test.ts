import { expect, test } from "vitest";
import { PackedNames } from "../../src/scan/sources/git/search/packed-names.ts";
import { randomFrom } from "../support/random.ts";

const ID = (number: number, length = 20): string => `${number}`.padStart(2 * length, "0");

function entry(mode: string, name: string, id: string): Buffer {
  return Buffer.concat([Buffer.from(`${mode} ${name}\0`, "latin1"), Buffer.from(id, "hex")]);
}

function namedIn(tree: Buffer, idLength = 20, pieceOf: () => number = () => tree.length): readonly string[] {
  const names = new PackedNames(idLength);
  for (let at = 0; at < tree.length; ) {
    const next = at + Math.max(1, pieceOf());
    names.push(tree.subarray(at, next));
    at = next;
  }
  return names.ids;
}

const tree = Buffer.concat([
  entry("100644", "a.br", ID(1)),
  entry("40000", "b.br", ID(2)),
  entry("160000", "c.br", ID(3)),
  entry("100755", `${"d".repeat(5000)}.TBR`, ID(4)),
  entry("120000", ".br", ID(5)),
  entry("100644", "e.brx", ID(6)),
  entry("100644", "r", ID(7)),
  entry("00100644", "f.tbr", ID(8)),
]);
const expected = [1, 4, 5, 8].map((number) => ID(number));

test("files and links whose names end so are told, folders and submodules are not", () => {
  expect(namedIn(tree)).toEqual(expected);
  expect(namedIn(entry("100644", "a.br", ID(9, 32)), 32)).toEqual([ID(9, 32)]);
});

test("however a tree is cut in pieces", () => {
  expect(namedIn(tree, 20, () => 1)).toEqual(expected);
  for (let seed = 1; seed <= 50; seed++) {
    const random = randomFrom(seed);
    expect(namedIn(tree, 20, () => random.below(40))).toEqual(expected);
  }
});

test("up to what makes no sense", () => {
  const good = entry("100644", "a.br", ID(1));
  for (const bad of ["100644 b.br", "123456789 b.br\0", "nothing of the kind"]) {
    const broken = Buffer.concat([good, Buffer.from(bad), Buffer.alloc(20, 0x31), good]);
    expect(namedIn(bad.endsWith("\0") ? broken : broken.subarray(0, -good.length))).toEqual([ID(1)]);
  }
});
