import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { holderText, isHolderGone, thisHolder } from "../../src/runtime/holder.ts";

function changed(fields: object): string {
  return JSON.stringify({ ...JSON.parse(thisHolder()), ...fields });
}

/** The id of a process that has ended and was waited for. */
function endedProcess(): number {
  return spawnSync(process.execPath, ["-e", "0"]).pid;
}

describe("the holder of a lease", () => {
  it("is there while its process runs", () => {
    expect(isHolderGone(thisHolder())).toBe(false);
  });

  it("is gone once its process has ended", () => {
    expect(isHolderGone(changed({ pid: endedProcess() }))).toBe(true);
  });

  it("is gone when the process of its number is another one", () => {
    expect(isHolderGone(changed({ started: "1" }))).toBe(process.platform === "linux");
  });

  const here = JSON.parse(thisHolder()) as { machine: string; space: string };
  const isKnownMachine = here.machine !== "" && here.space === "pid:[4026531836]";
  const ANOTHER_BOOT = { boot: "00000000-0000-0000-0000-000000000000" };

  it("is gone since the machine was started again, where it is surely the same one", () => {
    expect(isHolderGone(changed(ANOTHER_BOOT))).toBe(isKnownMachine);
  });

  it.each([{ machine: "f".repeat(32) }, { machine: "" }, { machine: undefined }, { space: "pid:[4026532777]" }])(
    "may well be there on another machine of the same name: %o",
    (other) => {
      expect(isHolderGone(changed({ ...ANOTHER_BOOT, ...other }))).toBe(false);
    },
  );

  it.each(["", "{", "null", "5", "[]", "{}", '{"host":5}', changed({ pid: "1" }), changed({ started: 5 })])(
    "that nobody can have written is not called gone: %j",
    (holder) => {
      expect(isHolderGone(holder)).toBe(false);
      expect(holderText(holder)).toBe("somebody who cannot be made out");
    },
  );

  it.each([{ host: "elsewhere" }, { space: "pid:[1]" }])("cannot be told of elsewhere: %o", (elsewhere) => {
    expect(isHolderGone(changed({ ...elsewhere, pid: endedProcess() }))).toBe(false);
  });

  it("is not called gone where the system does not tell when it started", () => {
    expect(isHolderGone(changed({ started: "" }))).toBe(false);
  });
});
