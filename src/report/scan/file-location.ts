import type { Place } from "../../model/place.ts";

/** A place as CI systems know places: a file, and where in it. */
export interface FileLocation {
  /** Relative to the working directory where it is below it; else absolute. */
  readonly path: string;
  /** Counted from 1; null for a place in a member of an archive, which has no line in the file. */
  readonly line: number | null;
  readonly column: number | null;
  /** The members inside an archive that lead to the place, outermost first. */
  readonly within: readonly string[];
}

/** Null for what is no file, and for what a history holds outside of any tree. */
export function fileLocation(place: Place, folder: string): FileLocation | null {
  switch (place.kind) {
    case "file":
      return located(place, place.path, folder);
    case "git":
    case "index":
      return place.path === null ? null : located(place, `${place.repository}/${place.path}`, folder);
    case "process":
    case "environment":
    case "stdin":
      return null;
  }
}

interface Position {
  readonly within: readonly string[];
  readonly line: number;
  readonly column: number;
}

function located({ within, line, column }: Position, path: string, folder: string): FileLocation {
  const isMember = within.length > 0;
  return {
    path: relativeTo(folder, path),
    line: isMember ? null : line,
    column: isMember ? null : column,
    within,
  };
}

function relativeTo(folder: string, path: string): string {
  const [above, below] = [slashed(folder).replace(/\/$/, ""), slashed(path)];
  return below.startsWith(`${above}/`) ? below.slice(above.length + 1) : below;
}

/** As URIs and CI systems write paths, also on Windows. */
function slashed(path: string): string {
  return /^[A-Za-z]:\\|^\\\\/.test(path) ? path.replaceAll("\\", "/") : path;
}

/** The path as a URI reference: relative, or `file://`. */
export function uriOf({ path }: Pick<FileLocation, "path">): string {
  const encoded = path.toWellFormed().split("/").map(encodeURIComponent).join("/");
  if (path.startsWith("/")) return `file://${encoded}`;
  return /^[A-Za-z]:\//.test(path) ? `file:///${encoded.replace("%3A", ":")}` : encoded;
}
