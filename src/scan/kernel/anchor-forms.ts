/** An anchor as a rule states it: a literal, and what makes it worth a look. */
export interface Anchor {
  readonly literal: string;
  readonly foldCase: boolean;
  /** Also in base64, hexadecimal, UTF-16 and escapes; `twice`: in two of the first two, one in the other. */
  readonly encoded: boolean | "twice";
  /** What must come after the literal; `"secret"`: something shaped like a secret access key must be near. */
  readonly context: Following | "secret";
}

/** The bytes that must follow a literal: `count` of the class. */
export interface Following {
  readonly follow: FollowClass;
  readonly count: number;
}

export type FollowClass = "base32" | "base64" | "digit" | "hex" | "lower";

/** One way in which an anchor may be written: what the kernel compares. */
export interface AnchorForm {
  /** One character a byte (Latin-1); lower case when `foldCase`. */
  readonly text: string;
  readonly foldCase: boolean;
  /** Line breaks may cut it, as they do wrapped base64. */
  readonly wrapped: boolean;
  /** UTF-16: `text` has its zero bytes between the characters; the context has them too. */
  readonly wide: boolean;
  readonly context: Following | "secret" | null;
  /** Bytes that must not come after the context: only what is certainly another kind of word. */
  readonly stop: "upper" | null;
  /**
   * Where in its four characters of base64 the first one that follows is (0 to 3), if those that follow must encode text; else null. By chance
   * random base64 has a literal of four characters in every 16 million, and text behind it in one case of 10,000.
   */
  readonly place: number | null;
}

/** How much base64 must follow the base64 of a literal: all of these are followed by more than they need for it. */
const BASE64_OF_ID: Following = { follow: "base64", count: 16 };
const HEX_OF_ID: Following = { follow: "hex", count: 32 };
const BASE64_OF_SECRET: Following = { follow: "base64", count: 40 };

/** The header of a gzip stream, in base64 and in hexadecimal: what it holds may be a credential, so it has to be looked at. */
const GZIP_IN_BASE64 = "H4sI";
const GZIP_IN_HEXADECIMAL = "1f8b08";

/** Every form in which these anchors are looked for, and gzip: in base64, once or twice (Helm stores its releases so), and in hexadecimal. */
export function anchorForms(anchors: readonly Anchor[]): readonly AnchorForm[] {
  const gzip = [
    wrapped(GZIP_IN_BASE64, BASE64_OF_ID),
    ...base64FormsInText(GZIP_IN_BASE64),
    { ...escaped(GZIP_IN_HEXADECIMAL), context: HEX_OF_ID },
  ];
  const forms = [...anchors.flatMap(formsOf), ...gzip];
  return [...new Map(forms.map((form) => [JSON.stringify(form), form])).values()];
}

/**
 * What the search of a history looks for besides: the end of a zip, which may stand behind anything, and names that say what is packed, since
 * nothing else tells of brotli. A name is a tree's, and a NUL ends it.
 */
export const HISTORY_FORMS: readonly AnchorForm[] = [
  { ...escaped("PK\x05\x06"), foldCase: false },
  escaped(".br\0"),
  escaped(".tbr\0"),
];

function formsOf(anchor: Anchor): readonly AnchorForm[] {
  if (!anchor.encoded) return [plain(anchor)];
  const forms = [plain(anchor), wide(anchor)];
  if (anchor.context === "secret")
    return [...forms, ...spellings(anchor.literal).flatMap((word) => base64Forms(word, BASE64_OF_SECRET))];
  return [
    ...forms,
    ...base64FormsInText(anchor.literal),
    ...base64FormsInText(utf16(anchor.literal)),
    ...hexadecimalForms(anchor.literal, anchor.context.count),
    ...escapedForms(anchor.literal),
    ...(anchor.encoded === "twice" ? twiceEncodedForms(anchor.literal) : []),
    ...cutForms(anchor.literal),
  ];
}

function plain(anchor: Anchor): AnchorForm {
  const { literal, foldCase, context } = anchor;
  return {
    text: foldCase ? literal.toLowerCase() : literal,
    foldCase,
    wrapped: false,
    wide: false,
    context,
    stop: stopOf(context),
    place: null,
  };
}

/** Little- and big-endian differ only in where the first zero is, so the form begins and ends with a character. */
function wide(anchor: Anchor): AnchorForm {
  const form = plain(anchor);
  return { ...form, text: utf16(form.text).slice(0, -1), wide: true };
}

/** An id is exactly as long as it is: one more character of its kind makes it something else. */
function stopOf(context: Anchor["context"]): "upper" | null {
  return context !== "secret" && context.follow === "base32" ? "upper" : null;
}

/** What of the base64 of `literal` does not depend on what surrounds it, for each of its three alignments. */
function base64Forms(literal: string, context: Following): readonly AnchorForm[] {
  return [0, 1, 2].map((before) => wrapped(determinedBase64(literal, before), context));
}

/** The same for a literal that goes on as text: an id does, in whatever it is written. */
function base64FormsInText(literal: string): readonly AnchorForm[] {
  return [0, 1, 2].map((before) => ({
    ...wrapped(determinedBase64(literal, before), BASE64_OF_ID),
    place: endOfDetermined(literal, before) % 4,
  }));
}

function determinedBase64(literal: string, before: number): string {
  const text = Buffer.from("\0".repeat(before) + literal, "latin1").toString("base64");
  return text.slice(Math.ceil((before * 8) / 6), endOfDetermined(literal, before));
}

function endOfDetermined(literal: string, before: number): number {
  return Math.floor(((before + literal.length) * 8) / 6);
}

function wrapped(text: string, context: Following): AnchorForm {
  return { text, foldCase: false, wrapped: true, wide: false, context, stop: null, place: null };
}

/** In lower case also over lines, as `xxd -p` writes it. */
function hexadecimalForms(literal: string, followers: number): readonly AnchorForm[] {
  const text = hexDigits(literal).join("");
  const context = { follow: "hex", count: 2 * followers } as const;
  return [wrapped(text, context), { ...escaped(text), context }];
}

/**
 * Base64 of base64, base64 of hexadecimal, hexadecimal of base64; of the outer one nothing is wrapped. Whatever follows them will do: hexadecimal in
 * base64, twice, has them so often that it is mostly found by them, at an alignment that is none of theirs.
 */
function twiceEncodedForms(literal: string): readonly AnchorForm[] {
  const inner = base64Forms(literal, BASE64_OF_ID).map(({ text }) => text);
  const digits = hexDigits(literal).join("");
  return [
    ...[...inner, digits, digits.toUpperCase()].flatMap((text) => base64Forms(text, BASE64_OF_ID)).map(unwrapped),
    ...inner.map((text) => ({ ...escaped(hexDigits(text).join("")), context: HEX_OF_ID })),
  ];
}

function unwrapped(form: AnchorForm): AnchorForm {
  return { ...form, wrapped: false };
}

/** The beginning alone, in a string that goes on in the next one: `"…" + "…"`. */
function cutForms(literal: string): readonly AnchorForm[] {
  return ['"', "'", "`"].map((quote) => ({ ...escaped(literal + quote), foldCase: false }));
}

function escapedForms(literal: string): readonly AnchorForm[] {
  const hex = hexDigits(literal);
  const styles: readonly ((digits: string) => string)[] = [
    (digits) => `\\x${digits}`,
    (digits) => `\\u00${digits}`,
    (digits) => `%${digits}`,
    (digits) => `&#${Number.parseInt(digits, 16)};`,
    (digits) => `&#x${digits};`,
  ];
  return styles.map((style) => escaped(hex.map(style).join("")));
}

/** So long and so odd a literal needs no context. */
function escaped(text: string): AnchorForm {
  return { text, foldCase: true, wrapped: false, wide: false, context: null, stop: null, place: null };
}

function hexDigits(literal: string): readonly string[] {
  return Array.from(literal).map((character) => character.charCodeAt(0).toString(16).padStart(2, "0"));
}

function utf16(literal: string): string {
  return Buffer.from(literal, "utf16le").toString("latin1");
}

/** The ways in which a keyword is written in practice. */
function spellings(word: string): readonly string[] {
  return [word.toLowerCase(), word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase(), word.toUpperCase()];
}
