// Where things lie in the anchor table. Plain constants without type names, so that both compilers read this file:
// AssemblyScript for the kernel, TypeScript for the compiler of the table (../anchors.ts).

// The filter: for each of the first four bytes of a literal, which buckets admit its low nibble, then its high nibble.
export const FILTER = 0;
export const FILTER_WIDTH = 4;

// One byte of class bits for each byte value.
export const CLASSES = 128;
export const BASE32 = 1; // A-Z2-7
export const BASE64 = 2; // A-Za-z0-9+/-_
export const DIGIT = 4; // 0-9
export const HEX = 8; // 0-9A-Fa-f
export const LOWER = 16; // a-z0-9
export const UPPER = 32; // A-Z0-9
export const SECRET = 64; // A-Za-z0-9+/
export const ESCAPE = 128; // % and backslash: what begins an escape inside a secret

// One bit for each hash of four bytes with which a literal may begin, whole or cut by a line break.
export const STARTS = 384;
export const START_BITS = 14;

// The first record for each hash of the first four bytes (u16); the next slot's first record ends its own.
export const SLOTS = 2432;
export const SLOT_BITS = 8;

// The records, one for each literal.
export const RECORDS = 2948;
export const RECORD_SIZE = 12;
export const KEY = 0; // u32: the first four bytes, each with bit 5 set
export const TEXT = 4; // u16: where the literal's bytes are, from the start of the table
export const LENGTH = 6; // u8
export const FLAGS = 7; // u8
export const FOLLOW = 8; // u8: class of what must follow
export const COUNT = 9; // u8: how many of it
export const STOP = 10; // u8: class of what must not come after that
export const PLACE = 11; // u8: where in its four characters of base64 the first one that follows is, if they must encode text; else NO_PLACE
export const NO_PLACE = 4;

export const FOLD_CASE = 1; // the literal is in lower case and matches either
export const WRAPPED = 2; // line breaks may cut the literal and what follows
export const WIDE = 4; // UTF-16: every other byte is zero
export const NEAR_SECRET = 8; // a secret must be near instead of `count` bytes of `follow`

// A secret has to begin within so many characters of its keyword.
export const NEAR_REACH = 256;
export const SECRET_LENGTH = 40;
// Base64 of a secret, without its two `=`.
export const ENCODED_SECRET_LENGTH = 54;
// A secret some of whose characters are escaped (%2F, \/, \u002b).
export const ESCAPED_SECRET_LENGTH = 120;

// How many blanks may indent a line of wrapped base64.
export const INDENT = 64;
