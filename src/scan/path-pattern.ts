import { KeysweepError } from "../model/error.ts";

/*
 * Globs for paths: `*` and `?` within a name, `**` for any number of folders, `[a-z]` and `[!a-z]`, `{one,other}`.
 *
 * Patterns come from the configuration of repositories that are scanned, and so do the names they are tried against. A glob
 * that becomes a regular expression can be made to backtrack for ever (`*a*a*a*a*b` against a name of a hundred `a`). Here all
 * patterns go through a path at once, as a set of states with a bit each: a character of a path costs a few operations for every
 * 32 characters of the patterns, whatever they are, and the folder is not gone through again for the next path in it.
 */

/** Bounds on a hostile configuration. */
export const LONGEST_PATTERN = 1024;
const MOST_ALTERNATIVES = 64;

/** One character of a name. */
type Token =
  | { readonly kind: "literal"; readonly character: string }
  | { readonly kind: "any" }
  | { readonly kind: "class"; readonly accepts: (character: string) => boolean };

/** A step through a pattern: a character, the end of a name, or `**`. `loops`: a `*` stands before it. */
type Step = { readonly loops: boolean; readonly takes: Token | "slash" | "folders" | "nothing" };

/**
 * How long a pattern is with its alternatives written out: what it costs to try it.
 * @throws KeysweepError `configuration` for a pattern that is too long or has too many alternatives.
 */
export function patternLength(pattern: string): number {
  return stepsOf(pattern).reduce((sum, steps) => sum + steps.length, 0);
}

/** The bits of one word of a set. */
const WORD = 32;
/** So many characters that are met have their steps remembered; then all are forgotten. */
const MOST_CHARACTERS = 1024;

/**
 * Several patterns, tried at once. A step has a bit, which is set while all before the step has been matched; taking a character moves bits up by one.
 * A name ends with a slash here, the last one too.
 */
export class PathPatterns {
  /** For each step that is the end of a pattern, in order: its bit, and which pattern's it is. */
  readonly #ends: readonly (readonly [bit: number, pattern: number])[];
  readonly #start: Int32Array;
  /** Steps that a character other than a slash leaves as they are. */
  readonly #loops: Int32Array;
  /** Steps that any number of names leave as they are: where a name begins, the step behind may begin too. */
  readonly #folders: Int32Array;
  /** Steps that take a slash, any other character, a certain one, one of a class. */
  readonly #slash: Int32Array;
  readonly #any: Int32Array;
  readonly #literals = new Map<string, number[]>();
  readonly #classes: (readonly [bit: number, accepts: (character: string) => boolean])[] = [];
  /** The steps that take a character, by the character. */
  readonly #taking = new Map<string, Int32Array>();
  /** The folder of the last path, with its slash, and what was matched behind it. */
  #folder = "";
  #behindFolder: Int32Array;

  /**
   * @param patterns of paths, which are given with slashes and without one at their beginning
   * @throws KeysweepError as `patternLength` does.
   */
  constructor(patterns: readonly string[]) {
    const alternatives = patterns.flatMap((pattern, index) => stepsOf(pattern).map((steps) => ({ steps, index })));
    const total = alternatives.reduce((sum, { steps }) => sum + steps.length, 0);
    const none = () => new Int32Array(Math.ceil(total / WORD));
    [this.#start, this.#loops, this.#folders, this.#slash, this.#any] = [none(), none(), none(), none(), none()];
    const ends: [number, number][] = [];
    let bit = 0;
    for (const { steps, index } of alternatives) {
      add(this.#start, bit);
      for (const step of steps) {
        this.#lay(step, bit);
        if (step.takes === "nothing") ends.push([bit, index]);
        bit++;
      }
    }
    this.#ends = ends;
    this.#beginName(this.#start);
    this.#behindFolder = this.#start;
  }

  /** The first of the patterns that the path matches; -1 for none. */
  first(path: string): number {
    const matched = this.#matched(path);
    return this.#ends.find(([bit]) => has(matched, bit))?.[1] ?? -1;
  }

  /** All of the patterns that the path matches, in order. */
  all(path: string): readonly number[] {
    const matched = this.#matched(path);
    return [...new Set(this.#ends.flatMap(([bit, pattern]) => (has(matched, bit) ? [pattern] : [])))];
  }

  #matched(path: string): Int32Array {
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    if (folder !== this.#folder) {
      const goesOn = folder.startsWith(this.#folder);
      const known = goesOn ? this.#folder.length : 0;
      this.#behindFolder = this.#through(folder.slice(known), goesOn ? this.#behindFolder : this.#start);
      this.#folder = folder;
    }
    return this.#through(`${path.slice(folder.length)}/`, this.#behindFolder);
  }

  #lay({ loops, takes }: Step, bit: number): void {
    if (loops) add(this.#loops, bit);
    if (takes === "slash") add(this.#slash, bit);
    else if (takes === "folders") {
      add(this.#folders, bit);
      add(this.#loops, bit);
    } else if (takes !== "nothing") {
      if (takes.kind === "any") add(this.#any, bit);
      else if (takes.kind === "class") this.#classes.push([bit, takes.accepts]);
      else {
        const bits = this.#literals.get(takes.character);
        if (bits === undefined) this.#literals.set(takes.character, [bit]);
        else bits.push(bit);
      }
    }
  }

  /** What is matched behind the text when `from` was before it. */
  #through(text: string, from: Int32Array): Int32Array {
    const states = from.slice();
    for (const character of text) {
      if (character === "/") {
        move(states, this.#slash, this.#folders);
        this.#beginName(states);
      } else if (!move(states, this.#stepsTaking(character), this.#loops)) return states;
    }
    return states;
  }

  #beginName(states: Int32Array): void {
    let carried = 0;
    for (let word = 0; word < states.length; word++) {
      const waiting = (states[word] ?? 0) & (this.#folders[word] ?? 0);
      states[word] = (states[word] ?? 0) | (waiting << 1) | carried;
      carried = waiting >>> (WORD - 1);
    }
  }

  #stepsTaking(character: string): Int32Array {
    const known = this.#taking.get(character);
    if (known !== undefined) return known;
    const steps = this.#any.slice();
    for (const bit of this.#literals.get(character) ?? []) add(steps, bit);
    for (const [bit, accepts] of this.#classes) if (accepts(character)) add(steps, bit);
    if (this.#taking.size >= MOST_CHARACTERS) this.#taking.clear();
    this.#taking.set(character, steps);
    return steps;
  }
}

/** Moves the states that take a character on, and keeps those that stay. @returns whether any is left */
function move(states: Int32Array, taking: Int32Array, staying: Int32Array): boolean {
  let carried = 0;
  let left = 0;
  for (let word = 0; word < states.length; word++) {
    const state = states[word] ?? 0;
    const moving = state & (taking[word] ?? 0);
    const next = (moving << 1) | carried | (state & (staying[word] ?? 0));
    states[word] = next;
    left |= next;
    carried = moving >>> (WORD - 1);
  }
  return left !== 0;
}

function add(set: Int32Array, bit: number): void {
  const word = Math.floor(bit / WORD);
  set[word] = (set[word] ?? 0) | (1 << (bit % WORD));
}

function has(set: Int32Array, bit: number): boolean {
  return ((set[Math.floor(bit / WORD)] ?? 0) & (1 << (bit % WORD))) !== 0;
}

/** The steps through each of a pattern's alternatives. */
function stepsOf(pattern: string): readonly (readonly Step[])[] {
  if (pattern.length > LONGEST_PATTERN) throw unusable(`is longer than ${LONGEST_PATTERN} characters`);
  return expandBraces(pattern).map((text) => {
    const names = text.split("/");
    const steps = names.flatMap((name, index) => {
      if (name !== "**") return stepsThrough(name);
      // Twice in a row means the same as once.
      return names[index - 1] === "**" ? [] : [{ loops: false, takes: "folders" } as const];
    });
    return [...steps, { loops: false, takes: "nothing" }];
  });
}

function stepsThrough(name: string): Step[] {
  const steps: Step[] = [];
  let loops = false;
  const take = (takes: Token | "slash"): void => {
    steps.push({ loops, takes });
    loops = false;
  };
  const characters = Array.from(name);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (character === "*") loops = true;
    else if (character === "?") take({ kind: "any" });
    else if (character === "[" && closingBracket(characters, at) > 0) {
      const end = closingBracket(characters, at);
      take({ kind: "class", accepts: characterClass(characters.slice(at + 1, end)) });
      at = end;
    } else {
      const literal = character === "\\" && at + 1 < characters.length ? (characters[++at] ?? "") : character;
      take({ kind: "literal", character: literal });
    }
  }
  take("slash");
  return steps;
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
      throw unusable(`has more than ${MOST_ALTERNATIVES} alternatives in braces`);
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

/** Without the pattern itself, which whoever made it may have put a secret into. */
function unusable(why: string): KeysweepError {
  return new KeysweepError("configuration", `the pattern ${why}`, { hint: "Use several shorter patterns." });
}
