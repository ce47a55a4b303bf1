import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { findProgram } from "../../../runtime/program.ts";
import { pathFrom } from "../../../runtime/secret-reference.ts";
import { type DoctorCheck, type Finding, said } from "../check.ts";

/** Whether the trail can go where it is to go beside the ledger. Nothing is written. */
export const trailCheck: DoctorCheck = {
  name: "trail",
  async examine({ context: { system }, rotations }) {
    if (rotations === null) return [];
    const { trail, folder } = rotations;
    const findings: Finding[] = [];
    if (trail.file !== undefined) findings.push(fileFinding(resolve(pathFrom(trail.file, system.home, folder))));
    if (trail.syslog === true) {
      findings.push(
        findProgram("logger", system) === null
          ? said(
              "warning",
              "it cannot go to syslog: there is no program logger",
              "Install it, or take trail.syslog out.",
            )
          : said("ok", "it can go to syslog"),
      );
    }
    return findings.length > 0 ? findings : [said("unused", "it goes nowhere but to the ledger")];
  },
};

/** A rotation goes on without it, and hands on later what could not be handed on now. */
function fileFinding(path: string): Finding {
  const problem = problemOf(path);
  if (problem === null) return said("ok", `${path} can be written`);
  const hint =
    "Mend that, or name another file in trail.file. What is not written there stays in the ledger until it can be.";
  return said("warning", `it cannot go to ${path}: ${problem}`, hint);
}

/** Lines are added to a file that is there, so its folder need not be one that may be written to. Null: there is none. */
function problemOf(path: string): string | null {
  const folder = dirname(path);
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing !== undefined) {
      if (!existing.isFile()) return "it is no ordinary file";
      accessSync(path, constants.W_OK);
      return null;
    }
    const above = statSync(folder, { throwIfNoEntry: false });
    if (above === undefined) return `the folder ${folder} does not exist`;
    if (!above.isDirectory()) return `${folder} is no folder`;
    accessSync(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return `it may not be written there (${(error as NodeJS.ErrnoException).code ?? "error"})`;
  }
}
