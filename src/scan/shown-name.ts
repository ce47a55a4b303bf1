import type { Excluded, Skipped } from "../model/coverage.ts";
import type { Place } from "../model/place.ts";
import { secretDigestOf } from "./detect/fingerprint.ts";
import { credentialsInName, decodedName, secretsInName } from "./detect/name-search.ts";
import { looksLikeSecret } from "./detect/randomness.ts";
import { memoized } from "./memoized.ts";
import { redacted } from "./redact.ts";
import { tokenPatterns } from "./rules.ts";

/** The shortest secret that there is: an API key of AppSync. */
const SHORTEST_SECRET = 30;

/** A secret access key, an SMTP password: in characters. */
const KEY_LENGTHS = [40, 44] as const;

/**
 * As many characters between two that are none of theirs; a slash may be either. Percent
 * escapes are how a slash or a plus gets into the name of a file. The id may touch its secret.
 */
const KEYS: readonly RegExp[] = KEY_LENGTHS.map(
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

/** What is longer than any secret, but may have one in it that nothing parts from what is beside it. */
const LONG_RUN = /[A-Za-z0-9+]{45,}/g;
/** How far apart the places are at which such a run is looked into. */
const RUN_STEP = 4;

/** Stands for a name, or a folder's or file's part of one, whose secret cannot be cut out of it. */
const WITHHELD = "[name withheld: it holds a secret]";
/** The longest path that a system takes, in characters. */
const LONGEST_PATH = 4096;
/** What is longer is no name that somebody gave to a member: an archive can have a million of them, and each takes milliseconds to look into. */
const LONGEST_MEMBER = 2048;
const TOO_LONG = "[name withheld: it is too long to be one]";
const EXTENSION = /\.[a-z][a-z0-9]{0,4}$/;

/**
 * A name from what was scanned (a path, a member, a program, a branch, a pattern) as it may be shown: `…` stands for whatever in
 * it could be a secret. Hashes, ids and words stay, however long. Where a secret is written so that only decoding shows it (in parts, in
 * escapes), nobody can tell which characters are its own: that part of the name is withheld.
 */
export function shownName(name: string, longest = LONGEST_PATH): string {
  if (name.length < SHORTEST_SECRET) return name;
  return name.length > longest ? TOO_LONG : remembered(name);
}

/** How many characters of names are remembered with what is shown for them: a file with many keys, a folder with many files. */
const MOST_REMEMBERED = 4 << 20;

const remembered = memoized((name: string) => {
  const known = name.split("/").map(withheldPart).join("/");
  return cutOf(known) ?? WITHHELD;
}, MOST_REMEMBERED);

/** A part of a name, or what stands for it where its secret cannot be cut out. */
const withheldPart = memoized((part: string) => {
  if (part.length < SHORTEST_SECRET) return part;
  return cutOf(part) === null ? WITHHELD + (EXTENSION.exec(part)?.[0] ?? "") : part;
}, MOST_REMEMBERED);

/** The name of a member of an archive as it may be shown. */
export function shownMember(name: string): string {
  return shownName(name, LONGEST_MEMBER);
}

/** What is left when all is cut out of a text that could be a secret; null: something of one still is. */
function cutOf(text: string): string | null {
  if (hidesSecret(text)) return null;
  const shown = cut(text);
  if (text.length < SHORTEST_SECRET) return shown;
  // Soft line breaks and the like, which somebody may have left out of what decoding takes off.
  const joined = shown.replace(/=\s*/g, "");
  const isLeft =
    withoutGluedKeys(joined) !== joined ||
    showsSecret(shown) ||
    (shown !== text && (hidesSecret(shown) || spellsSecretOf(text, shown)));
  return isLeft ? null : shown;
}

function cut(text: string): string {
  const parts = withoutKeys(withoutGluedKeys(text.replace(TOKENS, "…"))).split("/");
  return parts.map(shownPart).join("/");
}

/** Whether decoding brings a secret to light that does not stand in the text as it is written. */
function hidesSecret(text: string): boolean {
  if (text.length < SHORTEST_SECRET) return false;
  const { text: decoded, isWhole } = decodedName(text);
  if (!isWhole) return true;
  if (decoded === null) return false;
  const written = withSigns(text);
  if (secretLikeIn(decoded).some((secret) => !written.includes(secret))) return true;
  const seen = secretsInName(written, "as written");
  return [...secretsInName(text, "decoded")].some((digest) => !seen.has(digest));
}

function showsSecret(text: string): boolean {
  return credentialsInName(text).some(({ secretDigest }) => secretDigest !== null);
}

/** Whether the characters of `shown` that a secret may have still make up one that is in `text`, whatever stands between them. */
function spellsSecretOf(text: string, shown: string): boolean {
  const secrets = secretsInName(text, "decoded");
  if (secrets.size === 0) return false;
  const characters = shown.replace(/[^A-Za-z0-9+/]/g, "");
  return KEY_LENGTHS.some((length) => {
    for (let at = 0; at + length <= characters.length; at++)
      if (secrets.has(secretDigestOf(characters.slice(at, at + length)))) return true;
    return false;
  });
}

/** Percent escapes of the two signs that a secret may have, taken off: they are cut out as they are written. */
function withSigns(text: string): string {
  return text.replace(/%2b/gi, "+").replace(/%2f/gi, "/");
}

/** Whatever in a text could be a secret, whoever it belongs to. */
function secretLikeIn(text: string): string[] {
  const tokens = [TOKENS, ...tokenPatterns.map(({ pattern }) => pattern)];
  return [
    ...keysIn(text).map(({ key }) => withSigns(key)),
    ...tokens.flatMap((pattern) => Array.from(text.matchAll(pattern), ([token]) => token)),
  ];
}

/** Without the runs of characters in which some forty look like a secret, although nothing parts them from the others. */
function withoutGluedKeys(text: string): string {
  return text.replace(LONG_RUN, (run) => (holdsGluedKey(run) ? "…" : run));
}

function holdsGluedKey(run: string): boolean {
  const [length] = KEY_LENGTHS;
  for (let at = 0; at + length <= run.length; at += RUN_STEP)
    if (looksLikeSecret(run.slice(at, at + length))) return true;
  return looksLikeSecret(run.slice(-length));
}

function withoutKeys(name: string): string {
  let shown = "";
  let copied = 0;
  for (const { index, key } of keysIn(name)) {
    shown += `${name.slice(copied, index)}…`;
    copied = index + key.length;
  }
  return shown + name.slice(copied);
}

/** What could be a secret access key or an SMTP password, and where it begins. */
function keysIn(text: string): { readonly index: number; readonly key: string }[] {
  const keys: { readonly index: number; readonly key: string }[] = [];
  let end = 0;
  for (const { index } of text.matchAll(BEGINNING)) {
    if (index < end) continue;
    const key = KEYS.map((pattern) => matchAt(pattern, text, index)).find(
      (found) => found !== null && looksLikeSecret(withSigns(found)),
    );
    if (key === undefined || key === null) continue;
    keys.push({ index, key });
    end = index + key.length;
  }
  return keys;
}

function matchAt(sticky: RegExp, text: string, at: number): string | null {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0] ?? null;
}

/** What the detector takes for a secret is one, however it is written. */
const shownPart = memoized((part: string) => {
  const shown = tokenPatterns.reduce(
    (text, { pattern }) => text.replace(pattern, (match, ...rest) => match.replace(secretOf(match, rest), "…")),
    part,
  );
  return shown.length >= SHORTEST_SECRET && showsSecret(shown) ? redacted(shown) : shown;
}, MOST_REMEMBERED);

function secretOf(match: string, rest: readonly unknown[]): string {
  const groups = rest.at(-1) as Readonly<Record<string, string>> | undefined;
  return groups?.secret ?? match;
}

/** A place as it may be shown. */
export function shownPlace<At extends Place>(place: At): At;
export function shownPlace(place: Place): Place {
  switch (place.kind) {
    case "file":
      return { ...place, path: shownName(place.path), within: place.within.map(shownMember) };
    case "git":
      return {
        ...place,
        repository: shownName(place.repository),
        path: place.path === null ? null : shownName(place.path),
        within: place.within.map(shownMember),
        author: place.author === null ? null : shownName(place.author),
        refs: place.refs.map((ref) => shownName(ref)),
      };
    case "index":
      return {
        ...place,
        repository: shownName(place.repository),
        path: shownName(place.path),
        within: place.within.map(shownMember),
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
      return { ...place, name: shownName(place.name), within: place.within.map(shownMember) };
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
