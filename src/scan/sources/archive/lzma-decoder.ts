/** Probabilities count in units of 1/2048. */
const PROBABILITY_BITS = 11;
const HALF = 1 << (PROBABILITY_BITS - 1);
const MOVE_BITS = 5;
const TOP = 2 ** 24;

/** Where each kind of decision keeps its probabilities, in one array. */
const STATES = 12;
const POSITION_STATES = 16;
const IS_MATCH = 0;
const IS_REPEAT = IS_MATCH + STATES * POSITION_STATES;
const IS_REPEAT_0 = IS_REPEAT + STATES;
const IS_REPEAT_1 = IS_REPEAT_0 + STATES;
const IS_REPEAT_2 = IS_REPEAT_1 + STATES;
const IS_LONG_REPEAT_0 = IS_REPEAT_2 + STATES;
const DISTANCE_SLOT = IS_LONG_REPEAT_0 + STATES * POSITION_STATES;
const DISTANCE_SPECIAL = DISTANCE_SLOT + 4 * 64;
const DISTANCE_ALIGN = DISTANCE_SPECIAL + 128;
const LENGTH_OF_MATCH = DISTANCE_ALIGN + 16;
const LENGTH_LOW = 2;
const LENGTH_MIDDLE = LENGTH_LOW + POSITION_STATES * 8;
const LENGTH_HIGH = LENGTH_MIDDLE + POSITION_STATES * 8;
const LENGTH_SIZE = LENGTH_HIGH + 256;
const LENGTH_OF_REPEAT = LENGTH_OF_MATCH + LENGTH_SIZE;
const LITERAL = LENGTH_OF_REPEAT + LENGTH_SIZE;
const LITERAL_SIZE = 0x300;
/** LZMA2 allows no more than four literal bits (context and position together). */
const PROBABILITIES = LITERAL + (LITERAL_SIZE << 4);

/**
 * LZMA: matches against what came before, entropy-coded by a range coder over adaptive probabilities.
 * @see https://github.com/jljusten/LZMA-SDK/blob/master/DOC/lzma-specification.txt
 */
export class LzmaDecoder {
  readonly #probabilities = new Uint16Array(PROBABILITIES).fill(HALF);
  #literalContextBits = 0;
  #literalPositionMask = 0;
  #positionMask = 0;
  /** What the last symbols were: 0 to 6 after a literal. */
  #state = 0;
  /** The last four distances, less one. */
  #distance0 = 0;
  #distance1 = 0;
  #distance2 = 0;
  #distance3 = 0;
  /** The range coder. */
  #range = 0;
  #code = 0;
  #input: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** Sets what a properties byte says; false when LZMA2 does not allow it. */
  setProperties(byte: number): boolean {
    const contextBits = byte % 9;
    const rest = Math.floor(byte / 9);
    const literalPositionBits = rest % 5;
    const positionBits = Math.floor(rest / 5);
    if (positionBits > 4 || contextBits + literalPositionBits > 4) return false;
    this.#literalContextBits = contextBits;
    this.#literalPositionMask = (1 << literalPositionBits) - 1;
    this.#positionMask = (1 << positionBits) - 1;
    return true;
  }

  reset(): void {
    this.#probabilities.fill(HALF);
    this.#state = 0;
    this.#distance0 = this.#distance1 = this.#distance2 = this.#distance3 = 0;
  }

  /**
   * Decodes one chunk into `window[from, to)`.
   * @param reach how many bytes before `from` may be referred to
   * @param position how many bytes came since the dictionary was reset
   * @returns where it came to: `to`, or less when the chunk is not valid
   */
  decode(input: Uint8Array, window: Uint8Array, from: number, to: number, reach: number, position: number): number {
    if (!this.#begin(input)) return from;
    const lowest = from - reach;
    const shift = position - from;
    let at = from;
    while (at < to) {
      const positionState = (at + shift) & this.#positionMask;
      if (this.#bit(IS_MATCH + this.#state * POSITION_STATES + positionState) === 0) {
        const previous = at > lowest ? (window[at - 1] ?? 0) : 0;
        const base = this.#literalBase(at + shift, previous);
        const state = this.#state;
        if (state < 7) {
          window[at] = this.#literal(base);
        } else {
          const source = at - this.#distance0 - 1;
          if (source < lowest) return at;
          window[at] = this.#literalAfterMatch(base, window[source] ?? 0);
        }
        at++;
        this.#state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
        continue;
      }
      const length = this.#match(positionState);
      const source = at - this.#distance0 - 1;
      if (source < lowest || at + length > to) return at;
      if (source + length <= at && length > 32) window.copyWithin(at, source, source + length);
      else for (let i = 0; i < length; i++) window[at + i] = window[source + i] ?? 0;
      at += length;
    }
    this.#normalize();
    return this.#code === 0 && this.#at === input.length ? to : to - 1;
  }

  /** Where the probabilities of a literal are, by what came before it. */
  #literalBase(position: number, previous: number): number {
    const bits = this.#literalContextBits;
    const context = ((position & this.#literalPositionMask) << bits) + (previous >>> (8 - bits));
    return LITERAL + LITERAL_SIZE * context;
  }

  #literal(base: number): number {
    let symbol = 1;
    while (symbol < 0x100) symbol = (symbol << 1) | this.#bit(base + symbol);
    return symbol & 0xff;
  }

  /** A literal behind a match is decoded with the byte that a longer match would have given. */
  #literalAfterMatch(base: number, expected: number): number {
    let symbol = 1;
    let match = expected;
    do {
      const matchBit = (match >>> 7) & 1;
      match <<= 1;
      const bit = this.#bit(base + ((1 + matchBit) << 8) + symbol);
      symbol = (symbol << 1) | bit;
      if (bit !== matchBit) break;
    } while (symbol < 0x100);
    while (symbol < 0x100) symbol = (symbol << 1) | this.#bit(base + symbol);
    return symbol & 0xff;
  }

  /** Reads a match: sets its distance, returns its length. */
  #match(positionState: number): number {
    const state = this.#state;
    if (this.#bit(IS_REPEAT + state) === 0) {
      this.#distance3 = this.#distance2;
      this.#distance2 = this.#distance1;
      this.#distance1 = this.#distance0;
      const length = this.#length(LENGTH_OF_MATCH, positionState);
      this.#distance0 = this.#distance(length);
      this.#state = state < 7 ? 7 : 10;
      return length;
    }
    if (this.#bit(IS_REPEAT_0 + state) === 1) {
      this.#chooseRepeat(state);
    } else if (this.#bit(IS_LONG_REPEAT_0 + state * POSITION_STATES + positionState) === 0) {
      this.#state = state < 7 ? 9 : 11;
      return 1;
    }
    this.#state = state < 7 ? 8 : 11;
    return this.#length(LENGTH_OF_REPEAT, positionState);
  }

  /** Moves one of the last distances but the very last to the front. */
  #chooseRepeat(state: number): void {
    let chosen = this.#distance1;
    if (this.#bit(IS_REPEAT_1 + state) === 1) {
      chosen = this.#distance2;
      if (this.#bit(IS_REPEAT_2 + state) === 1) {
        chosen = this.#distance3;
        this.#distance3 = this.#distance2;
      }
      this.#distance2 = this.#distance1;
    }
    this.#distance1 = this.#distance0;
    this.#distance0 = chosen;
  }

  #begin(input: Uint8Array): boolean {
    if (input[0] !== 0 || input.length < 5) return false;
    this.#input = input;
    this.#at = 5;
    this.#range = 0xffffffff;
    this.#code = (((input[1] ?? 0) << 24) | ((input[2] ?? 0) << 16) | ((input[3] ?? 0) << 8) | (input[4] ?? 0)) >>> 0;
    return true;
  }

  #normalize(): void {
    if (this.#range < TOP) {
      this.#range = (this.#range << 8) >>> 0;
      this.#code = ((this.#code << 8) | (this.#input[this.#at++] ?? 0)) >>> 0;
    }
  }

  #bit(index: number): 0 | 1 {
    this.#normalize();
    const probability = this.#probabilities[index] ?? 0;
    const bound = (this.#range >>> PROBABILITY_BITS) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      this.#probabilities[index] = probability + (((1 << PROBABILITY_BITS) - probability) >>> MOVE_BITS);
      return 0;
    }
    this.#range -= bound;
    this.#code -= bound;
    this.#probabilities[index] = probability - (probability >>> MOVE_BITS);
    return 1;
  }

  /** Bits that are as likely one as zero. */
  #direct(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.#normalize();
      this.#range >>>= 1;
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit === 1) this.#code -= this.#range;
      value = ((value << 1) | bit) >>> 0;
    }
    return value;
  }

  /** A number of `count` bits, the highest first. */
  #tree(base: number, count: number): number {
    let symbol = 1;
    for (let i = 0; i < count; i++) symbol = (symbol << 1) | this.#bit(base + symbol);
    return symbol - (1 << count);
  }

  /** A number of `count` bits, the lowest first. */
  #reverseTree(base: number, count: number): number {
    let symbol = 1;
    let value = 0;
    for (let i = 0; i < count; i++) {
      const bit = this.#bit(base + symbol);
      symbol = (symbol << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  #length(base: number, positionState: number): number {
    if (this.#bit(base) === 0) return 2 + this.#tree(base + LENGTH_LOW + positionState * 8, 3);
    if (this.#bit(base + 1) === 0) return 10 + this.#tree(base + LENGTH_MIDDLE + positionState * 8, 3);
    return 18 + this.#tree(base + LENGTH_HIGH, 8);
  }

  #distance(length: number): number {
    const slot = this.#tree(DISTANCE_SLOT + Math.min(length - 2, 3) * 64, 6);
    if (slot < 4) return slot;
    const directBits = (slot >>> 1) - 1;
    const high = ((2 | (slot & 1)) << directBits) >>> 0;
    if (slot < 14) return high + this.#reverseTree(DISTANCE_SPECIAL + high - slot, directBits);
    return high + this.#direct(directBits - 4) * 16 + this.#reverseTree(DISTANCE_ALIGN, 4);
  }
}
