import type { Anchor, FollowClass } from "../../src/scan/kernel/anchor-forms.ts";

/** A restatement of what the kernel looks for, by regular expressions over Latin-1 text: slow, and with nothing of the kernel's in it. */
export function referenceSearch(
  anchors: readonly Anchor[],
): (document: Uint8Array, from: number, to: number) => number[] {
  const matchers = [...anchors.flatMap(matchersOf), ...gzipMatchers()];
  return (document, from, to) => {
    const text = Buffer.from(document.subarray(0, to)).toString("latin1");
    const found = new Set(matchers.flatMap((matcher) => matcher(text)));
    return [...found].filter((offset) => offset >= from).sort((a, b) => a - b);
  };
}

type Matcher = (text: string) => number[];

const CLASSES: Record<FollowClass, string> = {
  base32: "[A-Z2-7]",
  base64: "[A-Za-z0-9+/_-]",
  digit: "[0-9]",
  hex: "[0-9A-Fa-f]",
  lower: "[a-z0-9]",
};
const BREAK = "(?:(?:\\r\\n?|\\n|\\\\r\\\\n|\\\\n)[ \\t]{0,64})?";

function matchersOf({ literal, foldCase, encoded, context }: Anchor): Matcher[] {
  const flags = foldCase ? "i" : "";
  if (context === "secret") {
    const near = (width: 1 | 2): Matcher => {
      const keyword = width === 1 ? quote(literal) : Array.from(literal).map(quote).join("\\0");
      return (text) =>
        starts(keyword, flags)(text).filter((at) => isSecretNear(text, at + width * literal.length, width));
    };
    const words = [literal.toLowerCase(), literal.charAt(0).toUpperCase() + literal.slice(1), literal.toUpperCase()];
    return encoded ? [near(1), near(2), ...words.flatMap((word) => base64Matchers(word, 40))] : [near(1)];
  }
  const one = CLASSES[context.follow];
  const stop = context.follow === "base32" ? "[A-Z0-9]" : "[^\\0-\\xff]";
  const touching = context.follow === "base32" ? "|(?=[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/]))(?![A-Z0-9]{40})" : "";
  const plain = starts(`${quote(literal)}(?:(?:=\\r?\\n)?${one}){${context.count}}(?:(?!${stop})${touching})`, flags);
  if (!encoded) return [plain];
  const bytes = Array.from(literal);
  const wide = starts(`${bytes.map(quote).join("\\0")}(?:\\0${one}){${context.count}}(?!\\0${stop})`, flags);
  const hex = bytes.map((byte) => byte.charCodeAt(0).toString(16));
  return [
    plain,
    wide,
    starts(`${hex.join("")}[0-9A-Fa-f]{${2 * context.count}}`, "i"),
    starts(hex.map((digits) => `\\\\x${digits}`).join(""), "i"),
    starts(hex.map((digits) => `\\\\u00${digits}`).join(""), "i"),
    starts(hex.map((digits) => `%${digits}`).join(""), "i"),
    starts(bytes.map((byte) => `&#${byte.charCodeAt(0)};`).join(""), "i"),
    starts(hex.map((digits) => `&#x${digits};`).join(""), "i"),
    ...['"', "'", "`"].map((mark) => starts(quote(literal + mark), "")),
    ...(encoded === "twice" ? twiceEncodedMatchers(literal, hex.join("")) : []),
    ...base64TextMatchers(literal),
    ...base64TextMatchers(
      Array.from(literal)
        .map((byte) => `${byte}\0`)
        .join(""),
    ),
  ];
}

/** Base64 of base64, of hexadecimal; hexadecimal of base64: all on one line. */
function twiceEncodedMatchers(literal: string, hex: string): Matcher[] {
  const inner = [0, 1, 2].map((before) => constantBase64(literal, before).trim());
  const outer = [...inner, hex, hex.toUpperCase()].flatMap((text) =>
    [0, 1, 2].map((before) => starts(`${quote(constantBase64(text, before).trim())}${CLASSES.base64}{16}`, "")),
  );
  return [
    ...outer,
    ...inner.map((text) => starts(`${Buffer.from(text, "latin1").toString("hex")}[0-9A-Fa-f]{32}`, "i")),
  ];
}

function gzipMatchers(): Matcher[] {
  const sixteen = Array.from({ length: 16 }, () => CLASSES.base64);
  return [wrapped("H4sI", sixteen), ...base64TextMatchers("H4sI"), starts("1f8b08[0-9A-Fa-f]{32}", "i")];
}

function base64Matchers(literal: string, follow: number): Matcher[] {
  const behind = Array.from({ length: follow }, () => CLASSES.base64);
  return [0, 1, 2].map((before) => wrapped(constantBase64(literal, before).trim(), behind));
}

/** The same where text must follow. */
function base64TextMatchers(literal: string): Matcher[] {
  return [0, 1, 2].map((before) => {
    const constant = constantBase64(literal, before);
    return wrapped(constant.trim(), charactersOfText(constant.length));
  });
}

/** What bytes of text are, in ASCII or in UTF-16. */
const TEXT = [0, 9, 10, 13, ...Array.from({ length: 95 }, (_, i) => 32 + i)];
/** By place among four, each character of base64 that some text has there. */
const OF_TEXT = [0, 1, 2].map((place) => {
  const pairs = TEXT.flatMap((a) => TEXT.map((b) => Buffer.from([a, b, a]).toString("base64").charAt(place)));
  return `[${[...new Set(pairs)].join("")}]`;
});

/** A class for each of sixteen characters of base64 of text, of which the first stands at `at`. */
function charactersOfText(at: number): string[] {
  return Array.from({ length: 16 }, (_, i) => OF_TEXT[(at + i) % 4] ?? CLASSES.base64);
}

/**
 * Encodes the literal amid every kind of neighbour, and keeps the characters that come out the same each time, in their places: what is
 * before them is blank.
 */
function constantBase64(literal: string, before: number): string {
  const encodings = ["\0", "U", "\xaa", "\xff"].map((around) =>
    Buffer.from(around.repeat(before) + literal + around.repeat(3), "latin1").toString("base64"),
  );
  return Array.from(encodings[0] ?? "")
    .map((character, i) => (encodings.every((text) => text[i] === character) && character !== "=" ? character : " "))
    .join("")
    .trimEnd();
}

/** @param behind a class for each character that must come behind the literal */
function wrapped(literal: string, behind: readonly string[]): Matcher {
  return starts([...Array.from(literal).map(quote), ...behind].join(BREAK), "");
}

function starts(pattern: string, flags: string): Matcher {
  const expression = new RegExp(`(?=${pattern})`, `g${flags}`);
  return (text) => [...text.matchAll(expression)].map((match) => match.index);
}

function quote(text: string): string {
  return text.replace(/[^A-Za-z0-9_]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** `start` is where the keyword ends; a wide keyword's last zero byte is before it. */
function isSecretNear(text: string, start: number, width: 1 | 2): boolean {
  if (width === 2 && text[start - 1] !== "\0") return false;
  const characters = width === 1 ? text.slice(start) : narrow(text, start);
  const name = /^[A-Za-z0-9+/]*/.exec(characters)?.[0].length ?? 0;
  const runs = (pattern: RegExp): RegExpExecArray[] =>
    [...characters.slice(name).matchAll(pattern)].filter((run) => run.index + name < 256);
  const isPadded = (index: number): boolean => [index, index + 1].every((i) => text[start + i * width] === "=");
  return (
    runs(/[A-Za-z0-9+/]+/g).some(
      ([run], i, all) =>
        (run.length === 40 && !/^[0-9A-Fa-f]+$/.test(run)) ||
        (run.length === 54 && isPadded((all[i]?.index ?? 0) + name + 54)),
    ) ||
    runs(/(?:[A-Za-z0-9+/]|%(?![89A-Fa-f])|\\(?!x[89A-Fa-f]))+/g).some(([run]) => {
      const unpadded = run.replace(/(?:%3[Dd])+$/, "");
      if (run.length < 41 || run.length > 120) return false;
      return /[%\\]/.test(unpadded) || (unpadded !== run && [40, 54].includes(unpadded.length));
    })
  );
}

/** Every second byte; what has no zero beside it becomes a byte that belongs to no class. */
function narrow(text: string, start: number): string {
  let characters = "";
  for (let at = start; at < text.length; at += 2)
    characters += text[at + 1] === "\0" || at + 1 >= text.length ? text[at] : "\0";
  return characters;
}
