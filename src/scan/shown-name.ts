import type { Excluded, Skipped } from "../model/coverage.ts";
import type { Place } from "../model/place.ts";
import { credentialsInName } from "./detect/name-search.ts";
import { looksLikeSecret } from "./detect/randomness.ts";
import { redacted } from "./redact.ts";
import { tokenPatterns } from "./rules.ts";

/** The shortest secret that there is: an API key of AppSync. */
const SHORTEST_SECRET = 30;

/**
 * 40 characters (a secret access key) or 44 (an SMTP password) between two that are none of theirs; a slash may be either. Percent
 * escapes are how a slash or a plus gets into the name of a file. The id may touch its secret.
 */
const KEYS: readonly RegExp[] = [40, 44].map(
  (length) =>
    new RegExp(
      `(?<=(?<![A-Za-z0-9+])|A(?:KI|SI)A[A-Z2-7]{16})(?:[A-Za-z0-9+/]|%2[BbFf]){${length}}(?![A-Za-z0-9+]|%2[BbFf])`,
      "y",
    ),
);
/** Where one of those may begin. */
const BEGINNING = /(?<=^|[^A-Za-z0-9+]|A(?:KI|SI)A[A-Z2-7]{16})[A-Za-z0-9+/%]/g;

/** What is too long for a name that somebody gave, whatever stands before it. */
const TOKENS = /ABSK[A-Za-z0-9+/]{60,}={0,2}|(?:IQoJ|FwoG|FQoG|FQoD|AQoD|AgoJ|AQoJ)[A-Za-z0-9+/=_-]{80,}/g;

/**
 * A name from what was scanned (a path, a member, a program, a branch, a pattern) as it may be shown: `…` stands for whatever in
 * it could be a secret. Hashes, ids and words stay, however long.
 */
export function shownName(name: string): string {
  if (name.length < SHORTEST_SECRET) return name;
  const parts = withoutKeys(name.replace(TOKENS, "…")).split("/").map(shownPart);
  return parts.join("/");
}

function withoutKeys(name: string): string {
  let shown = "";
  let copied = 0;
  for (const { index } of name.matchAll(BEGINNING)) {
    if (index < copied) continue;
    const key = KEYS.map((pattern) => matchAt(pattern, name, index)).find(
      (found) => found !== null && looksLikeSecret(found.replace(/%2b/gi, "+").replace(/%2f/gi, "/")),
    );
    if (key === undefined || key === null) continue;
    shown += `${name.slice(copied, index)}…`;
    copied = index + key.length;
  }
  return shown + name.slice(copied);
}

function matchAt(sticky: RegExp, text: string, at: number): string | null {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0] ?? null;
}

/** What the detector takes for a secret is one, however it is written. */
function shownPart(part: string): string {
  const shown = tokenPatterns.reduce(
    (text, { pattern }) => text.replace(pattern, (match, ...rest) => match.replace(secretOf(match, rest), "…")),
    part,
  );
  return credentialsInName(shown).some(({ secretDigest }) => secretDigest !== null) ? redacted(shown) : shown;
}

function secretOf(match: string, rest: readonly unknown[]): string {
  const groups = rest.at(-1) as Readonly<Record<string, string>> | undefined;
  return groups?.secret ?? match;
}

/** A place as it may be shown. */
export function shownPlace(place: Place): Place {
  switch (place.kind) {
    case "file":
      return { ...place, path: shownName(place.path), within: place.within.map(shownName) };
    case "git":
      return {
        ...place,
        repository: shownName(place.repository),
        path: place.path === null ? null : shownName(place.path),
        within: place.within.map(shownName),
        author: place.author === null ? null : shownName(place.author),
        refs: place.refs.map(shownName),
      };
    case "index":
      return {
        ...place,
        repository: shownName(place.repository),
        path: shownName(place.path),
        within: place.within.map(shownName),
      };
    case "process":
      return {
        ...place,
        command: shownName(place.command),
        variable: place.variable === null ? null : shownName(place.variable),
      };
    case "environment":
      return { ...place, variable: shownName(place.variable) };
    case "stdin":
      return { ...place, name: shownName(place.name), within: place.within.map(shownName) };
  }
}

/** A skipped row as it may be shown: its detail may name what a link leads to. */
export function shownSkipped(row: Skipped): Skipped {
  return { ...row, place: shownName(row.place), detail: shownName(row.detail) };
}

/** An excluded row as it may be shown. */
export function shownExcluded(row: Excluded): Excluded {
  return { ...row, by: shownName(row.by), pattern: shownName(row.pattern) };
}
