import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { Skipped } from "../model/coverage.ts";
import { KeysweepError } from "../model/error.ts";
import type { ScanReport } from "../model/scan-report.ts";
import type { Appearance } from "../report/scan-format.ts";
import { loadScanFormat, SCAN_FORMATS, type ScanFormatName, scanFormatName } from "../report/scan-formats.ts";
import { reasonNotWritable, writeAll, writeFileAtomically } from "../runtime/atomic-file.ts";

/** A report that is to be written: in which format, and where to; null: stdout. */
export interface Output {
  readonly format: ScanFormatName;
  readonly path: string | null;
}

interface OutputFlags {
  readonly format?: string;
  readonly output?: string;
  readonly report?: readonly string[];
}

/**
 * The outputs that were asked for, checked before anything is read.
 * @throws KeysweepError `usage` for an unknown format, a file named twice, or a place where no file can be.
 */
export function outputsOf({ format, output, report = [] }: OutputFlags): Output[] {
  const outputs: Output[] = [
    { format: parseFormat(format ?? "pretty", "--format"), path: output ?? null },
    ...report.map((text) => {
      const at = text.indexOf("=");
      if (at < 1 || at === text.length - 1) {
        throw new KeysweepError("usage", `--report ${text}: expected FORMAT=FILE`, {
          hint: "For example --report json=keysweep.json",
        });
      }
      return { format: parseFormat(text.slice(0, at), "--report"), path: text.slice(at + 1) };
    }),
  ];
  const seen = new Set<string>();
  for (const { path } of outputs) {
    if (path === null) continue;
    const reason = reasonNotWritable(path);
    if (reason !== null)
      throw new KeysweepError("usage", `cannot write ${path}: ${reason}`, {
        hint: "Make the folder, or name another file.",
      });
    const real = realPath(path);
    if (seen.has(real))
      throw new KeysweepError("usage", `${path} is named for two reports`, {
        hint: "Give each report a file of its own.",
      });
    seen.add(real);
  }
  return outputs;
}

/** Tells a reader of stdout what happens while the scan runs, if the format there can. */
export async function liveOutput(outputs: readonly Output[]): Promise<LiveOutput | null> {
  const followed = outputs.find(({ path }) => path === null);
  const live = followed === undefined ? undefined : (await loadScanFormat(followed.format)).live;
  if (live === undefined) return null;
  return {
    start: (run) => writeToStdout([live.start(run)]),
    skipped: (row) => writeToStdout([live.skipped(row)]),
  };
}

export interface LiveOutput {
  start(run: Pick<ScanReport, "schema" | "tool" | "startedAt">): void;
  skipped(row: Skipped): void;
}

/** Writes the report everywhere it is to go. @throws KeysweepError `output`. */
export async function writeOutputs(
  report: ScanReport,
  outputs: readonly Output[],
  appearance: Appearance,
): Promise<void> {
  for (const { format, path } of outputs) {
    const loaded = await loadScanFormat(format);
    if (path === null) writeToStdout(loaded.live?.rest(report) ?? loaded.write(report, appearance));
    else writeFileAtomically(path, loaded.write(report, { ...appearance, color: false, verbose: true, width: 100 }));
  }
}

/** Synchronous, so that nothing is lost when the process ends. */
function writeToStdout(pieces: Iterable<string>): void {
  try {
    for (const piece of pieces) writeAll(1, piece);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The reader has seen enough.
    if (code === "EPIPE") return;
    throw new KeysweepError("output", `cannot write to standard output: ${code ?? "error"}`, {
      hint: "Check where it goes: a full disk, perhaps.",
      cause: error,
    });
  }
}

function parseFormat(text: string, flag: string): ScanFormatName {
  const name = scanFormatName(text);
  if (name !== null) return name;
  throw new KeysweepError("usage", `${flag}: a scan has no format ${JSON.stringify(text)}`, {
    hint: `It has ${SCAN_FORMATS.join(", ")}.`,
  });
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
