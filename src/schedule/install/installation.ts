import { KeysweepError } from "../../model/error.ts";

/** How a system is to start keysweep. */
export interface Started {
  /** Absolute: the program and its arguments up to the command. */
  readonly program: readonly [string, ...string[]];
  /** Absolute. */
  readonly configuration: string;
  /** Absolute. */
  readonly ledger: string;
}

/** A file that is written. */
export interface Artefact {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** The first words of whatever keysweep writes: what does not begin so is somebody else's. */
export const MARK = "Written by keysweep schedule install; keysweep schedule uninstall takes it out.";

/** What is due is looked for so often, in minutes: the schedule itself is in the configuration. */
export const EVERY_MINUTES = 5;

/** What to run. */
export function argumentsOf({ program, configuration, ledger }: Started, once: boolean): [string, ...string[]] {
  const [first, ...rest] = program;
  const command = ["schedule", "run", ...(once ? ["--once"] : [])];
  const all: [string, ...string[]] = [first, ...rest, ...command, "--config", configuration, "--ledger", ledger];
  for (const text of all) checkPlain(text);
  return all;
}

/** No line of any of these formats may end in a path. @throws KeysweepError `usage`. */
function checkPlain(text: string): void {
  if (!/[\u0000-\u001f\u007f]/.test(text)) return;
  throw new KeysweepError("usage", "a path has a control character in it, which cannot be written down", {
    hint: "Give the folder, or the file, another name.",
  });
}
