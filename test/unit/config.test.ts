import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addAllow } from "../../src/config/add-allow.ts";
import { loadOperatorConfiguration, loadRepositoryConfiguration } from "../../src/config/load.ts";
import { KeysweepError } from "../../src/model/error.ts";
import { generateMaterial } from "../support/material.ts";

const FINGERPRINT = `ks1:${"0".repeat(32)}`;

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keysweep-config-"));
  path = join(folder, "config.yaml");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function problem(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    if (error instanceof KeysweepError && error.code === "configuration") return error.message.replace(`${path}:`, "");
    throw error;
  }
  return "none";
}

describe("the operator's configuration", () => {
  test("says what is excluded and what is allowed, and on which line", () => {
    writeFileSync(
      path,
      `scan: { exclude: ["**/cache"] }\nallow:\n  # seen\n  - { fingerprint: "${FINGERPRINT}", reason: r, owner: o, expires: 2027-01-31 }\n`,
    );
    const configuration = loadOperatorConfiguration(path);
    expect(configuration.exclude).toEqual([{ pattern: "**/cache", line: 1 }]);
    expect(configuration.allow).toEqual([
      { setting: { fingerprint: FINGERPRINT, reason: "r", owner: "o", expires: "2027-01-31" }, line: 4 },
    ]);
  });

  test("may be empty", () => {
    writeFileSync(path, "# nothing yet\n");
    expect(loadOperatorConfiguration(path)).toEqual({ path, exclude: [], allow: [] });
  });

  const entry = "reason: r\n    owner: o\n    expires: 2027-01-31";
  test.each([
    ["alow: []\n", "1:1: alow: is not a key that is known here; did you mean allow?"],
    ["scan:\n  exclud: []\n", "2:3: scan.exclud: is not a key that is known here; did you mean exclude?"],
    ["elsewhere: 1\n", "1:1: elsewhere: is not a key that is known here; there are allow, scan,"],
    [
      `allow:\n  - fingerprnt: x\n    ${entry}\n`,
      "2:5: allow[0].fingerprnt: is not a key that is known here; did you mean fingerprint?",
    ],
    [
      `allow:\n  - fingerprint: ${FINGERPRINT}\n    reason: r\n    owner: o\n    expires: 2027-13-01\n`,
      '5:5: allow[0].expires: "2027-13-01" is not a date; write it as 2027-01-31',
    ],
    [
      `allow:\n  - fingerprint: ${FINGERPRINT}\n    reason: r\n    owner: o\n    expires: 2027-02-30\n`,
      '5:5: allow[0].expires: "2027-02-30" is not a date; write it as 2027-01-31',
    ],
    [`allow:\n  - path: a\n    ${entry}\n`, "2:5: allow[0].rule: is missing"],
    [`allow:\n  - keyId: x\n    ${entry}\n`, "2:5: allow[0].keyId: must be an access key id"],
    [
      `allow:\n  - skipped: archive-bound\n    path: a\n    ${entry}\n`,
      "2:5: allow[0].skipped: must be one of permission-denied, read-error,",
    ],
    [`allow:\n  - skipped: archive-damaged\n    ${entry}\n`, "2:5: allow[0].path: is missing"],
    ["allow: 3\n", "1:1: allow: must be a list"],
    ["- 1\n", "1:1: must be a mapping (`key: value` lines)"],
    ["a: b: c\n", "1:4: not YAML (BLOCK_AS_IMPLICIT_KEY)"],
    ["scan: {}\nscan: {}\n", "2:1: not YAML (DUPLICATE_KEY)"],
  ])("%j is refused, with the line and what would be right", (text, expected) => {
    writeFileSync(path, text);
    // A list of all values grows, so that only its beginning is stated.
    const told = problem(() => loadOperatorConfiguration(path));
    expect(expected.endsWith(",") ? told.slice(0, expected.length) : told).toBe(expected);
  });

  test("is never quoted where a secret may have gone astray", () => {
    const astray = "a".repeat(40);
    writeFileSync(
      path,
      `allow:\n  - fingerprint: ${FINGERPRINT}\n    reason: r\n    owner: o\n    expires: ${astray}\n`,
    );
    expect(problem(() => loadOperatorConfiguration(path))).toContain("the value is not a date");
  });
});

describe("a repository's configuration", () => {
  test("may not say what only the operator may", () => {
    writeFileSync(path, "scan: { exclude: [] }\n");
    expect(problem(() => loadRepositoryConfiguration(path))).toContain("scan: is not a key that is known here");
  });

  test("is not waited for when it is a FIFO", () => {
    execFileSync("mkfifo", [path]);
    expect(problem(() => loadRepositoryConfiguration(path))).toContain("is not a regular file");
  });

  test("is not read when it leads elsewhere: to a device, or to a file that is nobody's business", () => {
    symlinkSync("/dev/zero", path);
    expect(problem(() => loadRepositoryConfiguration(path))).toContain("is a symbolic link");
  });

  test("does not show a key that may be a line of another file", () => {
    const { secret } = generateMaterial(5);
    writeFileSync(path, `"${secret}": 1\n`);
    const told = problem(() => loadRepositoryConfiguration(path));
    expect([told.includes("has a key that is not known here"), told.includes(secret.slice(0, 12))]).toEqual([
      true,
      false,
    ]);
  });

  test("is not read when it is huge", () => {
    writeFileSync(path, "");
    truncateSync(path, 4 * 1024 ** 3);
    expect(problem(() => loadRepositoryConfiguration(path))).toContain("is longer than 64 KiB");
  });

  test("cannot multiply itself with aliases", () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? "a0: &a0 [x, x]"
        : `a${level}: &a${level} [${Array(9)
            .fill(`*a${level - 1}`)
            .join(", ")}]`,
    );
    writeFileSync(path, `${levels.join("\n")}\n`);
    expect(problem(() => loadRepositoryConfiguration(path))).toContain("too many aliases");
  });
});

describe("adding an allow", () => {
  const entry = {
    fingerprint: FINGERPRINT,
    rule: "aws-access-key-pair",
    severity: "high",
    reason: 'a: "test" key\n',
    owner: "o",
    expires: "2027-01-31",
  };
  const another = { ...entry, fingerprint: `ks1:${"1".repeat(32)}`, reason: "another" };

  function reasonsIn(text: string): string[] {
    writeFileSync(path, text);
    return loadRepositoryConfiguration(path).allow.map(({ setting }) => setting.reason);
  }

  test("keeps comments and order, and can be read again", () => {
    const before = `# ours\nexclude:\n  - fixtures # generated\n`;
    const { text, replaced } = addAllow(path, before, entry);
    expect(text.startsWith(before)).toBe(true);
    expect(replaced).toBe(false);
    writeFileSync(path, text);
    expect(loadRepositoryConfiguration(path)).toMatchObject({
      exclude: [{ pattern: "fixtures", line: 3 }],
      allow: [{ setting: entry }],
    });
  });

  test("adds to what is allowed already", () => {
    const { text } = addAllow(path, addAllow(path, "", entry).text, another);
    expect(reasonsIn(text)).toEqual([entry.reason, "another"]);
  });

  test("replaces what was said of the fingerprint, where it stands, and twins of it", () => {
    const before = `allow:
  # seen by all of us
  - fingerprint: "${FINGERPRINT}" # the old one
    reason: old
    owner: bob
    expires: 2020-01-31
  - { fingerprint: "${another.fingerprint}", reason: kept, owner: o, expires: 2027-01-31 }
  - { fingerprint: "${FINGERPRINT}", reason: twin, owner: o, expires: 2027-01-31 }
`;
    const { text, replaced } = addAllow(path, before, { ...entry, reason: "new" });
    expect(replaced).toBe(true);
    expect(reasonsIn(text)).toEqual(["new", "kept"]);
    for (const comment of ["# seen by all of us", "# the old one"]) expect(text).toContain(comment);
    for (const old of ["bob", "2020-01-31"]) expect(text).not.toContain(old);
    expect(addAllow(path, text, { ...entry, reason: "new" }).text).toBe(text);
  });

  test("leaves the rest as it is written: long lines, lists that are not set in", () => {
    const long = "x".repeat(60);
    const before = `exclude:\n- "${long} ${long} ${long}"\n- b\n\nallow:\n- { fingerprint: "${another.fingerprint}", reason: r, owner: o, expires: 2027-01-31 }\n`;
    expect(addAllow(path, before, entry).text.startsWith(before)).toBe(true);
  });

  test("refuses an entry that no configuration would take", () => {
    expect(problem(() => addAllow(path, "", { ...entry, expires: "soon" }))).toContain('"soon" is not a date');
  });

  test("touches nothing that it does not understand", () => {
    expect(problem(() => addAllow(path, "a: [\n", entry))).toContain("is not YAML");
    expect(problem(() => addAllow(path, "- a\n", entry))).toContain("its top is not a mapping");
  });
});
