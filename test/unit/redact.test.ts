import { expect, test } from "vitest";
import { AllowList } from "../../src/scan/allow.ts";
import { inlineAllowIn } from "../../src/scan/detect/inline-allow.ts";
import { redacted } from "../../src/scan/redact.ts";
import { generateMaterial } from "../support/material.ts";

const { secret } = generateMaterial(31);

test("words stay, whatever is as long as a key goes", () => {
  expect(redacted(`the test account of ada, see ${secret}; without permissions`)).toBe(
    "the test account of ada, see …; without permissions",
  );
});

test("no allow shows a secret that somebody wrote into its reason or its owner", () => {
  const inline = inlineAllowIn([`keysweep:allow owner="${secret}" because of ${secret}`]);
  const list = new AllowList(
    [
      {
        target: { kind: "fingerprint", fingerprint: `ks1:${"0".repeat(32)}`, severity: null, rule: null },
        reason: `because of ${secret}`,
        owner: secret,
        expires: "2027-01-31",
        at: "keysweep.yaml:1",
        repository: null,
      },
    ],
    "2026-01-01",
    true,
  );
  const listed = list.allowing({
    fingerprint: `ks1:${"0".repeat(32)}`,
    rule: "aws-access-key-pair",
    severity: "high",
    accessKeyId: null,
    places: [],
    placesLeftOut: 0,
    inlineAllows: [],
  });
  expect([inline, listed]).not.toContain(null);
  expect(JSON.stringify([inline, listed]).includes(secret.slice(0, 12))).toBe(false);
});

test("no piece of a secret that is written in parts, or in escapes", () => {
  const [a, b, c] = [secret.slice(0, 14), secret.slice(14, 28), secret.slice(28)];
  const written = [
    `"${a}" + "${b}" + "${c}"`,
    `test id="x"; secret = "${a}" + "${b}" + "${c}"`,
    `test'${a}'.'${b}'.'${c}'`,
    `x'${a}''${b}''${c}'`,
    `it's \`${a}\` \`${b}\` \`${c}\``,
    `words */ + "${c}"`,
    `words &#65;${a}&quot;${b}`,
    `words=3D${a}=3D${b}`,
    `words %41${a}%41${b}`,
    `words \\x41${a}\\x41${b}`,
    `words \x1b[0m${a}\x1b[0m${b}`,
    `owner="${a}" + "${b}" + "${c}" words`,
    `owner="${a}"+"${b}"+"${c}" words`,
    `owner='${a}'+'${b}'+'${c}' words`,
    `expires=2027-01-01 owner=ada "${a}"."${b}"."${c}"`,
  ];
  for (const [index, words] of written.entries()) {
    const allow = inlineAllowIn([`keysweep:allow ${words}`]);
    expect(allow, `${index}`).not.toBeNull();
    expect([a, b, c].map((piece) => JSON.stringify(allow).includes(piece.slice(0, 6)))).toEqual([false, false, false]);
  }
  for (const words of [
    `'${a}' + '${b}' + '${c}'`,
    `"${a}" "${b}"\n"${c}"`,
    `${a}\x1b[0m${b}\x1b[0m${c}`,
    `${a}&#65;${b}&#65;`,
  ])
    expect([a, b, c].map((piece) => redacted(words).includes(piece.slice(0, 6)))).toEqual([false, false, false]);
});

test.each([
  ["it's ada's test account, don't touch", "it's ada's test account, don't touch"],
  ['"words in quotes"', "words in quotes"],
  ["100% fake; not live (see #12) -->", "100% fake; not live (see #12)"],
  ["the fixture of the tests */", "the fixture of the tests"],
  ["no-key", "no-key"],
  ["*/", null],
  ["owner=ada", null],
])("a reason is shown as it was given: %s", (given, shown) => {
  expect(inlineAllowIn([`keysweep:allow ${given}`])?.reason ?? null).toBe(shown);
});
