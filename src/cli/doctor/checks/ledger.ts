import { existsSync } from "node:fs";
import { KeysweepError } from "../../../model/error.ts";
import { ledgerLocation } from "../../ledger-location.ts";
import { type DoctorCheck, type Finding, said } from "../check.ts";

/** Where the ledger is, whether it is whole, and whether it lies where a rotation may trust it. */
export const ledgerCheck: DoctorCheck = {
  name: "ledger",
  async examine({ context, flags }) {
    try {
      const location = ledgerLocation(context, flags.ledger);
      if (location === null) return [said("unused", "--ledger none: nothing is remembered")];
      const { path } = location;
      if (!existsSync(path)) return [said("unused", `there is none yet; the first scan or audit makes ${path}`)];
      return await examined(path);
    } catch (error) {
      if (!(error instanceof KeysweepError)) throw error;
      return [said("problem", error.message, error.hint)];
    }
  },
};

async function examined(path: string): Promise<Finding[]> {
  const { inspectLedger } = await import("../../../ledger/sqlite/inspect-ledger.ts");
  const { version, newest, fileSystem, isOpenToOthers, problems } = inspectLedger(path, process.getuid?.() ?? null);
  if (problems.length > 0) {
    const hint = "Move it away to begin a new one, or restore it from a backup: see docs/ledger.md.";
    return [said("problem", `${path} is damaged: ${problems.join("; ")}`, hint)];
  }
  const older = version < newest ? `; it is brought from format ${version} to ${newest} when it is next used` : "";
  if (isOpenToOthers) {
    return [said("warning", `${path} is whole, but other users may read it${older}`, `chmod 600 ${path}`)];
  }
  const found = said("ok", `${path}, whole, on a ${fileSystem} file system${older}`);
  if (fileSystem !== "network" && fileSystem !== "throw-away") return [found];
  return [
    said(
      "warning",
      `${path} is whole, but on a ${fileSystem} file system: scans and audits work, rotations are refused`,
      "Rotate with a ledger on a local disk: --ledger FILE.",
    ),
  ];
}
