import { describe, expect, test } from "vitest";
import { detectorScreen } from "../../src/cli/audit/secret-screen.ts";
import { generateMaterial } from "../support/material.ts";

/** The shortest part of a secret that must not be seen, in characters. */
const PIECE = 12;

/** Whether a piece of the secret can be read in the text. Says no more than that: a failure must not print it. */
function shows(text: string, secret: string): boolean {
  for (let at = 0; at + PIECE <= secret.length; at++) if (text.includes(secret.slice(at, at + PIECE))) return true;
  return false;
}

const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);

/** How people put a secret into tags. */
const WAYS: Readonly<Record<string, (id: string, secret: string) => Record<string, string>>> = {
  "the console's description of a key": (id, secret) => ({ [id]: `backup ${secret}` }),
  "a tag each": (id, secret) => ({ AccessKeyId: id, SecretAccessKey: secret }),
  "both in one": (id, secret) => ({ note: `${id}:${secret}` }),
  "the secret alone": (_, secret) => ({ team: "ops", aws_secret_access_key: secret }),
  "as a tag's name": (id, secret) => ({ [secret]: id }),
};

describe.each(Object.entries(WAYS))("a secret in tags, %s", (_, write) => {
  test("is withheld, and said to be there", () => {
    const shown = SEEDS.filter((seed) => {
      const { id, secret } = generateMaterial(seed);
      const { tags, held } = detectorScreen.tags(write(id, secret));
      return held.length === 0 || shows(JSON.stringify({ tags, held }), secret);
    });
    expect(shown).toEqual([]);
  });
});

test("a secret is told with its key's id where that stands beside it, also in another tag", () => {
  const { id, secret } = generateMaterial(7);
  expect(detectorScreen.tags({ AccessKeyId: id, SecretAccessKey: secret })).toEqual({
    tags: { AccessKeyId: id, SecretAccessKey: "…" },
    held: [{ where: "its tag SecretAccessKey", accessKeyId: id, isCertain: true }],
  });
  expect(detectorScreen.tags({ secret_access_key: secret }).held).toMatchObject([
    { accessKeyId: null, isCertain: true },
  ]);
  expect(detectorScreen.tags({ checksum: secret }).held).toMatchObject([{ accessKeyId: null, isCertain: false }]);
});

test("what only the name beside it tells to be a secret is withheld too", () => {
  // More slashes than the looks of a secret allow for.
  const secret = generateMaterial(15).secret.replace(/(.{6})./g, "$1/");
  const { tags, held } = detectorScreen.tags({ aws_secret_access_key: secret });
  expect({ shown: shows(JSON.stringify(tags), secret), held: held.length }).toEqual({ shown: false, held: 1 });
});

test("other tags, names and paths stay as they are", () => {
  const { id } = generateMaterial(8);
  const tags = {
    team: "payments",
    [id]: "the nightly backup of the database",
    "aws:cloudformation:stack-id":
      "arn:aws:cloudformation:us-east-1:123456789012:stack/web/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    commit: "0123456789abcdef0123456789abcdef01234567",
    runbook: "https://wiki.example.com/operations/runbooks/how-to-replace-the-key-of-the-deployment",
  };
  expect(detectorScreen.tags(tags)).toEqual({ tags, held: [] });
  for (const name of ["ada", "service-account-for-the-nightly-export-of-the-warehouse@example.com"]) {
    expect(detectorScreen.name(name)).toBe(name);
  }
  const sentence = "AWS attached AWSCompromisedKeyQuarantineV3: a key of this user was seen in public.";
  expect(detectorScreen.text(sentence)).toBe(sentence);
});

test("names of which a secret is withheld stay apart, and are the same the next time", () => {
  const [one, two] = [11, 12].map((seed) => `ci-${generateMaterial(seed).secret.replaceAll("/", "a")}`);
  const [first, second] = [one, two].map((name = "") => detectorScreen.name(name));
  expect(first).toMatch(/^ci-…#[0-9a-f]{8}$|^…#[0-9a-f]{8}$/);
  expect(second).not.toBe(first);
  expect(detectorScreen.name(one ?? "")).toBe(first);
});

test("tags whose names are withheld stay apart", () => {
  const [one = "", two = ""] = [13, 14].map((seed) => generateMaterial(seed).secret);
  expect(Object.values(detectorScreen.tags({ [one]: "a", [two]: "b" }).tags)).toEqual(["a", "b"]);
});
