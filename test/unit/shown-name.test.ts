import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { skipped } from "../../src/model/coverage.ts";
import type { Place } from "../../src/model/place.ts";
import { shownExcluded, shownName, shownPlace, shownSkipped } from "../../src/scan/shown-name.ts";
import { generateMaterial, generateSecret, type Material } from "../support/material.ts";
import { randomFrom } from "../support/random.ts";

/** The shortest part of a secret that must not be seen, in characters. */
const PIECE = 12;

function leaks(shown: unknown, secret: string): boolean {
  const text = JSON.stringify(shown);
  const pieces = Array.from({ length: secret.length - PIECE + 1 }, (_, i) => secret.slice(i, i + PIECE));
  return pieces.some((piece) => text.includes(piece));
}

/** How a secret gets into a name, and which of the material's. */
const NAMES: readonly [
  what: string,
  secretOf: (m: Material) => string,
  nameOf: (secret: string, m: Material) => string,
][] = [
  ["a secret as a file", (m) => m.secret, (secret) => `/home/ada/${secret}`],
  ["a secret with an ending", (m) => m.secret, (secret) => `/home/ada/keys/${secret}.txt`],
  ["behind its id", (m) => m.secret, (secret, { id }) => `/home/ada/${id}:${secret}`],
  [
    "plainly and in parts",
    (m) => m.secret,
    (secret, { id }) => `${id}:${secret} secret=${parts(secret, '"', '" "', '"')}`,
  ],
  ["glued to its id", (m) => m.secret, (secret, { id }) => `/home/ada/${id}${secret}`],
  ["behind a word", (m) => m.secret, (secret) => `C:\\keys\\prod_${secret}_old`],
  ["percent-encoded", (m) => m.secret, (secret) => `/home/ada/${encodeURIComponent(secret)}`],
  ["as a query", (m) => m.secret, (secret, { id }) => `aws://${id}:${encodeURIComponent(secret)}@bucket`],
  ["glued to letters", (m) => m.secret, (secret) => `/home/ada/${"word".repeat(15)}${secret}`],
  ["amidst letters", (m) => m.secret, (secret) => `${"word".repeat(5)}${secret}${"word".repeat(5)}.txt`],
  ["an SMTP password", (m) => m.smtpPassword, (secret) => `/home/ada/${secret}`],
  ["a session token", (m) => m.sessionToken, (secret) => `export/${secret}`],
  ["a Bedrock key", (m) => m.bedrockKey, (secret) => `/home/ada/${secret}`],
  ["an MWS token", (m) => m.uuid, (secret) => `/home/ada/amzn.mws.${secret}.txt`],
  ["an AppSync key", (m) => m.appsyncKey, (secret) => `/home/ada/${secret}.txt`],
  ["a CodeCommit password", (m) => m.codecommitPassword, (secret, m) => `/a/deploy-at-${m.accountId}:${secret}`],
];

/** In which ways a secret gets into a name so that only decoding shows it, in pieces of fourteen characters and less. */
const HIDDEN: readonly [what: string, write: (secret: string, m: Material) => string][] = [
  ["in parts", (secret, { id }) => `${id} secret=${parts(secret, '"', '"+"', '"')}`],
  ["in parts without its id", (secret) => parts(secret, "'", "' . '", "'")],
  [
    "in two parts, one longer than what is cut out",
    (secret, { id }) => `${id} '${secret.slice(0, 25)}'+'${secret.slice(25)}'`,
  ],
  ["in entities", (secret, { id }) => `${id} secret=${escaped(secret, (code) => `&#${code};`)}`],
  [
    "here and there an entity",
    (secret, { id }) => `${id} secret=${parts(secret, "", "", "", (c) => `&#x${c.charCodeAt(0).toString(16)};`)}`,
  ],
  ["in quoted-printable", (secret, { id }) => `x=C3=A9 ${id} secret=3D${parts(secret, "", "", "", qp)}`],
  ["with colours between", (secret, { id }) => `${id} secret=${parts(secret, "", "\x1b[0m", "")}`],
  ["with zeros between", (secret, { id }) => Buffer.from(`${id} ${secret}`, "utf16le").toString("latin1")],
  ["in percent escapes", (secret) => parts(secret, "", "", "", (c) => `%${c.charCodeAt(0).toString(16)}`)],
  ["glued to other letters, in two lines", (secret) => `${"qwx".repeat(20)}${parts(secret, "", "=\n", "")}`],
  ["glued to other letters, in parts", (secret) => `${"qwx".repeat(20)}${parts(secret, "", "=", "")}`],
  ["in base64", (secret, { id }) => Buffer.from(`${id}:${secret}`).toString("base64url")],
  ["in hexadecimal", (secret, { id }) => Buffer.from(`${id}:${secret}`).toString("hex")],
  ["plainly and with something between", (secret, { id }) => `${id}:${secret} ${parts(secret, "", "-", "")}`],
];

function qp(character: string): string {
  return `=${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function escaped(text: string, write: (code: number) => string): string {
  return Array.from(text, (character) => write(character.charCodeAt(0))).join("");
}

/** Three pieces, the last character of each written in its own way. */
function parts(secret: string, before: string, between: string, after: string, last = (c: string) => c): string {
  const pieces = [secret.slice(0, 14), secret.slice(14, 28), secret.slice(28)];
  return before + pieces.map((piece) => piece.slice(0, -1) + last(piece.slice(-1))).join(between) + after;
}

describe("a name that hides its secret is withheld", () => {
  test.each(HIDDEN)("%s", (_, write) => {
    for (let seed = 1; seed <= 40; seed++) {
      const material = generateMaterial(seed);
      const secret = material.secret.replaceAll("/", "k").replaceAll("+", "m");
      const name = write(secret, material);
      const shown = shownName(`/home/ada/${name}.txt`);
      expect(leaks(shown, secret) || leaks(shown, name.slice(-30))).toBe(false);
      expect(shown).toMatch(/^\/home\/ada\/\[name withheld: it holds a secret\]\.txt$/);
      for (const place of [
        shownSkipped(skipped("x", "link-out-of-tree", `leads to /srv/${name}`)),
        shownPlace({ kind: "environment", variable: name }),
      ])
        expect(leaks(place, secret)).toBe(false);
    }
  });
});

describe("no name shows a secret", () => {
  test.each(NAMES)("%s", (_, secretOf, nameOf) => {
    for (let seed = 1; seed <= 60; seed++) {
      const material = generateMaterial(seed);
      // A slash in the name of a file parts folders; that is tried below.
      const secret = secretOf(material).replaceAll("/", "k");
      expect(leaks(shownName(nameOf(secret, material)), secret)).toBe(false);
    }
  });

  test("nearly no secret with a slash, which makes folders of it", () => {
    const random = randomFrom(3);
    const secrets = Array.from({ length: 2000 }, () => generateSecret(random)).filter((secret) => secret.includes("/"));
    const shown = secrets.filter((secret) => leaks(shownName(`backup/${secret}/x.txt`), secret));
    expect(shown.length / secrets.length).toBeLessThan(0.02);
  });

  test("in any field of any place, row or pattern", () => {
    const { id, secret: any } = generateMaterial(5);
    const secret = any.replaceAll("/", "k");
    const name = `x/${id}-${secret}`;
    const at = { within: [name], line: 1, column: 1 };
    const places: Place[] = [
      { kind: "file", path: name, ...at },
      { kind: "index", repository: name, path: name, blob: "0", ...at },
      {
        kind: "git",
        repository: name,
        object: "blob",
        path: name,
        blob: "0",
        commit: null,
        author: name,
        date: null,
        reachable: true,
        refs: [name],
        inHead: true,
        versions: 1,
        last: null,
        ...at,
      },
      { kind: "process", pid: 1, command: name, variable: name },
      { kind: "environment", variable: name },
      { kind: "stdin", name, within: [name], line: 1, column: 1 },
    ];
    const rows = [
      shownSkipped(skipped(name, "link-out-of-tree", `leads to ${name}`)),
      shownExcluded({ by: name, pattern: name, count: 1 }),
    ];
    expect(leaks([...places.map(shownPlace), ...rows], secret)).toBe(false);
  });
});

test("a name that is no name any more is withheld, and so is one in which too much is packed", () => {
  expect(shownName("d/".repeat(2048))).toHaveLength(4096);
  expect(shownName(`${"d/".repeat(2048)}d`)).toMatch(/^\[name withheld/);
  const member = { kind: "stdin", name: "-", within: ["d/".repeat(1025)], line: 1, column: 1 } as const;
  expect(shownPlace(member)).toMatchObject({ within: [expect.stringMatching(/^\[name withheld/)] });
  expect(shownName(`H4sIAAAA${"QUJD".repeat(12)} `.repeat(50))).toMatch(/^\[name withheld/);
});

describe("what is no secret stays", () => {
  const { id, hex40, uuid } = generateMaterial(8);
  const random = randomFrom(9);
  const sha256 = Buffer.from(random.bytes(32));
  test.each([
    ["a git object", `/r/.git/objects/${hex40.slice(0, 2)}/${hex40.slice(2)}`],
    ["a hash of 40", `/home/ada/.cache/${hex40}`],
    ["a hash of 64", `/home/ada/.cache/${sha256.toString("hex")}.bin`],
    ["a UUID", `/home/ada/${uuid}/${uuid}.log`],
    [
      "pnpm",
      `/p/node_modules/.pnpm/@babel+plugin-transform-async-to-generator@7.24.7_@babel+core@7.24.7/node_modules/x.js`,
    ],
    ["base32 of nix", `/nix/store/${"0123456789abcdfghijklmnpqrsvwxyz"}-glibc-2.38-44/lib/libc.so.6`],
    ["camel case", "src/AbstractSingletonProxyFactoryBeanRepositoryHandlerInterceptorTests.java"],
    ["camel case of 40", "src/main/InternalFrameTitlePaneMaximizeButtonTest.java"],
    ["deep folders", "/usr/include/llvm-14/llvm/CodeGen/GlobalISel/CSEMIRBuilder.h"],
    ["fuzzers' findings", "src/testdata/fuzz/FuzzParseBuildInfoRoundTrip/71634114e78567cf"],
    ["an id", `/home/ada/${id}.pem`],
    ["a secret manager", "/home/ada/infra/aws-secretsmanager-secret-rotation-configuration.tf"],
    ["a commit named in a sentence", `leads to /srv/releases/${hex40}/current`],
  ])("%s", (_, name) => {
    expect(shownName(name)).toBe(name);
  });
});
