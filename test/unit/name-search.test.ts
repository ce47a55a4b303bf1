import { expect, test } from "vitest";
import type { SkipReason } from "../../src/model/coverage.ts";
import type { Detection, DocumentHint } from "../../src/scan/detect/detection.ts";
import { credentialsInName } from "../../src/scan/detect/name-search.ts";
import { MemberSearch } from "../../src/scan/sources/member-search.ts";
import { generateMaterial } from "../support/material.ts";

const { id, secret: any, temporaryId } = generateMaterial(12);
const secret = any.replaceAll("/", "k");
const hint: DocumentHint = { kind: "file", path: "keys.zip", ageMs: () => 0 };

test("a name is content: a key in it is found, on the first line of what bears it", () => {
  const found = credentialsInName(`old\n\n${id}:${secret}.txt`);
  expect(found).toMatchObject([{ rule: "aws-access-key-pair", accessKeyId: id, line: 1, column: 1, offset: 0 }]);
  expect(credentialsInName(`${id}.pem`)).toMatchObject([{ rule: "aws-access-key-id", accessKeyId: id }]);
  expect(credentialsInName(`${temporaryId}.pem`)).toMatchObject([{ severity: "info" }]);
});

test("a name without any sign of one is not looked into", () => {
  expect(credentialsInName("index.ts")).toEqual([]);
  expect(credentialsInName("aws-secret-rotation.yaml")).toEqual([]);
});

test("a member's name is looked into once, as part of the container", () => {
  const found: [Detection, readonly string[]][] = [];
  const search = new MemberSearch(
    {
      begin() {},
      push() {},
      wrote() {},
      finish: () => [],
      buffer: new Uint8Array(0),
      fill: 0,
      space: 0,
    },
    hint,
    {
      onDetection: (detection, within) => found.push([detection, within]),
      onSkipped(_within: readonly string[], _reason: SkipReason, _detail: string) {},
      onBytes() {},
    },
    false,
  );
  search.begin(["inner.zip", `${id}.pem`]);
  search.end();
  expect(found.map(([{ accessKeyId }, within]) => [accessKeyId, within])).toEqual([[id, ["inner.zip", `${id}.pem`]]]);
});
