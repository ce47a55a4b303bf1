import {
  appendFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type HostFiles, SystemFiles } from "../../../src/runtime/host-files.ts";
import type { Fault, TestPlace, Values } from "../../contract/targets/conformance.ts";
import { testWaiting } from "./world.ts";

/** How a test writes a file of some format, and reads it without the adapter. */
export interface FileFormat {
  readonly name: string;
  /** The whole file; a value that is null has no line of its own. */
  render(values: Values): string;
  /** The two values; null where there is no such line. */
  look(text: string): Values;
  /** The text without the two values' lines. */
  others(text: string): string;
  /** A line that anybody could add at the end. */
  readonly addition: string;
  readonly faults?: (path: string) => readonly Fault[];
}

/** A file in a folder of its own, with another file beside it. */
export async function filePlace(
  format: FileFormat,
  held: Values,
  settings: (path: string) => Readonly<Record<string, unknown>>,
): Promise<TestPlace> {
  const folder = mkdtempSync(join(tmpdir(), "keysweep-target-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, format.name);
  writeFileSync(path, format.render(held), { mode: 0o640 });
  writeFileSync(join(folder, "neighbour"), "untouched\n");
  const files = new InterruptedFiles(path);
  return {
    settings: settings(path),
    world: { files, home: folder, configurationFolder: folder },
    put: async (values) => writeFileSync(path, format.render(values)),
    look: async () => format.look(readFileSync(path, "utf8")),
    others: async () => {
      const names = readdirSync(folder).toSorted();
      const { mode, uid, gid } = statSync(path);
      const neighbour = readFileSync(join(folder, "neighbour"), "utf8");
      const text = format.others(readFileSync(path, "utf8"));
      return JSON.stringify({ names, mode, uid, gid, neighbour, text });
    },
    interfere: () => {
      files.afterNextRead(() => appendFileSync(path, format.addition));
      return { kept: async () => readFileSync(path, "utf8").includes(format.addition) };
    },
    faults: [...faultsOfFiles(folder, path), ...(format.faults?.(path) ?? [])],
  };
}

/** The file's text is damaged in some way for a while. */
export function damaged(name: string, path: string, damage: (text: string) => string | Buffer): Fault {
  let before = "";
  return {
    name,
    of: ["check", "read", "write"],
    retry: "never",
    cause() {
      before = readFileSync(path, "utf8");
      writeFileSync(path, damage(before));
    },
    mend: () => writeFileSync(path, before),
  };
}

function faultsOfFiles(folder: string, path: string): Fault[] {
  const aside = join(folder, "aside");
  return [
    {
      name: "it is not there",
      of: ["check", "read", "write"],
      retry: "never",
      cause: () => renameSync(path, aside),
      mend: () => renameSync(aside, path),
    },
    {
      name: "it is a folder",
      of: ["check", "read", "write"],
      retry: "never",
      cause() {
        renameSync(path, aside);
        mkdirSync(path);
      },
      mend() {
        rmdirSync(path);
        renameSync(aside, path);
      },
    },
    {
      name: "it has two names",
      of: ["check", "write"],
      retry: "never",
      cause: () => linkSync(path, aside),
      mend: () => rmSync(aside),
    },
    damaged("it is UTF-16", path, (text) => Buffer.from(text, "utf16le")),
  ];
}

/** The real files, in which somebody else writes once between reading and writing. */
class InterruptedFiles implements HostFiles {
  readonly #files = new SystemFiles(testWaiting());
  readonly #path: string;
  #interruption: (() => void) | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  afterNextRead(interruption: () => void): void {
    this.#interruption = interruption;
  }

  read(path: string): Buffer {
    return this.#files.read(path);
  }

  check(path: string): void {
    this.#files.check(path);
  }

  edit: HostFiles["edit"] = (path, change, options) =>
    this.#files.edit(
      path,
      (content) => {
        const changed = change(content);
        const interruption = this.#interruption;
        this.#interruption = null;
        if (path === this.#path) interruption?.();
        return changed;
      },
      options,
    );
}
