import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { KeysweepError } from "../model/error.ts";
import type { Appearance, Circumstances, Format } from "../report/format.ts";
import type { FormatRegistry } from "../report/format-registry.ts";
import { reasonNotWritable, writeFileUnlessInterrupted } from "../runtime/atomic-file.ts";
import { inFile } from "./appearance.ts";
import type { Context } from "./context.ts";
import { type NoteReport, ReportText } from "./written-report.ts";

/** A report that is to be written: in which format, and where to; null: stdout. */
export interface Output<F> {
  readonly format: F;
  readonly path: string | null;
}

export interface OutputFlags {
  readonly format?: string;
  readonly output?: string;
  readonly report?: readonly string[];
}

/**
 * The outputs that were asked for, checked before anything is read.
 * @param isUnattended nobody is there to make a folder that is not: that is told when the report is written
 * @throws KeysweepError `usage` for an unknown format, a file named twice, or a place where no file can be.
 */
export async function outputsIn<Name extends string, F>(
  { format, output, report = [] }: OutputFlags,
  formats: FormatRegistry<Name, F>,
  isUnattended = false,
): Promise<Output<F>[]> {
  const named = [
    { name: formats.parse(format ?? "pretty", "--format"), path: output ?? null },
    ...report.map((text) => {
      const at = text.indexOf("=");
      if (at < 1 || at === text.length - 1) {
        throw new KeysweepError("usage", `--report ${text}: expected FORMAT=FILE`, {
          hint: "For example --report json=keysweep.json",
        });
      }
      return { name: formats.parse(text.slice(0, at), "--report"), path: text.slice(at + 1) };
    }),
  ];
  checkPaths(
    named.flatMap(({ path }) => (path === null ? [] : [path])),
    isUnattended,
  );
  return Promise.all(named.map(async ({ name, path }) => ({ format: await formats.load(name), path })));
}

function checkPaths(paths: readonly string[], isUnattended: boolean): void {
  const seen = new Set<string>();
  for (const path of paths) {
    const reason = isUnattended ? null : reasonNotWritable(path);
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
}

/** What tells a reader of stdout what happens while it happens; null where the format there cannot. */
export function liveOn<Live>(outputs: readonly Output<{ readonly live?: Live }>[]): Live | null {
  return outputs.find(({ path }) => path === null)?.format.live ?? null;
}

/** How the outputs of one report are written. */
export interface Writing extends Circumstances {
  /** On stdout; in files the same, plain. */
  readonly appearance: Appearance;
  /** What is thrown when the run is interrupted before a file is written. */
  readonly interruption: (left: string) => KeysweepError;
  /** Null: the report names no key, so it may be scanned as any other file. */
  readonly note: NoteReport | null;
  /** Called with why a file was not written, instead of that it is thrown. */
  readonly onUnwritten?: ((error: KeysweepError) => Promise<void>) | null;
  /** Whether nobody could follow how the report came about: then a format that can be followed is written whole. */
  readonly isRemembered?: boolean;
}

/**
 * Writes the report everywhere it is to go: files first, since one that cannot be written is told on stderr, and a reader of stdout may
 * take its time.
 * @throws KeysweepError `output`; `interrupted`.
 */
export async function writeOutputs<Report>(
  context: Pick<Context, "stdout" | "signal" | "endWhenInterrupted">,
  report: Report,
  outputs: readonly Output<Format<Report>>[],
  { appearance, interruption, note, onUnwritten = null, isRemembered = false, ...circumstances }: Writing,
): Promise<void> {
  for (const { format, path } of outputs) {
    if (path === null) continue;
    const text = new ReportText(format.write(report, inFile(appearance), circumstances));
    try {
      const isWritten = await writeFileUnlessInterrupted(path, text, context.signal);
      if (!isWritten) throw interruption(`${path} was not written`);
      const written = await text.asWrittenTo(path);
      if (written !== null) await note?.(written);
    } catch (error) {
      if (onUnwritten === null || !(error instanceof KeysweepError) || error.code !== "output") throw error;
      await onUnwritten(error);
    }
  }
  for (const { format, path } of outputs) {
    if (path !== null) continue;
    context.endWhenInterrupted();
    const live = isRemembered ? undefined : format.live;
    for (const piece of live?.rest(report) ?? format.write(report, appearance, circumstances)) {
      if (!context.stdout.write(piece)) break;
    }
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
