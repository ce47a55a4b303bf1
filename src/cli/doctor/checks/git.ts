import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type DoctorCheck, said } from "../check.ts";

/** Whether git is there. Histories are read without it. */
export const gitCheck: DoctorCheck = {
  name: "git",
  async examine({ context }) {
    try {
      // Not from the working directory: what lies there is somebody else's.
      const { stdout } = await promisify(execFile)("git", ["--version"], { cwd: context.system.home, timeout: 10_000 });
      return [said("ok", stdout.trim())];
    } catch {
      const detail = "git cannot be run: --staged, --range and hooks need it; histories are read without it";
      return [said("warning", detail, "Install git, or put it on PATH.")];
    }
  },
};
