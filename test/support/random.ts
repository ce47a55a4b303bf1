/** Deterministic randomness for tests: the same seed gives the same sequence on every machine. */
export interface Random {
  /** A whole number, from 0 to `bound - 1`. */
  below(bound: number): number;
  /** True about once in `n` times. */
  oneIn(n: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** `length` characters, each drawn alike from `alphabet`. */
  text(alphabet: string, length: number): string;
  bytes(length: number): Uint8Array;
}

export const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
export const DIGITS = "0123456789";
export const HEX = "0123456789abcdef";
export const LOWER = "abcdefghijklmnopqrstuvwxyz";
export const BASE62 = `${LOWER.toUpperCase()}${LOWER}${DIGITS}`;
export const BASE64 = `${BASE62}+/`;

/** sfc32, seeded by mixing `seed` through its warm-up; good enough for tests, never for keys. */
export function randomFrom(seed: number): Random {
  let a = 0x9e37_79b9;
  let b = 0x243f_6a88;
  let c = seed | 0;
  let counter = 1;

  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  }
  for (let round = 0; round < 15; round++) next();

  function below(bound: number): number {
    return Math.floor(next() * bound);
  }

  return {
    below,
    oneIn: (n) => below(n) === 0,
    pick(choices) {
      const choice = choices[below(choices.length)];
      if (choice === undefined) throw new RangeError("nothing to pick from");
      return choice;
    },
    text(alphabet, length) {
      let text = "";
      for (let i = 0; i < length; i++) text += alphabet.charAt(below(alphabet.length));
      return text;
    },
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  };
}
