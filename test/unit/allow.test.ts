import { resolve, sep } from "node:path";
import { describe, expect, test } from "vitest";
import { type AccessKeyId, accessKeyId } from "../../src/model/access-key-id.ts";
import { type SkipReason, skipped } from "../../src/model/coverage.ts";
import type { Fingerprint } from "../../src/model/finding.ts";
import type { Place } from "../../src/model/place.ts";
import { type Allowable, type AllowEntry, AllowList, type AllowTarget } from "../../src/scan/allow.ts";
import { generateMaterial } from "../support/material.ts";

const TODAY = "2026-06-15";
const FINGERPRINT: Fingerprint = `ks1:${"a".repeat(32)}`;
const ID = accessKeyId(generateMaterial(1).id) as AccessKeyId;

const PAIR: Allowable = {
  fingerprint: FINGERPRINT,
  rule: "aws-access-key-pair",
  severity: "high",
  accessKeyId: ID,
  places: [place("repo/a")],
  placesLeftOut: 0,
  inlineAllows: [null],
};
const LONE_ID: Allowable = {
  ...PAIR,
  fingerprint: `ks1:${"b".repeat(32)}`,
  rule: "aws-access-key-id",
  severity: "low",
};

function place(path: string): Place {
  return { kind: "file", path, within: [], line: 1, column: 1 };
}

function inHistory(repository: string, path: string | null): Place {
  return {
    kind: "git",
    repository,
    object: path === null ? "commit" : "blob",
    path,
    within: [],
    line: 1,
    column: 1,
    blob: "0".repeat(40),
    commit: "1".repeat(40),
    author: "A <a@example.org>",
    date: "2026-01-01T00:00:00.000Z",
    reachable: true,
    refs: ["refs/heads/main"],
    inHead: false,
    versions: 1,
    last: null,
  };
}

function entry(target: AllowTarget, changes: Partial<AllowEntry> = {}): AllowEntry {
  return {
    target,
    reason: "r",
    owner: "o",
    expires: "2026-12-31",
    at: "keysweep.yaml:1",
    repository: null,
    ...changes,
  };
}

const byFingerprint: AllowTarget = { kind: "fingerprint", fingerprint: FINGERPRINT, rule: null, severity: null };

function allows(allowed: AllowEntry, finding: Allowable): boolean {
  return new AllowList([allowed], TODAY, true).allowing(finding) !== null;
}

describe("an entry by fingerprint", () => {
  test("covers that finding, and says why", () => {
    const list = new AllowList([entry(byFingerprint)], TODAY, true);
    expect(list.allowing(PAIR)).toEqual({ reason: "r", owner: "o", expires: "2026-12-31" });
    expect(list.allowing(LONE_ID)).toBeNull();
  });

  test("does not cover it once it is worse than what was accepted", () => {
    expect(allows(entry(byFingerprint), { ...PAIR, severity: "critical" })).toBe(false);
    expect(allows(entry({ ...byFingerprint, severity: "critical" }), { ...PAIR, severity: "critical" })).toBe(true);
    expect(allows(entry({ ...byFingerprint, severity: "info" }), PAIR)).toBe(false);
  });

  test("does not cover it as another rule than the one that was seen", () => {
    expect(allows(entry({ ...byFingerprint, rule: "aws-access-key-id" }), PAIR)).toBe(false);
    expect(allows(entry({ ...byFingerprint, rule: "aws-access-key-pair" }), PAIR)).toBe(true);
  });
});

describe("an entry by key id", () => {
  test("covers the id alone, and the pair only if it says so", () => {
    expect(allows(entry({ kind: "key-id", accessKeyId: ID, rule: null }), LONE_ID)).toBe(true);
    expect(allows(entry({ kind: "key-id", accessKeyId: ID, rule: null }), PAIR)).toBe(false);
    expect(allows(entry({ kind: "key-id", accessKeyId: ID, rule: "aws-access-key-pair" }), PAIR)).toBe(true);
  });
});

describe("an entry by path and rule", () => {
  const target: AllowTarget = {
    kind: "path",
    rule: "aws-access-key-pair",
    matches: (path) => path.startsWith("repo/"),
  };

  test("covers a finding only when all its places match", () => {
    expect(allows(entry(target), PAIR)).toBe(true);
    expect(allows(entry(target), { ...PAIR, places: [place("repo/a"), place("elsewhere")] })).toBe(false);
    expect(allows(entry(target), { ...PAIR, places: [place("repo/a"), { kind: "environment", variable: "X" }] })).toBe(
      false,
    );
    expect(allows(entry(target), { ...PAIR, rule: "aws-session-credentials" })).toBe(false);
  });
});

describe("an entry of a repository", () => {
  const own = { repository: resolve("repo") + sep };

  test("covers what lies in the repository and nowhere else", () => {
    expect(allows(entry(byFingerprint, own), PAIR)).toBe(true);
    expect(allows(entry(byFingerprint, own), { ...PAIR, places: [place("repo/a"), place("repository/b")] })).toBe(
      false,
    );
    expect(
      allows(entry(byFingerprint, own), {
        ...PAIR,
        places: [{ kind: "stdin", name: "x", within: [], line: 1, column: 1 }],
      }),
    ).toBe(false);
  });
});

describe("an entry and a repository's history", () => {
  const own = entry({ kind: "key-id", accessKeyId: ID, rule: PAIR.rule }, { repository: resolve("repo") + sep });
  const byPath = entry({ kind: "path", rule: PAIR.rule, matches: (path) => path === resolve("repo/old") });
  const allows = (only: AllowEntry, places: Place[]) =>
    new AllowList([only], TODAY, true).allowing({ ...PAIR, places }) !== null;

  test("the repository speaks for its own history, messages too, and for no other's", () => {
    expect(allows(own, [place("repo/a"), inHistory(resolve("repo"), "old"), inHistory(resolve("repo"), null)])).toBe(
      true,
    );
    expect(allows(own, [place("repo/a"), inHistory(resolve("repository"), "old")])).toBe(false);
    expect(allows(own, [inHistory(resolve("other"), null)])).toBe(false);
  });

  test("a path is meant where the file would lie in the work tree; a message has none", () => {
    expect(allows(byPath, [inHistory(resolve("repo"), "old")])).toBe(true);
    expect(allows(byPath, [inHistory(resolve("repo"), "new")])).toBe(false);
    expect(allows(byPath, [inHistory(resolve("repo"), null)])).toBe(false);
  });
});

describe("an entry's date", () => {
  test("is the last day on which it holds", () => {
    expect(allows(entry(byFingerprint, { expires: TODAY }), PAIR)).toBe(true);
    const list = new AllowList([entry(byFingerprint, { expires: "2026-06-14" })], TODAY, true);
    expect(list.allowing(PAIR)).toBeNull();
    expect(list.expired).toHaveLength(1);
    expect(list.unused).toEqual([]);
  });

  test("past or not, an entry that covered nothing is told", () => {
    const used = entry(byFingerprint);
    const unused = entry({ ...byFingerprint, fingerprint: `ks1:${"c".repeat(32)}` });
    const list = new AllowList([used, unused], TODAY, true);
    list.allowing(PAIR);
    expect(list.unused).toEqual([unused]);
  });
});

describe("a finding of which places were left out", () => {
  const more = { ...PAIR, placesLeftOut: 1, places: [place(resolve("repo/a"))] };

  test("is not covered by its path", () => {
    const byPath: AllowTarget = { kind: "path", rule: PAIR.rule, matches: () => true };
    expect(allows(entry(byPath), more)).toBe(false);
    expect(allows(entry(byPath), { ...more, placesLeftOut: 0 })).toBe(true);
  });

  test("is covered by its fingerprint where the operator says so, not where a repository does", () => {
    const own = { repository: resolve("repo") + sep };
    expect(allows(entry(byFingerprint), more)).toBe(true);
    expect(allows(entry(byFingerprint, own), more)).toBe(false);
    expect(allows(entry(byFingerprint, own), { ...more, placesLeftOut: 0 })).toBe(true);
  });
});

describe("inline allows", () => {
  const until = (expires: string | null) => ({ reason: `until ${expires}`, owner: null, expires });
  const two = [place("a"), place("b")];

  test("count when every place has one, and the first to end is told", () => {
    const list = new AllowList([], TODAY, true);
    expect(list.allowing({ ...PAIR, places: two, inlineAllows: [until(null), until("2026-07-01")] })?.expires).toBe(
      "2026-07-01",
    );
    expect(list.allowing({ ...PAIR, places: two, inlineAllows: [until(null), null] })).toBeNull();
    expect(list.allowing({ ...PAIR, places: two, inlineAllows: [until(null), until("2026-06-14")] })).toBeNull();
  });

  test("count for nothing where places were left out", () => {
    const list = new AllowList([], TODAY, true);
    expect(list.allowing({ ...PAIR, placesLeftOut: 1, inlineAllows: [until(null)] })).toBeNull();
    expect(list.expiredFor({ ...PAIR, placesLeftOut: 1, inlineAllows: [until("2026-06-14")] })).toBeNull();
  });

  test("count for nothing when they are not to", () => {
    expect(new AllowList([], TODAY, false).allowing({ ...PAIR, inlineAllows: [until(null)] })).toBeNull();
  });
});

describe("an allow that has ended", () => {
  test("is told of the finding that it would cover, and of no other", () => {
    const list = new AllowList([entry(byFingerprint, { expires: "2026-06-14" })], TODAY, true);
    expect(list.expiredFor(PAIR)).toEqual({ reason: "r", owner: "o", expires: "2026-06-14" });
    expect(list.expiredFor(LONE_ID)).toBeNull();
    expect(new AllowList([entry(byFingerprint)], TODAY, true).expiredFor(PAIR)).toBeNull();
  });

  test("is told of one beside the credential, when every place has one", () => {
    const old = { reason: "decoy", owner: null, expires: "2026-06-14" };
    const list = new AllowList([], TODAY, true);
    const two = { ...PAIR, places: [place("a"), place("b")] };
    expect(list.expiredFor({ ...two, inlineAllows: [{ ...old, expires: null }, old] })).toEqual(old);
    expect(list.expiredFor({ ...two, inlineAllows: [old, null] })).toBeNull();
    expect(new AllowList([], TODAY, false).expiredFor({ ...PAIR, inlineAllows: [old] })).toBeNull();
  });
});

describe("an entry for what could not be read", () => {
  const target: AllowTarget = {
    kind: "skipped",
    reason: "archive-damaged",
    matches: (path) => path === resolve("t/bad.zip") || path === resolve("t/odd!name.gz"),
  };
  const accepted = (
    path: string,
    reason: SkipReason = "archive-damaged",
    changes: Partial<AllowEntry> = {},
  ): boolean => {
    const row = skipped(path, reason, "it ends early");
    return new AllowList([entry(target, changes)], TODAY, true).accepting(row).allowed !== undefined;
  };

  test("marks the row with who accepted it, and leaves the rest of it as it is", () => {
    const row = skipped(resolve("t/bad.zip"), "archive-damaged", "it ends early");
    const list = new AllowList([entry(target)], TODAY, true);
    expect(list.accepting(row)).toEqual({ ...row, allowed: { reason: "r", owner: "o", expires: "2026-12-31" } });
    expect(list.unused).toEqual([]);
  });

  test("covers the archive and its members, and files with an exclamation mark", () => {
    expect(accepted(resolve("t/bad.zip"))).toBe(true);
    expect(accepted(resolve("t/bad.zip!a/b!c"))).toBe(true);
    expect(accepted(resolve("t/odd!name.gz"))).toBe(true);
    expect(accepted(resolve("t/odd"))).toBe(false);
    expect(accepted(resolve("t/bad.zip2"))).toBe(false);
  });

  test("covers no other reason, no other repository, nothing past its date, and nothing that is no path", () => {
    expect(accepted(resolve("t/bad.zip"), "permission-denied")).toBe(false);
    expect(accepted(resolve("t/bad.zip"), "archive-damaged", { repository: resolve("elsewhere") + sep })).toBe(false);
    expect(accepted(resolve("t/bad.zip"), "archive-damaged", { repository: resolve("t") + sep })).toBe(true);
    expect(accepted(resolve("t/bad.zip"), "archive-damaged", { expires: "2026-06-14" })).toBe(false);
    const any: AllowTarget = { ...target, matches: () => true };
    const list = new AllowList([entry(any)], TODAY, true);
    expect(list.accepting(skipped("24 more places", "archive-damaged", "")).allowed).toBeUndefined();
  });

  test("covers a repository's history when it names the repository, and not by what a pack is called", () => {
    const id = "a".repeat(40);
    const shop = resolve("t/shop");
    const places = [
      `${shop} object ${id}`,
      `${shop} object ${id}!member.zip`,
      `${shop}/.git/objects/pack/pack-${id}.pack object ${id}!a!b`,
      `${shop}/objects/pack/pack-${id}.pack`,
    ];
    const list = (matches: (path: string) => boolean, changes: Partial<AllowEntry> = {}): AllowList =>
      new AllowList([entry({ ...target, matches }, changes)], TODAY, true);
    const acceptedBy = (allows: AllowList): boolean[] =>
      places.map((place) => allows.accepting(skipped(place, "archive-damaged", "")).allowed !== undefined);
    expect(acceptedBy(list((path) => path === shop))).toEqual([true, true, true, true]);
    expect(acceptedBy(list((path) => path === shop, { repository: shop + sep }))).toEqual([true, true, true, true]);
    expect(acceptedBy(list((path) => path !== shop))).toEqual([false, false, false, false]);
    expect(acceptedBy(list(() => true, { repository: `${shop}2${sep}` }))).toEqual([false, false, false, false]);
  });

  test("marks nothing that is not read by design", () => {
    const list = new AllowList([entry({ ...target, reason: "archive-bound" })], TODAY, true);
    expect(list.accepting(skipped(resolve("t/bad.zip"), "archive-bound", "")).allowed).toBeUndefined();
  });

  test("accepts no finding, and no entry for findings accepts a row", () => {
    expect(allows(entry({ ...target, matches: () => true }), PAIR)).toBe(false);
    const list = new AllowList([entry({ kind: "path", rule: "archive-damaged", matches: () => true })], TODAY, true);
    expect(list.accepting(skipped(resolve("t/bad.zip"), "archive-damaged", "")).allowed).toBeUndefined();
  });
});
