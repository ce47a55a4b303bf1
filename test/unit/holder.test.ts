import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { isHolderGone, thisHolder } from "../../src/runtime/holder.ts";

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

  it("is gone since the machine was started again", () => {
    expect(isHolderGone(changed({ boot: "00000000-0000-0000-0000-000000000000" }))).toBe(process.platform === "linux");
  });

  it.each([{ host: "elsewhere" }, { space: "pid:[1]" }])("cannot be told of elsewhere: %o", (elsewhere) => {
    expect(isHolderGone(changed({ ...elsewhere, pid: endedProcess() }))).toBe(false);
  });

  it("is not called gone where the system does not tell when it started", () => {
    expect(isHolderGone(changed({ started: "" }))).toBe(false);
  });
});
