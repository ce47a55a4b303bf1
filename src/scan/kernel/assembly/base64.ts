/**
 * Whether a character of base64 may be the one at `place` (0 to 3) of its four where these encode text, of ASCII or of UTF-16. The first holds six
 * bits of a byte, the second the upper half of the next, the third the two highest bits of the last, the fourth nothing that tells.
 */
export function mayEncodeText(character: u8, place: u32): bool {
  const value = valueOf(character);
  // Zero; tab and line feed; carriage return; from the space on.
  if (place == 0) return value == 0 || value == 2 || value == 3 || (value >= 8 && value < 32);
  if (place == 1) return (value & 15) != 1 && (value & 15) < 8;
  return place == 3 || (value & 3) < 2;
}

/** The six bits that a character of base64 stands for, of either alphabet. */
function valueOf(character: u8): u32 {
  if (character == 0x5f) return 63;
  if (character >= 0x61) return character - 0x61 + 26;
  if (character >= 0x41 && character <= 0x5a) return character - 0x41;
  if (character >= 0x30 && character <= 0x39) return character - 0x30 + 52;
  return character == 0x2f ? 63 : 62;
}
