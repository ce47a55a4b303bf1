import type { ScanRun, ScanScope } from "../../ledger/scan-history.ts";
import type { ScanReport } from "../../model/scan-report.ts";
import { lookedAt } from "../../scan/looked-at.ts";
import { type ScanRequest, withRealBase } from "../../scan/scan.ts";
import { shownName } from "../../scan/shown-name.ts";
import type { ScanFlags } from "../commands/scan.ts";
import { realPath } from "../real-path.ts";

/** What is compared with other runs, and remembered of this one. */
export function comparableRun(
  request: ScanRequest,
  { noHistory, noRepositoryConfig }: Pick<ScanFlags, "noHistory" | "noRepositoryConfig">,
  report: ScanReport,
): ScanRun {
  // Places are told without symbolic links, and it is what lies there that is compared.
  const roots = request.roots.map(realPath);
  const scope: ScanScope = {
    roots: roots.map(rememberedName),
    catalogue: request.catalogue,
    environment: request.environment === "user",
    history: !noHistory,
    repositoryConfiguration: !noRepositoryConfig,
  };
  const exclude = request.exclude.map(withRealBase);
  return { scope, report, lookedAt: lookedAt({ roots, exclude, skipped: report.coverage.skipped }) };
}

/** The path, or what may be shown of it with a digest of the rest: paths that are not the same stay apart. */
function rememberedName(path: string): string {
  const shown = shownName(path);
  if (shown === path) return path;
  // Loaded only for such a path: that takes milliseconds.
  const { createHash } = process.getBuiltinModule("node:crypto");
  return `${shown} (${createHash("sha256").update(path).digest("hex").slice(0, 16)})`;
}
