import { inspect } from "node:util";

const MASK = "[secret]";

/**
 * A value that must not show up anywhere by accident. Every implicit conversion gives `[secret]`;
 * only {@link Secret.reveal} gives the value, so a search for `reveal(` finds each place where one is used.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Call it only where the value is handed to its consumer. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
