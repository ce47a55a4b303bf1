import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accessKeyId } from "../../src/model/access-key-id.ts";
import type { UseCase } from "../../src/model/finding.ts";
import type { Place } from "../../src/model/place.ts";
import { AllowList } from "../../src/scan/allow.ts";
import type { Detection } from "../../src/scan/detect/detection.ts";
import { fingerprintOf, pairFingerprint, secretDigestOf } from "../../src/scan/detect/fingerprint.ts";
import { FindingCollector } from "../../src/scan/findings.ts";
import { generateKeyId, generateMaterial } from "../support/material.ts";
import { randomFrom } from "../support/random.ts";

const NOBODY_ALLOWS = new AllowList([], "2026-06-01", true);
const KEY = generateMaterial(1);
const OTHER = generateMaterial(2);

type Changes = Partial<Pick<Detection, "severity" | "useCase" | "rule" | "inlineAllow">>;

function base(
  changes: Changes,
): Pick<Detection, "placeholder" | "inlineAllow" | "offset" | "line" | "column" | "useCase"> {
  return { placeholder: false, inlineAllow: null, offset: 0, line: 1, column: 1, useCase: changes.useCase ?? null };
}

function pair(key: { id: string; secret: string }, changes: Changes = {}): Detection {
  return {
    rule: "aws-access-key-pair",
    severity: "high",
    fingerprint: pairFingerprint(key.id, key.secret),
    accessKeyId: accessKeyId(key.id),
    secretDigest: secretDigestOf(key.secret),
    ...base(changes),
    ...changes,
  };
}

function loneId(id: string, changes: Changes = {}): Detection {
  return {
    rule: "aws-access-key-id",
    severity: "low",
    fingerprint: fingerprintOf("access-key", id, ""),
    accessKeyId: accessKeyId(id),
    secretDigest: null,
    ...base(changes),
    ...changes,
  };
}

function loneSecret(secret: string): Detection {
  return {
    rule: "aws-secret-access-key",
    severity: "medium",
    fingerprint: fingerprintOf("access-key", "", secret),
    accessKeyId: null,
    secretDigest: secretDigestOf(secret),
    ...base({}),
  };
}

function file(path: string, line = 1, column = 1): Place {
  return { kind: "file", path, within: [], line, column };
}

function collected(...seen: (readonly [Detection, Place])[]) {
  const collector = new FindingCollector();
  for (const [detection, place] of seen) collector.add(detection, place);
  return collector.findings(NOBODY_ALLOWS);
}

describe("findings", () => {
  test("are one a credential, with all its places in order", () => {
    const findings = collected(
      [pair(KEY), file("b", 2)],
      [pair(KEY), file("b", 1, 9)],
      [pair(KEY), file("a", 30)],
      [pair(KEY), file("b", 1, 2)],
      [pair(KEY), file("a", 30)],
    );
    expect(findings).toHaveLength(1);
    expect(findings[0]?.places).toEqual([file("a", 30), file("b", 1, 2), file("b", 1, 9), file("b", 2)]);
    expect(findings[0]).toMatchObject({
      accountId: KEY.accountId,
      hasSecret: true,
      canary: false,
      allowed: null,
      owner: null,
    });
  });

  test("take up an id or a secret that lies alone elsewhere", () => {
    const findings = collected(
      [loneId(KEY.id), file("log")],
      [pair(KEY), file("env")],
      [loneSecret(KEY.secret), file("notes")],
    );
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ rule: "aws-access-key-pair", severity: "high" });
    expect(findings[0]?.places).toHaveLength(3);
  });

  test("name the places that hold the secret before those that only name the id, whatever they are called", () => {
    const [finding] = collected(
      [loneId(KEY.id), file("a-report.html")],
      [pair(KEY), file("env")],
      [pair(KEY), file("aws/credentials")],
      [loneId(KEY.id), file("z-log")],
    );
    expect(finding?.places).toEqual(["aws/credentials", "env", "a-report.html", "z-log"].map((name) => file(name)));
  });

  test("take up an id of temporary credentials too", () => {
    const temporary = { id: KEY.temporaryId, secret: KEY.secret };
    const findings = collected(
      [loneId(KEY.temporaryId, { rule: "aws-session-credentials", severity: "info" }), file("log")],
      [pair(temporary, { rule: "aws-session-credentials" }), file("env")],
    );
    expect(findings.map(({ severity, places }) => [severity, places.length])).toEqual([["high", 2]]);
  });

  test("keep apart what is not the same credential", () => {
    const presigned = {
      ...loneId(KEY.id),
      rule: "presigned-url-static-key",
      fingerprint: fingerprintOf("presigned-url", KEY.id, ""),
    };
    const mail = {
      ...pair(KEY),
      rule: "ses-smtp-password",
      fingerprint: fingerprintOf("ses-smtp", KEY.id, KEY.smtpPassword),
      secretDigest: secretDigestOf(KEY.smtpPassword),
    };
    const findings = collected(
      [presigned, file("a")],
      [mail, file("b")],
      [pair(KEY), file("c")],
      [loneId(OTHER.id), file("d")],
    );
    expect(findings.map(({ rule }) => rule)).toEqual([
      "aws-access-key-pair",
      "ses-smtp-password",
      "aws-access-key-id",
      "presigned-url-static-key",
    ]);
  });

  test("do not take a mail password for the key that its id belongs to", () => {
    const mail = {
      ...pair(KEY),
      rule: "ses-smtp-password",
      fingerprint: fingerprintOf("ses-smtp", KEY.id, KEY.smtpPassword),
    };
    expect(collected([mail, file("a")], [loneId(KEY.id), file("b")])).toHaveLength(2);
  });

  test("are as bad as the worst place, and used as that place says", () => {
    const [finding] = collected(
      [pair(KEY, { severity: "info", useCase: "saas" as UseCase }), file("a")],
      [pair(KEY, { severity: "high", useCase: "unknown" as UseCase }), file("b")],
      [pair(KEY, { severity: "high", useCase: "notebook" as UseCase }), file("d")],
      [pair(KEY, { severity: "high", useCase: "ci-github" as UseCase }), file("c")],
    );
    expect(finding).toMatchObject({ severity: "high", useCase: "ci-github" });
  });

  test("of a canary account are marked, and no more than info", () => {
    const random = randomFrom(3);
    const id = generateKeyId(random, { account: "052310077262" });
    const [finding] = collected([pair({ id, secret: KEY.secret }), file("a")]);
    expect(finding).toMatchObject({ canary: true, severity: "info", accountId: "052310077262" });
  });

  test("are worst first", () => {
    const findings = collected(
      [loneId(OTHER.id), file("a")],
      [pair(KEY), file("b")],
      [loneSecret(OTHER.secret), file("c")],
    );
    expect(findings.map(({ severity }) => severity)).toEqual(["high", "medium", "low"]);
  });
});

describe("an inline allow", () => {
  const inlineAllow = { reason: "decoy", owner: null, expires: null };
  const allowed = pair(KEY, { inlineAllow });
  const until = (expires: string) => pair(KEY, { inlineAllow: { ...inlineAllow, expires } });
  const member = (name: string): Place => ({ kind: "stdin", name: "stdin", within: [name], line: 2, column: 1 });

  test.each([
    ["a place that is told again without one", [allowed, file("a")], [pair(KEY), file("a")]],
    ["a place that is told again as half of the key", [allowed, file("a")], [loneId(KEY.id), file("a")]],
    ["a member of a stream, not one of another name", [allowed, member("a")], [pair(KEY), member("b")]],
  ] as const)("does not cover %s", (_, one, other) => {
    expect(collected(one, other)[0]?.allowed).toBeNull();
    expect(collected(other, one)[0]?.allowed).toBeNull();
    expect(collected(one)[0]?.allowed).toEqual(inlineAllow);
  });

  test("of a place that is told again ends when the first of the two does", () => {
    const [first, second] = [until("2026-08-01"), until("2026-07-01")];
    for (const seen of [
      [allowed, first, second],
      [second, allowed, first],
    ])
      expect(collected(...seen.map((each) => [each, file("a")] as const))[0]?.allowed?.expires).toBe("2026-07-01");
  });

  test("does not cover places that were left out", () => {
    const collector = new FindingCollector({ credentials: 10, places: 5, placesOfOne: 1 });
    collector.add(allowed, file("a"));
    collector.add(pair(KEY), file("b"));
    expect(collector.findings(NOBODY_ALLOWS)).toMatchObject([{ allowed: null, placesLeftOut: 1 }]);
  });
});

describe("bounds", () => {
  test("on places do not make a finding less bad", () => {
    const collector = new FindingCollector({ credentials: 10, places: 5, placesOfOne: 1 });
    collector.add(pair(KEY, { severity: "info" }), file("a"));
    collector.add(pair(KEY, { severity: "critical" }), file("b"));
    expect(collector.findings(NOBODY_ALLOWS)).toMatchObject([{ severity: "critical", placesLeftOut: 1 }]);
  });

  test("on places: the rest is counted", () => {
    const collector = new FindingCollector({ credentials: 10, places: 5, placesOfOne: 3 });
    for (let line = 1; line <= 7; line++) collector.add(pair(KEY), file("a", line));
    for (let line = 1; line <= 7; line++) collector.add(loneId(OTHER.id), file("b", line));
    const findings = collector.findings(NOBODY_ALLOWS);
    expect(findings.map(({ places, placesLeftOut }) => [places.length, placesLeftOut])).toEqual([
      [3, 4],
      [2, 5],
    ]);
  });

  test("on places of one document count likewise", () => {
    const [found] = collected([{ ...pair(KEY), placesLeftOut: 7 }, file("a")], [pair(KEY), file("b")]);
    expect([found?.places.length, found?.placesLeftOut]).toEqual([2, 7]);
  });

  test("on places of one document leave the file known, so that an allow may cover them", () => {
    const allowed = { ...pair(KEY), inlineAllow: { reason: "decoy", owner: null, expires: null }, placesLeftOut: 7 };
    expect(collected([allowed, file("a")])[0]?.allowed?.reason).toBe("decoy");
  });

  test("on credentials: what is past them is counted", () => {
    const collector = new FindingCollector({ credentials: 1, places: 5, placesOfOne: 3 });
    collector.add(pair(KEY), file("a"));
    collector.add(loneId(OTHER.id), file("b"));
    collector.add(pair(KEY), file("c"));
    expect([collector.findings(NOBODY_ALLOWS).length, collector.leftOut]).toEqual([1, 1]);
  });
});

const SEEN: readonly (readonly [Detection, Place])[] = [
  [pair(KEY, { useCase: "saas" as UseCase }), file("a")],
  [pair(KEY, { useCase: "notebook" as UseCase }), file("b", 2)],
  [pair({ id: KEY.id, secret: OTHER.secret }), file("c")],
  [loneId(KEY.id, { useCase: "person" as UseCase }), file("d")],
  [loneSecret(OTHER.secret), file("e")],
  [loneSecret(KEY.secret), file("a", 7)],
  [loneId(OTHER.id), { kind: "process", pid: 7, command: "sh", variable: "X" }],
  [loneId(OTHER.id), { kind: "environment", variable: "X" }],
  [loneId(OTHER.id), { kind: "stdin", name: "stdin", within: [], line: 1, column: 1 }],
];

test("findings do not depend on the order of reading", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...SEEN], { minLength: SEEN.length }), (shuffled) => {
      expect(collected(...shuffled)).toEqual(collected(...SEEN));
    }),
  );
});

test("a secret in a name is not shown, whatever the allow list is asked about", () => {
  const secret = KEY.secret.replaceAll("/", "k");
  const collector = new FindingCollector();
  collector.add(loneId(OTHER.id), file(`/a/${secret}/one`));
  collector.add(loneId(OTHER.id), file(`/a/${secret}/two`));
  const [found] = collector.findings(NOBODY_ALLOWS);
  expect(found?.places).toMatchObject([{ path: "/a/…/one" }, { path: "/a/…/two" }]);
});
