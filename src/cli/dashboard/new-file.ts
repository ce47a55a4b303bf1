import { lstatSync } from "node:fs";
import { join, resolve } from "node:path";
import { KeysweepError } from "../../model/error.ts";

/**
 * The file that is meant by what a person typed, where no shell is there to say what `~` is.
 * @throws KeysweepError `output` when something is there already, be it a link that leads elsewhere.
 */
export function newFile(typed: string, home: string): string {
  const path = resolve(typed.replace(/^~(?=$|[\\/])/, () => join(home, ".")));
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return path;
  throw new KeysweepError("output", `${path} exists already`, { hint: "Name another file." });
}
