const counts = new Uint32Array(256);

/** Shannon entropy of a text of Latin-1, in bits a character. */
export function entropy(text: string): number {
  counts.fill(0);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) & 0xff;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/**
 * What no secret of AWS looks like, whatever it is called: a hash in hexadecimal, hardly any variety, or words: no digit, 14 changes of
 * character class at most (random ones: 25 are expected), most letters beside one of
 * their own case, and such letters side by side as words have. Of random ones fewer than one in ten million are refused by this.
 */
export function notASecret(value: string): boolean {
  if (/^(?:[0-9a-f]+|[0-9A-F]+)$/.test(value) || entropy(value) < 3) return true;
  return !/\d/.test(value) && classChanges(value) <= 14 && LEAST_OF_WORDS <= lettersSideBySide(value) && isWordy(value);
}

/** How many letters of words have one of the same case behind them; random ones that change class as seldom have some twelve of either. */
const LEAST_OF_WORDS = 20;

/** How many letters are followed by one of their own case: of that case of which there are more. */
function lettersSideBySide(value: string): number {
  const count = (pattern: RegExp): number => value.match(pattern)?.length ?? 0;
  return Math.max(count(/[a-z](?=[a-z])/g), count(/[A-Z](?=[A-Z])/g));
}

/**
 * Whether 40 or more characters of base64 look drawn at random, and not like a path or an identifier. Enough changes between upper case,
 * lower case, digits and signs say so (expected 25.2, deviation 3.0), together with enough different characters (29.9, deviation 2.2): that
 * holds for all random ones but 45 in a million. Of those, letters side by side that words do not have say it: so
 * fewer than one in a million are refused. No word, path or identifier of 40 characters in /usr and node_modules (971 of so few changes)
 * passes for one by that.
 */
export function looksRandom(value: string): boolean {
  if (!/[A-Z]/.test(value) || !/[a-z]/.test(value)) return false;
  const changes = classChanges(value);
  const different = new Set(value).size;
  if (changes >= 13 && (changes >= 18 || different >= 22)) return true;
  return changes >= 6 && different >= 18 && !isWordy(value);
}

/**
 * What follows each letter in words: the pairs that make up nine tenths of those in 48,000 words of JavaScript's and C's libraries, their
 * documentation and Python's.
 */
const IN_WORDS: Readonly<Record<string, string>> = {
  a: "bcdefgiklmnprstuvxy",
  b: "aceilorsu",
  c: "acehiklmoprstu",
  d: "abcdefilorsu",
  e: "abcdefgilmnopqrstvwxy",
  f: "acdefilnorstu",
  g: "aehilnorsu",
  h: "aeiort",
  i: "abcdefglmnoprstvz",
  j: "aeou",
  k: "aeios",
  l: "acdeilopstuy",
  m: "abceilmopstu",
  n: "acdefgiklnopstuv",
  o: "abcdfgiklmnoprstuvw",
  p: "acefhiloprstuy",
  q: "u",
  r: "acdefgiklmnoprstuvy",
  s: "acdehiklmoprstuy",
  t: "acefhilmoprstuy",
  u: "abcefilmnprst",
  v: "aei",
  w: "aeis",
  x: "eipt",
  y: "ps",
  z: "e",
};

/** Of words nine in ten are; of letters at random four in ten, of any 40 characters that change class seldom at most 65 in a hundred. */
const WORDY = 0.7;
/** Fewer pairs tell nothing. */
const LEAST_PAIRS = 12;

/** Whether letters stand side by side as they do in words, or too few do to tell. */
function isWordy(value: string): boolean {
  const text = value.toLowerCase();
  let pairs = 0;
  let inWords = 0;
  for (let i = 1; i < text.length; i++) {
    const followers = IN_WORDS[text[i - 1] ?? ""];
    const letter = text[i] ?? "";
    if (followers === undefined || letter < "a" || letter > "z") continue;
    pairs++;
    if (followers.includes(letter)) inWords++;
  }
  return pairs < LEAST_PAIRS || inWords >= WORDY * pairs;
}

/** Secrets have one slash in 64 characters: five of them in one are seldom (4 in 10,000), and the rule in a path. */
const MOST_SLASHES = 4;
/** In words and camel case two lower case letters stand side by side 19 times or more in 40 characters; in random ones 6 times, deviation 2.9. */
const MOST_LETTERS_SIDE_BY_SIDE = 18;
const MOST_IN_A_PATH = 14;

/**
 * Whether a part of a path could be a secret, and is no hash, no folders with a file, no long word in camel case. Three secrets
 * in a thousand are refused, nearly all of them for their slashes; of a million paths of a Linux system none was taken for one.
 */
export function looksLikeSecret(value: string): boolean {
  // By hand: a name of words is asked at each fourth of its characters.
  let slashes = 0;
  let sideBySide = 0;
  let wasLetter = false;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    const isLetter = code >= 97 && code <= 122;
    if (isLetter && wasLetter) sideBySide++;
    if (code === SLASH) slashes++;
    wasLetter = isLetter;
  }
  if (slashes > MOST_SLASHES || sideBySide > (slashes > 0 ? MOST_IN_A_PATH : MOST_LETTERS_SIDE_BY_SIDE)) return false;
  return looksRandom(value) && !notASecret(value);
}

const SLASH = 0x2f;

function classChanges(value: string): number {
  let changes = 0;
  for (let i = 1; i < value.length; i++) if (characterClass(value, i) !== characterClass(value, i - 1)) changes++;
  return changes;
}

function characterClass(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (code >= 97) return 0;
  if (code >= 65) return 1;
  return code >= 48 && code < 58 ? 2 : 3;
}
