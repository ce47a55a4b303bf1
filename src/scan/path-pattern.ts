import { KeysweepError } from "../model/error.ts";

/*
 * Globs for paths: `*` and `?` within a name, `**` for any number of folders, `[a-z]` and `[!a-z]`, `{one,other}`.
 *
 * Patterns come from the configuration of repositories that are scanned, and so do the names they are tried against. A glob
 * that becomes a regular expression can be made to backtrack for ever (`*a*a*a*a*b` against a name of a hundred `a`); here
 * a pattern costs at most its length times the path's.
 */

/** Bounds on a hostile configuration. */
export const LONGEST_PATTERN = 1024;
const MOST_ALTERNATIVES = 64;

type Token = { readonly kind: "any" } | { readonly kind: "one"; readonly accepts: (character: string) => boolean };

/** `**`, or what one name is to look like. */
type Segment = "folders" | readonly Token[];

/**
 * The pattern as a test of paths, which are given with slashes and without one at their beginning.
 * @throws KeysweepError `configuration` for a pattern that is too long or has too many alternatives.
 */
export function pathPattern(pattern: string): (path: string) => boolean {
  if (pattern.length > LONGEST_PATTERN) throw unusable(pattern, `is longer than ${LONGEST_PATTERN} characters`);
  const alternatives = expandBraces(pattern).map((text) => text.split("/").map(segmentOf));
  return (path) => {
    const names = path.split("/").map((name) => Array.from(name));
    return alternatives.some((segments) => matches(segments, names, isFolders, nameMatches));
  };
}

function nameMatches(segment: Segment, name: readonly string[]): boolean {
  return segment !== "folders" && matches(segment, name, isAny, acceptsCharacter);
}

function isFolders(segment: Segment): boolean {
  return segment === "folders";
}

function isAny(token: Token): boolean {
  return token.kind === "any";
}

function acceptsCharacter(token: Token, character: string): boolean {
  return token.kind === "one" && token.accepts(character);
}

/**
 * Whether the parts of a pattern match the items in their order, where a wild part matches any number of items. Only the last
 * wild part ever has to be tried again: what an earlier one could still take, the last one can take as well.
 */
function matches<Part, Item>(
  parts: readonly Part[],
  items: readonly Item[],
  isWild: (part: Part) => boolean,
  accepts: (part: Part, item: Item) => boolean,
): boolean {
  let part = 0;
  let item = 0;
  let wild = -1;
  let taken = 0;
  while (item < items.length) {
    const current = parts[part];
    if (current !== undefined && isWild(current)) {
      wild = part++;
      taken = item;
    } else if (current !== undefined && accepts(current, items[item] as Item)) {
      part++;
      item++;
    } else if (wild >= 0) {
      part = wild + 1;
      item = ++taken;
    } else return false;
  }
  return parts.slice(part).every(isWild);
}

function segmentOf(text: string): Segment {
  if (text === "**") return "folders";
  const tokens: Token[] = [];
  const characters = Array.from(text);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (character === "*") tokens.push({ kind: "any" });
    else if (character === "?") tokens.push({ kind: "one", accepts: () => true });
    else if (character === "[" && closingBracket(characters, at) > 0) {
      const end = closingBracket(characters, at);
      tokens.push({ kind: "one", accepts: characterClass(characters.slice(at + 1, end)) });
      at = end;
    } else {
      const literal = character === "\\" && at + 1 < characters.length ? (characters[++at] ?? "") : character;
      tokens.push({ kind: "one", accepts: (candidate) => candidate === literal });
    }
  }
  return tokens;
}

/** A bracket right behind the opening one, or behind its `!`, stands for itself; without a closing one so does the opening one. */
function closingBracket(characters: readonly string[], open: number): number {
  const first = isNegation(characters[open + 1]) ? open + 2 : open + 1;
  return characters.indexOf("]", first + 1);
}

function characterClass(members: readonly string[]): (character: string) => boolean {
  const negated = isNegation(members[0]);
  const listed = negated ? members.slice(1) : members;
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < listed.length; at++) {
    const from = listed[at] ?? "";
    const to = listed[at + 1] === "-" ? listed[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  return (character) => ranges.some(([from, to]) => character >= from && character <= to) !== negated;
}

function isNegation(character: string | undefined): boolean {
  return character === "!" || character === "^";
}

/** `a{b,c{d,e}}` as `ab`, `acd`, `ace`. Braces without a comma or a partner stand for themselves. */
function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const open = [pattern];
  for (let text = open.pop(); text !== undefined; text = open.pop()) {
    const group = innermostGroup(text);
    if (group === null) done.push(restoreBraces(text));
    else {
      const { from, to } = group;
      const inside = text.slice(from + 1, to);
      const variants = inside.includes(",") ? inside.split(",") : [`${PLAIN_OPEN}${inside}${PLAIN_CLOSE}`];
      for (const variant of variants) open.push(text.slice(0, from) + variant + text.slice(to + 1));
    }
    if (done.length + open.length > MOST_ALTERNATIVES) {
      throw unusable(pattern, `has more than ${MOST_ALTERNATIVES} alternatives in braces`);
    }
  }
  return done;
}

/** Private-use characters that stand for braces already looked at. */
const PLAIN_OPEN = "\ue000";
const PLAIN_CLOSE = "\ue001";

function restoreBraces(text: string): string {
  return text.replaceAll(PLAIN_OPEN, "{").replaceAll(PLAIN_CLOSE, "}");
}

function innermostGroup(text: string): { from: number; to: number } | null {
  const to = text.indexOf("}");
  const from = to < 0 ? -1 : text.lastIndexOf("{", to);
  return from < 0 ? null : { from, to };
}

function unusable(pattern: string, why: string): KeysweepError {
  return new KeysweepError("configuration", `the pattern ${JSON.stringify(pattern.slice(0, 60))} ${why}`, {
    hint: "Use several shorter patterns.",
  });
}
