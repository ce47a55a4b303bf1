import { lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { KeysweepError } from "../../model/error.ts";
import { writeFileAtomically } from "../../runtime/atomic-file.ts";
import { type Artefact, MARK } from "../../schedule/install/installation.ts";
import { SYSTEMD_TARGETS } from "../../schedule/install/systemd.ts";

/** Where a file of keysweep's goes. */
export interface Place {
  /** Absolute. */
  readonly path: string;
  /** A folder on the way to it, from which on nothing may be a link. */
  readonly within: string;
}

/** What lies at a place: nothing, a file that keysweep wrote, or why it is none, for people. */
type Occupant = "nothing" | "own" | { readonly notOwn: string };

export function occupantOf({ path, within }: Place): Occupant {
  // A link leads to wherever somebody wanted it to: in a repository, whoever wrote that.
  const link = linkOnTheWay(path, within);
  if (link !== null) return { notOwn: `${link === path ? "it" : link} is a link to ${linkText(link)}` };
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return "nothing";
  if (stats.isDirectory()) return { notOwn: "it is a folder" };
  // Not opened: it may wait for a writer.
  if (!stats.isFile()) return { notOwn: "it is no ordinary file" };
  const isOwn = readFileSync(path, "utf8").slice(0, 1000).includes(MARK);
  return isOwn ? "own" : { notOwn: "it is there already, and keysweep did not write it" };
}

/** Where a link leads, as it is written, and whether anything is there. */
function linkText(link: string): string {
  const isDangling = statSync(link, { throwIfNoEntry: false }) === undefined;
  return `${readlinkSync(link)}${isDangling ? ", where there is nothing" : ""}`;
}

/** @throws KeysweepError `usage` where something lies that is not keysweep's. */
export function checkOwn(place: Place): void {
  const occupant = occupantOf(place);
  if (typeof occupant === "string") return;
  throw new KeysweepError("usage", `${place.path} cannot be written: ${occupant.notOwn}`, {
    hint: "Move it away, or take what you need from --print.",
  });
}

/** @returns false: it is as it should be. @throws KeysweepError `output`. */
export function writeArtefact({ path, text }: Artefact): boolean {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined && readFileSync(path, "utf8") === text) return false;
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomically(path, [text], 0o644);
  return true;
}

/** The files as they are shown: of several, each under its name, as `systemctl cat` does it. */
export function shownArtefacts(artefacts: readonly Artefact[]): string {
  if (artefacts.length === 1) return artefacts[0]?.text ?? "";
  return artefacts.map(({ path, text }) => `# ${path}\n${text}`).join("\n");
}

/** Takes out a file, and for a unit of systemd what starts it: `systemctl disable` knows no unit whose file has gone. @returns what went. */
export function takeOut(path: string): string[] {
  const gone = [path, ...enablingLinks(path)];
  for (const one of gone) rmSync(one);
  return gone;
}

/** The links that `systemctl enable` has made to a unit. */
function enablingLinks(path: string): string[] {
  return SYSTEMD_TARGETS.map((target) => join(dirname(path), `${target}.wants`, basename(path))).filter((link) => {
    const isLink = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
    return isLink && resolve(dirname(link), readlinkSync(link)) === path;
  });
}

function linkOnTheWay(path: string, within: string): string | null {
  let place = within;
  for (const name of relative(within, path).split(sep)) {
    place = join(place, name);
    if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink()) return place;
  }
  return null;
}
