import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newFile } from "../../src/cli/dashboard/new-file.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "keysweep-"));
});
afterEach(() => rmSync(home, { recursive: true }));

test("a tilde is the home directory", () => {
  expect(newFile("~/r.html", home)).toBe(join(home, "r.html"));
  expect(() => newFile("~", home)).toThrow(`${home} exists already`);
});

test("what only begins with a tilde is a name", () => {
  expect(newFile("~r.html", home)).toBe(join(process.cwd(), "~r.html"));
});

test("neither a file nor a link to anywhere is written over", () => {
  writeFileSync(join(home, "there"), "");
  symlinkSync(join(home, "nowhere"), join(home, "dangling"));
  for (const name of ["there", "dangling"]) expect(() => newFile(join(home, name), home)).toThrow("exists already");
});
