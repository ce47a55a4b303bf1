import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { Skipped } from "../model/coverage.ts";
import { KeysweepError } from "../model/error.ts";
import type { ScanReport } from "../model/scan-report.ts";
import type { Appearance } from "../report/scan-format.ts";
import { loadScanFormat, SCAN_FORMATS, type ScanFormatName, scanFormatName } from "../report/scan-formats.ts";
import { bytesText, plural } from "../report/summary-text.ts";
import { reasonNotWritable, writeFileUnlessInterrupted } from "../runtime/atomic-file.ts";
import type { OutputStream } from "../runtime/standard-streams.ts";
import type { Context } from "./context.ts";

/** A report that is to be written: in which format, and where to; null: stdout. */
export interface Output<Format extends string = ScanFormatName> {
  readonly format: Format;
  readonly path: string | null;
}

export interface OutputFlags {
  readonly format?: string;
  readonly output?: string;
  readonly report?: readonly string[];
}

/**
 * The outputs that were asked for, checked before anything is read.
 * @throws KeysweepError `usage` for an unknown format, a file named twice, or a place where no file can be.
 */
export function outputsOf(flags: OutputFlags): Output[] {
  return outputsIn(flags, parseFormat);
}

/**
 * The same, for a command that has formats of its own.
 * @param parse gives the format that a flag names, or throws.
 */
export function outputsIn<Format extends string>(
  { format, output, report = [] }: OutputFlags,
  parse: (text: string, flag: string) => Format,
): Output<Format>[] {
  const outputs: Output<Format>[] = [
    { format: parse(format ?? "pretty", "--format"), path: output ?? null },
    ...report.map((text) => {
      const at = text.indexOf("=");
      if (at < 1 || at === text.length - 1) {
        throw new KeysweepError("usage", `--report ${text}: expected FORMAT=FILE`, {
          hint: "For example --report json=keysweep.json",
        });
      }
      return { format: parse(text.slice(0, at), "--report"), path: text.slice(at + 1) };
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
export async function liveOutput(stdout: OutputStream, outputs: readonly Output[]): Promise<LiveOutput | null> {
  const followed = outputs.find(({ path }) => path === null);
  const live = followed === undefined ? undefined : (await loadScanFormat(followed.format)).live;
  if (live === undefined) return null;
  return {
    start: (run) => void stdout.write(live.start(run)),
    skipped: (row) => void stdout.write(live.skipped(row)),
  };
}

export interface LiveOutput {
  start(run: Pick<ScanReport, "schema" | "tool" | "startedAt">): void;
  skipped(row: Skipped): void;
}

/** Files are wider than most terminals, and nobody scrolls in them. */
export const FILE_APPEARANCE: Appearance = { color: false, verbose: true, width: 100 };

/**
 * Writes the report everywhere it is to go: files first, since one that cannot be written is told on stderr, and a reader of stdout may
 * take its time.
 * @throws KeysweepError `output`; `interrupted`.
 */
export async function writeOutputs(
  context: Pick<Context, "stdout" | "signal" | "endWhenInterrupted">,
  report: ScanReport,
  outputs: readonly Output[],
  appearance: Appearance,
): Promise<void> {
  for (const { format, path } of outputs) {
    if (path === null) continue;
    const loaded = await loadScanFormat(format);
    const written = await writeFileUnlessInterrupted(path, loaded.write(report, FILE_APPEARANCE), context.signal);
    if (!written) throw interruption(report, `${path} was not written`);
  }
  for (const { format, path } of outputs) {
    if (path !== null) continue;
    const loaded = await loadScanFormat(format);
    context.endWhenInterrupted();
    for (const piece of loaded.live?.rest(report) ?? loaded.write(report, appearance)) {
      if (!context.stdout.write(piece)) break;
    }
  }
}

/** What an interrupted run came to, for whoever interrupted it. */
export function interruption({ coverage, findings }: ScanReport, left: string): KeysweepError {
  const read = `${plural(coverage.files, "file")} (${bytesText(coverage.bytes)})`;
  return new KeysweepError(
    "interrupted",
    `interrupted after ${read}; ${plural(findings.length, "finding")} until then, ${left}`,
  );
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
