import { expect, it } from "vitest";
import { stateFolder } from "../../src/runtime/system.ts";

it.each([
  ["linux", {}, "/home/ada", "/home/ada/.local/state/keysweep"],
  ["linux", { XDG_STATE_HOME: "/state" }, "/home/ada", "/state/keysweep"],
  ["linux", { XDG_STATE_HOME: "" }, "/home/ada", "/home/ada/.local/state/keysweep"],
  ["linux", { XDG_STATE_HOME: "not/absolute" }, "/home/ada", "/home/ada/.local/state/keysweep"],
  ["darwin", {}, "/Users/ada", "/Users/ada/Library/Application Support/keysweep"],
  ["win32", {}, "C:\\Users\\ada", "C:\\Users\\ada\\AppData\\Local\\keysweep"],
  ["win32", { LOCALAPPDATA: "D:\\State" }, "C:\\Users\\ada", "D:\\State\\keysweep"],
] as const)("on %s with %o at home in %s: %s", (platform, environment, home, folder) => {
  expect(stateFolder({ platform, environment, home })).toBe(folder);
});
