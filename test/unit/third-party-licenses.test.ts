import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { thirdPartyLicenses } from "../../scripts/third-party-licenses.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "keysweep-licenses-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A package as npm installs it, and the path of a module in it. */
function installed(name: string, manifest: object, files: Readonly<Record<string, string>> = {}): string {
  const folder = join(root, "node_modules", name);
  mkdirSync(join(folder, "lib"), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0", ...manifest }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return join(folder, "lib", "index.js");
}

test("each package is told once, with its licence and notice, scoped and nested ones too", () => {
  const modules = [
    join(root, "src", "main.ts"),
    installed("b", { license: "MIT", author: { name: "Bea" } }, { "LICENSE.md": "terms of b", NOTICE: "thanks to b" }),
    installed("@a/one", { license: "ISC", author: "Ann" }, { LICENCE: "terms of a" }),
    installed("b/node_modules/c", { name: "c", license: "MIT" }, { license: "terms of c" }),
    installed("b", { license: "MIT", author: { name: "Bea" } }).replace("index", "other"),
  ];
  const text = thirdPartyLicenses(modules, "ours");
  expect(text.match(/^\S+ 1\.0\.0 .*$/gm)).toEqual([
    "@a/one 1.0.0 (ISC), by Ann",
    "b 1.0.0 (MIT), by Bea",
    "c 1.0.0 (MIT)",
  ]);
  for (const part of ["terms of a", "terms of b", "thanks to b", "terms of c"]) expect(text).toContain(part);
  expect(text).not.toContain("ours");
});

test("a package under our own licence may come without a copy of it, and no other", () => {
  expect(thirdPartyLicenses([installed("d", { license: "Apache-2.0" })], "the terms of Apache")).toContain(
    "the terms of Apache",
  );
  expect(() => thirdPartyLicenses([installed("e", { license: "MIT" })], "")).toThrow("e is bundled");
  expect(() => thirdPartyLicenses([installed("f", {}, { LICENSE: "?" })], "")).toThrow("f is bundled");
});
