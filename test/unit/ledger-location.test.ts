import { chmodSync, linkSync, lstatSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prepareLocation } from "../../src/ledger/location.ts";
import { KeysweepError } from "../../src/model/error.ts";
import { temporaryFolder, UID } from "../support/ledger/folder.ts";

const SOMEBODY_ELSE = 12_345;

function refusal(path: string, uid = UID): string {
  try {
    prepareLocation(path, uid);
  } catch (error) {
    if (error instanceof KeysweepError && error.code === "ledger") return error.message;
    throw error;
  }
  return "";
}

function mode(path: string): number {
  return lstatSync(path).mode & 0o777;
}

describe.skipIf(UID === null)("the ledger's place", () => {
  it("is made for its owner alone", () => {
    const path = join(temporaryFolder(), "state", "keysweep", "ledger.db");
    expect(prepareLocation(path, UID)).toBe(path);
    expect([mode(path), mode(join(path, "..")), mode(join(path, "..", ".."))]).toEqual([0o600, 0o700, 0o700]);
  });

  it("is left as it is when it is there", () => {
    const path = join(temporaryFolder(), "ledger.db");
    writeFileSync(path, "kept", { mode: 0o600 });
    prepareLocation(path, UID);
    expect(statSync(path).size).toBe(4);
  });

  it("is closed to others when they could read it", () => {
    const path = join(temporaryFolder(), "ledger.db");
    for (const file of [path, `${path}-wal`]) {
      writeFileSync(file, "", { mode: 0o644 });
      chmodSync(file, 0o644);
    }
    prepareLocation(path, UID);
    expect([mode(path), mode(`${path}-wal`)]).toEqual([0o600, 0o600]);
  });

  it("is reached through links to its folder", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "real"), { mode: 0o700 });
    symlinkSync("real", join(folder, "link"));
    expect(prepareLocation(join(folder, "link", "ledger.db"), UID)).toBe(join(folder, "real", "ledger.db"));
  });

  it.each(["", "-wal", "-shm", "-journal"])("is no link itself: ledger.db%s", (suffix) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "victim"), "kept");
    symlinkSync("victim", join(folder, `ledger.db${suffix}`));
    expect(refusal(join(folder, "ledger.db"))).toContain("it is a symbolic link");
  });

  it("is not made through a link that leads nowhere", () => {
    const folder = temporaryFolder();
    symlinkSync("victim", join(folder, "ledger.db"));
    expect(refusal(join(folder, "ledger.db"))).toContain("it is a symbolic link");
    expect(statSync(join(folder, "victim"), { throwIfNoEntry: false })).toBeUndefined();
  });

  it("has one name", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "victim"), "kept");
    linkSync(join(folder, "victim"), join(folder, "ledger.db"));
    expect(refusal(join(folder, "ledger.db"))).toContain("hard link");
  });

  it("is a file", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "ledger.db"));
    expect(refusal(join(folder, "ledger.db"))).toContain("no ordinary file");
    writeFileSync(join(folder, "file"), "");
    expect(refusal(join(folder, "file", "ledger.db"))).toContain("it is no folder");
  });

  it.each([0o777, 0o1777, 0o770])("is not in a folder that others may write to: %o", (bits) => {
    const folder = temporaryFolder();
    chmodSync(folder, bits);
    expect(refusal(join(folder, "ledger.db"))).toContain("others may write to the folder");
  });

  it("is not below a folder whose parts everybody may exchange", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "below"), { mode: 0o700 });
    chmodSync(folder, 0o777);
    expect(refusal(join(folder, "below", "ledger.db"))).toContain("everybody may write to");
    // Nobody can remove what others have made in a sticky one.
    chmodSync(folder, 0o1777);
    expect(refusal(join(folder, "below", "ledger.db"))).toBe("");
  });

  it("is this user's", () => {
    const folder = temporaryFolder();
    const path = join(folder, "ledger.db");
    writeFileSync(path, "", { mode: 0o600 });
    expect(refusal(path, SOMEBODY_ELSE)).toContain("the folder belongs to another user");
  });

  it.runIf(UID === 0)("is not made by root in another user's home", async () => {
    const { chownSync } = await import("node:fs");
    const folder = temporaryFolder();
    chownSync(folder, SOMEBODY_ELSE, SOMEBODY_ELSE);
    expect(refusal(join(folder, "state", "ledger.db"))).toContain("belongs to another user");
    expect(statSync(join(folder, "state"), { throwIfNoEntry: false })).toBeUndefined();
  });

  it.runIf(UID === 0)("is not a file of another user's in this user's folder", async () => {
    const { chownSync } = await import("node:fs");
    const path = join(temporaryFolder(), "ledger.db");
    writeFileSync(path, "");
    chownSync(path, SOMEBODY_ELSE, SOMEBODY_ELSE);
    expect(refusal(path)).toContain("it belongs to another user");
  });

  it("says why it cannot be made", () => {
    const path = join(temporaryFolder(), "a".repeat(300), "ledger.db");
    expect(refusal(path)).toContain("ENAMETOOLONG");
  });
});
