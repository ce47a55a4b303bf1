import type { FilePlace, GitPlace, IndexPlace, Place } from "../model/place.ts";

/** A place as one line of text, as editors and terminals understand it. Not escaped: that depends on where it goes. */
export function placeText(place: Place): string {
  switch (place.kind) {
    case "file":
      return inFile(place);
    case "git":
      return gitText(place);
    case "index":
      return `${inFile(place)} (staged)`;
    case "process":
      return `process ${place.pid} (${place.command}) ${place.variable === null ? "command line" : `variable ${place.variable}`}`;
    case "environment":
      return `environment variable ${place.variable}`;
    case "stdin":
      return `${place.name}:${place.line}:${place.column}`;
  }
}

function inFile({ path, within, line, column }: FilePlace | IndexPlace): string {
  return `${[path, ...within].join("!")}:${line}:${column}`;
}

/** How much of an object id names it to a person. */
const SHORT_ID = 12;

function gitText(place: GitPlace): string {
  const { repository, object, path, within, line, column, blob, commit, author, date, versions } = place;
  const name = path ?? (object === "blob" ? `blob ${blob.slice(0, SHORT_ID)}` : `message of ${object}`);
  const moment = commit ?? (object === "blob" ? null : blob);
  const facts = [
    moment === null ? "" : moment.slice(0, SHORT_ID),
    date === null ? "" : date.slice(0, 10),
    author ?? "",
    versions > 1 ? `${versions} versions` : "",
    whereNow(place),
  ];
  return `${repository}: ${[name, ...within].join("!")}:${line}:${column} (${facts.filter(Boolean).join(", ")})`;
}

function whereNow({ inHead, reachable, refs }: GitPlace): string {
  if (inHead) return "still in HEAD";
  if (reachable) return `in ${refs[0] ?? "history"}`;
  return refs.length > 0 ? "only in a reflog" : "unreachable";
}
