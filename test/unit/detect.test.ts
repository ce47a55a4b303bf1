import { describe, expect, test } from "vitest";
import { detect } from "../../src/scan/detect/detect.ts";
import type { Detection } from "../../src/scan/detect/detection.ts";
import { generateMaterial } from "../support/material.ts";

const { id, secret } = generateMaterial(21);

function detected(document: string | Uint8Array): Detection[] {
  return detect(Buffer.from(document), { kind: "file", path: null, ageMs: () => 0 });
}

describe("line and column", () => {
  const text = `[default]\r\n\tkey = ${id} # first\nkey = ${id}\n`;
  const places = [
    { line: 2, column: 8 },
    { line: 3, column: 7 },
  ];

  test("count from one", () => {
    expect(detected(text)).toMatchObject(places);
  });

  test.each([
    ["LE", Buffer.from(text, "utf16le")],
    ["BE", Buffer.from(text, "utf16le").swap16()],
  ])("count characters in UTF-16 %s", (_, document) => {
    expect(detected(document)).toMatchObject(places);
  });

  test("count characters in UTF-8", () => {
    expect(detected(`clé ✓ ${id}`)).toMatchObject([{ line: 1, column: 7 }]);
  });
});

test("values that touch, as in records of fixed width", () => {
  expect(detected(`user01${" ".repeat(10)}${id}${secret}  active`)).toMatchObject([{ rule: "aws-access-key-pair" }]);
});
