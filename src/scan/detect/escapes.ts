import { joinStrings } from "./concatenation.ts";
import { decodeQuotedPrintable } from "./quoted-printable.ts";
import { decodeUtf16 } from "./utf16.ts";
import { type View, ViewBuilder } from "./view.ts";

/** Takes one kind of encoding off a view; the same view when there is none. */
export type Decoder = (view: View) => View;

interface Escape {
  /** What must occur for the pattern to be tried at all. */
  readonly marker: string;
  readonly pattern: RegExp;
  /** What a match stands for; null: leave it. */
  decode(match: RegExpExecArray): string | null;
}

const TERMINAL_CONTROL: Escape = {
  marker: "\x1b",
  // biome-ignore lint: the escape character is what is looked for
  pattern: /\x1b\[[0-9;?]{0,16}[A-Za-z]/g,
  decode: () => "",
};

const BACKSLASH_LETTERS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

/** However many backslashes there are: JSON inside JSON doubles them at each level. */
const BACKSLASH: Escape = {
  marker: "\\",
  // The look-behind keeps a long run of backslashes from being tried from each of them.
  pattern: /(?<!\\)\\+(?:u\{?([0-9a-fA-F]{4})\}?|x([0-9a-fA-F]{2})|([nrtbf"'/:=#!&$`]))/g,
  decode: ([, unicode, hex, letter]) =>
    letter === undefined ? printable(Number.parseInt(unicode ?? hex ?? "", 16)) : (BACKSLASH_LETTERS[letter] ?? letter),
};

const PERCENT: Escape = {
  marker: "%",
  pattern: /%([0-9a-fA-F]{2})/g,
  decode: ([, hex]) => printable(Number.parseInt(hex ?? "", 16)),
};

const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  quot: '"',
  apos: "'",
  lt: "<",
  gt: ">",
  nbsp: " ",
  sol: "/",
  plus: "+",
  equals: "=",
};

const ENTITY: Escape = {
  marker: "&",
  pattern: /&(?:#0{0,4}(\d{1,7})|#[xX]0{0,4}([0-9a-fA-F]{1,6})|(amp|quot|apos|lt|gt|nbsp|sol|plus|equals));/g,
  decode: ([, decimal, hex, name]) =>
    name === undefined
      ? printable(decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number.parseInt(decimal, 10))
      : (NAMED_ENTITIES[name] ?? null),
};

const PLAIN_CONTROLS = new Set([0, 9, 10, 13, 27]);

/** Stands for a character that is no byte: which one does not matter, only that its digits are no part of what is beside it. */
const FOREIGN = "\u00a4";

/** A character of text, the escape that begins a terminal's control sequence, or the zero that ends a string; null for all others. */
function printable(code: number): string | null {
  if (code > 0xff) return FOREIGN;
  return (code >= 0x20 && code !== 0x7f) || PLAIN_CONTROLS.has(code) ? String.fromCharCode(code) : null;
}

function decoderOf(escape: Escape): Decoder {
  return (view) => {
    if (!view.text.includes(escape.marker)) return view;
    const builder = new ViewBuilder(view);
    for (const match of view.text.matchAll(escape.pattern)) {
      const decoded = escape.decode(match);
      if (decoded !== null) builder.replace(match.index, match.index + match[0].length, decoded);
    }
    return builder.changed ? builder.build() : view;
  };
}

/** The escapes in which text lies inside other text, in the order in which they are taken off. */
export const ESCAPE_DECODERS: readonly Decoder[] = [
  decodeUtf16,
  decodeQuotedPrintable,
  ...[TERMINAL_CONTROL, BACKSLASH, PERCENT, ENTITY].map(decoderOf),
  joinStrings,
];
