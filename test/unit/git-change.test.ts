import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { installHook, uninstallHook } from "../../src/hook/install.ts";
import { pushedRefs, receivedRefs } from "../../src/hook/push.ts";
import { hookScript, ownerOf, passingScript } from "../../src/hook/script.ts";
import { accessKeyId } from "../../src/model/access-key-id.ts";
import { KeysweepError } from "../../src/model/error.ts";
import type { Detection } from "../../src/scan/detect/detection.ts";
import { fingerprintOf, pairFingerprint, secretDigestOf } from "../../src/scan/detect/fingerprint.ts";
import { added } from "../../src/scan/sources/change/added.ts";
import { type FileChange, isBlob, isSubmodule, readRawDiff } from "../../src/scan/sources/change/raw-diff.ts";
import { temporaryFolder } from "../support/disk/searching.ts";
import { generateMaterial } from "../support/material.ts";

type Seen = Pick<Detection, "fingerprint" | "rule" | "accessKeyId" | "secretDigest">;

function pair(seed: number): Seen {
  const { id, secret } = generateMaterial(seed);
  return {
    rule: "aws-access-key-pair",
    fingerprint: pairFingerprint(id, secret),
    accessKeyId: accessKeyId(id),
    secretDigest: secretDigestOf(secret),
  };
}

function loneId(seed: number): Seen {
  const { accessKeyId: id } = pair(seed);
  return {
    rule: "aws-access-key-id",
    fingerprint: fingerprintOf("access-key", id ?? "", ""),
    accessKeyId: id,
    secretDigest: null,
  };
}

function loneSecret(seed: number): Seen {
  const { secret } = generateMaterial(seed);
  return {
    rule: "aws-secret-access-key",
    fingerprint: fingerprintOf("access-key", "", secret),
    accessKeyId: null,
    secretDigest: secretDigestOf(secret),
  };
}

function presigned(seed: number): Seen {
  const { accessKeyId: id } = pair(seed);
  return {
    rule: "presigned-url-static-key",
    fingerprint: fingerprintOf("presigned-url", id ?? "", ""),
    accessKeyId: id,
    secretDigest: null,
  };
}

describe("what a change adds", () => {
  function addedBy(now: readonly Seen[], before: readonly Seen[]): Seen[] {
    return added(
      now.map((detection) => ({ detection })),
      before,
    ).map(({ detection }) => detection);
  }

  test("is what there is more of than before, the last ones", () => {
    const [first, second] = [pair(1), pair(1)];
    expect(addedBy([first, second], [pair(1)])).toEqual([second]);
    expect(addedBy([first], [pair(1), pair(1)])).toEqual([]);
    expect(addedBy([pair(2)], [pair(1)])).toEqual([pair(2)]);
    expect(addedBy([pair(1)], [])).toEqual([pair(1)]);
  });

  test("is no half that stays of a pair, but each further half", () => {
    expect(addedBy([loneId(1)], [pair(1)])).toEqual([]);
    expect(addedBy([loneSecret(1)], [pair(1)])).toEqual([]);
    expect(addedBy([loneId(1), loneSecret(1)], [pair(1)])).toEqual([]);
    expect(addedBy([loneId(1), loneId(1)], [pair(1)])).toHaveLength(1);
    expect(addedBy([pair(1), loneSecret(1)], [pair(1)])).toEqual([loneSecret(1)]);
    expect(addedBy([loneId(2)], [pair(1)])).toHaveLength(1);
  });

  test("is a secret that comes to an id, and any other use of the id", () => {
    expect(addedBy([pair(1)], [loneId(1)])).toEqual([pair(1)]);
    expect(addedBy([presigned(1)], [pair(1)])).toEqual([presigned(1)]);
  });

  test("is by number exactly what exceeds, whatever the order", () => {
    const some = fc.array(fc.nat(4).map(pair), { maxLength: 12 });
    fc.assert(
      fc.property(some, some, (now, before) => {
        const result = addedBy(now, before);
        for (let seed = 0; seed < 5; seed++) {
          const { fingerprint } = pair(seed);
          const count = (all: readonly Seen[]): number => all.filter((seen) => seen.fingerprint === fingerprint).length;
          expect(count(result)).toBe(Math.max(0, count(now) - count(before)));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("what git diff --raw prints", () => {
  const id = (digit: string): string => digit.repeat(40);

  async function read(text: string, size = 1 << 20): Promise<unknown[]> {
    const bytes = Buffer.from(text, "latin1");
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    const records: unknown[] = [];
    for await (const record of readRawDiff(chunks)) records.push(record);
    return records;
  }

  const TEXT = [
    id("c"),
    `:100644 100755 ${id("1")} ${id("2")} M`,
    "a\nb",
    `:100644 100644 ${id("1")} ${id("1")} R100`,
    "old",
    "new",
    `:000000 160000 ${id("0")} ${id("3")} A`,
    "module",
    `::100644 000000 120000 ${id("1")} ${id("0")} ${id("2")} RA`,
    ":merged",
  ];

  test.each([1, 2, 7, 41, 1000])("is read in pieces of %i bytes", async (size) => {
    expect(await read(`${TEXT.join("\0")}\0`, size)).toEqual([
      { commit: id("c") },
      {
        path: "a\nb",
        now: { mode: "100755", id: id("2") },
        before: [{ mode: "100644", id: id("1"), path: "a\nb" }],
        status: "M",
      },
      {
        path: "new",
        now: { mode: "100644", id: id("1") },
        before: [{ mode: "100644", id: id("1"), path: "old" }],
        status: "R100",
      },
      {
        path: "module",
        now: { mode: "160000", id: id("3") },
        before: [{ mode: "000000", id: id("0"), path: "module" }],
        status: "A",
      },
      {
        path: ":merged",
        now: { mode: "120000", id: id("2") },
        before: [
          { mode: "100644", id: id("1"), path: ":merged" },
          { mode: "000000", id: id("0"), path: ":merged" },
        ],
        status: "RA",
      },
    ]);
  });

  test.each([
    ["ends within a record", `:100644 100644 ${id("1")} ${id("2")} M\0`],
    ["ends within a path", `:100644 100644 ${id("1")} ${id("2")} M\0pa`],
    ["is no record", "hello\0"],
    ["is too short", ":100644 100644\0path\0"],
  ])("is an error when it %s", async (_, text) => {
    await expect(read(text)).rejects.toThrow(KeysweepError);
  });

  test("tells files and links from submodules and from nothing", async () => {
    const versions = ((await read(`${TEXT.slice(1).join("\0")}\0`)) as FileChange[]).map(({ now }) => now);
    expect(versions.map(isBlob)).toEqual([true, true, false, true]);
    expect(versions.map(isSubmodule)).toEqual([false, false, true, false]);
  });
});

describe("what git gives hooks", () => {
  const [a, b] = ["a".repeat(40), "b".repeat(40)];

  test("is read for pushes, deletions included", () => {
    expect(
      pushedRefs(
        `refs/heads/main ${a} refs/heads/main ${b}\n(delete) ${b} refs/heads/old ${a}\nHEAD~1 ${a} refs/x ${b}\n`,
      ),
    ).toEqual([
      { ref: "refs/heads/main", from: b, to: a },
      { ref: "refs/heads/old", from: a, to: b },
      { ref: "refs/x", from: b, to: a },
    ]);
    expect(pushedRefs("")).toEqual([]);
  });

  test("is read for receives, with ids of SHA-256 too", () => {
    const long = "c".repeat(64);
    expect(receivedRefs(`${a} ${b} refs/heads/main\n${long} ${long} refs/tags/v1\n`)).toEqual([
      { ref: "refs/heads/main", from: a, to: b },
      { ref: "refs/tags/v1", from: long, to: long },
    ]);
  });

  test.each(["x", `${a} ${b}`, `${a} ${b} refs/heads/a b`, `${a.slice(1)} ${b} refs/heads/main`, `-${a} ${b} r`])(
    "is an error where it is something else (%#)",
    (line) => {
      expect(() => receivedRefs(`${line}\n`)).toThrow(KeysweepError);
    },
  );
});

describe("a hook's script", () => {
  const OPTIONS = { hook: "pre-commit", before: '"x"', node: "/n'ode", main: "/ma in.js", whenGone: 1 } as const;

  test("is known again, and so is one that somebody changed", () => {
    for (const script of [hookScript(OPTIONS), hookScript({ ...OPTIONS, hook: "pre-push" }), passingScript('"x"')]) {
      expect(ownerOf(script)).toBe("keysweep");
      expect(ownerOf(`${script}#`)).toBe("changed");
      expect(ownerOf(script.replace("x", "y"))).toBe("changed");
    }
    expect(ownerOf("#!/bin/sh\nexit 0\n")).toBe("other");
    expect(ownerOf("")).toBe("other");
  });

  test("is known again where its paths are not ASCII", () => {
    const folder = join(temporaryFolder(), "hööks");
    const program = { hook: "pre-commit", node: "/nöde", main: "/mäin.js", whenGone: 1 } as const;
    const outcomes = [installHook(folder, program), installHook(folder, program), uninstallHook(folder, "pre-commit")];
    expect(outcomes).toEqual(["installed", "unchanged", "removed"]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("quotes a path as one word", () => {
    expect(hookScript(OPTIONS)).toContain(`node='/n'\\''ode'\nmain='/ma in.js'\n`);
  });
});
