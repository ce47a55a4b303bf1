import type { FilePlace, GitPlace, Place } from "../model/place.ts";
import { clipped } from "./escape.ts";

/** Where a credential is, in the words of a report. Not escaped: that depends on where it goes. */
export interface PlaceText {
  /** As editors and terminals understand it. */
  readonly where: string;
  /** What else is known of the place, e.g. who brought it in and when; empty where there is nothing to tell. */
  readonly about: readonly string[];
  /** The file on this machine, if it is one; absolute. */
  readonly path: string | null;
}

/** A place as one line of text. Not escaped: that depends on where it goes. */
export function placeText(place: Place): string {
  const { where, about } = placeParts(place);
  return about.length === 0 ? where : `${where} (${about.join(", ")})`;
}

export function placeParts(place: Place): PlaceText {
  switch (place.kind) {
    case "file":
      return { where: inFile(place), about: [], path: place.path };
    case "git":
      return gitText(place);
    case "index":
      return { where: inFile(place), about: ["staged"], path: null };
    case "process":
      return {
        where: `process ${place.pid} (${place.command}) ${place.variable === null ? "command line" : `variable ${place.variable}`}`,
        about: [],
        path: null,
      };
    case "environment":
      return { where: `environment variable ${place.variable}`, about: [], path: null };
    case "stdin":
      return { where: inFile({ ...place, path: place.name }), about: [], path: null };
  }
}

/**
 * The places in the order given, each with a name of its own: what a repository's history holds of a file that is a place itself is told
 * with the file.
 */
export function distinctPlaces(places: readonly Place[]): PlaceText[] {
  const files = new Map(
    places.flatMap((place) => (place.kind === "file" ? [[fileKey(place.path, place.within), place]] : [])),
  );
  const told = new Map<Place, PlaceText>();
  const inHistory = new Map<Place, GitPlace>();
  for (const place of places) {
    const file =
      place.kind === "git" && place.path !== null
        ? files.get(fileKey(`${place.repository}/${place.path}`, place.within))
        : undefined;
    if (file !== undefined && place.kind === "git") inHistory.set(file, place);
    else told.set(place, placeParts(place));
  }
  return [...told].map(([place, text]) => {
    const history = inHistory.get(place);
    return history === undefined ? text : { ...text, about: placeParts(history).about };
  });
}

function fileKey(path: string, within: readonly string[]): string {
  return JSON.stringify([path, within]);
}

function inFile({ path, within, line, column }: Pick<FilePlace, "path" | "within" | "line" | "column">): string {
  return `${[path, ...within].join("!")}:${line}:${column}`;
}

/** How much of an object id names it to a person. */
const SHORT_ID = 12;

/** A commit's author is whatever somebody wrote there; more than this of it, in characters, is not shown. */
const LONGEST_AUTHOR = 60;

function gitText(place: GitPlace): PlaceText {
  const { repository, object, path, within, line, column, blob, commit, author, date, versions } = place;
  const moment = commit ?? (object === "blob" ? null : blob);
  const name = gitObjectName(place);
  return {
    where: `${repository}: ${[name, ...within].join("!")}:${line}:${column}`,
    about: [
      [
        moment === null || path === null ? "" : short(moment),
        date?.slice(0, 10) ?? "",
        author === null ? "" : clipped(author, LONGEST_AUTHOR),
      ]
        .filter(Boolean)
        .join(" "),
      versions > 1 ? `${versions} versions${until(place)}` : "",
      whereNow(place),
    ].filter(Boolean),
    path: null,
  };
}

/** What holds it in a repository: the file, or what else it is where it is none. */
export function gitObjectName({ object, path, blob }: Pick<GitPlace, "object" | "path" | "blob">): string {
  if (object === "tree") return path === null ? `a name in tree ${short(blob)}` : `a name in ${path}/`;
  if (path !== null) return path;
  return object === "blob" ? `blob ${short(blob)}` : `message of ${object} ${short(blob)}`;
}

function short(id: string): string {
  return id.slice(0, SHORT_ID);
}

function until({ last, date }: GitPlace): string {
  const day = last?.date.slice(0, 10);
  return day === undefined || day === date?.slice(0, 10) ? "" : ` until ${day}`;
}

/** How it can be reached today: that decides whether rewriting the history is worth its while. */
function whereNow({ object, path, inHead, reachable, refs }: GitPlace): string {
  const [ref] = refs;
  if (!reachable && !inHead) return ref === undefined ? "in no branch or tag" : "only in a reflog";
  // A message is where it was written for good.
  if (object === "commit") return `in the history${inHead ? " of HEAD" : of(ref)}`;
  if (inHead) return "still in HEAD";
  return path === null ? `in ${ref ?? "a ref"}` : `not in HEAD now; in the history${of(ref)}`;
}

function of(ref: string | undefined): string {
  return ref === undefined ? "" : ` of ${ref}`;
}
