import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { changeableByOthers } from "../../src/runtime/changeable-by-others.ts";
import { temporaryFolder } from "../support/ledger/folder.ts";

const ME = process.getuid?.() ?? 0;

it("tells who else could change a file, or put another one in its place", () => {
  const top = temporaryFolder();
  const folder = join(top, "bin");
  const file = join(folder, "main.js");
  mkdirSync(folder);
  writeFileSync(file, "");
  chmodSync(file, 0o644);
  chmodSync(folder, 0o755);
  expect(changeableByOthers(file, ME)).toBeNull();
  chmodSync(file, 0o664);
  expect(changeableByOthers(file, ME)).toBe(`others may write to ${file}`);
  chmodSync(file, 0o644);
  chmodSync(folder, 0o777);
  expect(changeableByOthers(file, ME)).toBe(`others may write to ${folder}`);
  // What a link leads to counts.
  symlinkSync(file, join(top, "link"));
  expect(changeableByOthers(join(top, "link"), ME)).toBe(`others may write to ${folder}`);
  // Nobody can remove what is not theirs there.
  chmodSync(folder, 0o1777);
  expect(changeableByOthers(file, ME)).toBeNull();
  expect(changeableByOthers(join(folder, "none"), ME)).toBeNull();
});

it.skipIf(ME !== 0)("tells of another user's (skipped but for root)", () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  chownSync(file, 65_534, 65_534);
  expect(changeableByOthers(file, 0)).toBe(`${file} is another user's`);
  expect(changeableByOthers(file, 65_534)).toBeNull();
});
