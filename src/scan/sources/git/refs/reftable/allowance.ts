import { GitDataError } from "../../objects/object-error.ts";

/** Some two million refs and entries of logs. */
const MOST_BYTES = 1 << 29;
/** What a record costs beyond the bytes that it comes to, as an object with a place in a map. */
const RECORD_BYTES = 128;
/** What a packed block, one that is damaged, and one that is looked for behind it cost beyond that: there may be millions that hold next to nothing. */
const EFFORT_BYTES = 2048;

/** That tables come to more than is read of a repository. What is thrown where one block is damaged is not this: with this, reading ends. */
export class BeyondAllowance extends GitDataError {}

/** How much the tables of a repository, or one that lies elsewhere, may come to. Names that share a start and packed logs are worth far more than they take up on the disk. */
export class Allowance {
  readonly #bytes: number;
  #left: number;

  /** @param bytes of names and of logs, with something for each record */
  constructor(bytes = MOST_BYTES) {
    this.#bytes = bytes;
    this.#left = bytes;
  }

  get isSpent(): boolean {
    return this.#left < 0;
  }

  /** @throws BeyondAllowance */
  take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left >= 0) return;
    const detail = `the tables of its refs come to more than ${this.#bytes} bytes: the rest of them is not read`;
    throw new BeyondAllowance(detail, "repository-damaged");
  }

  takeRecord(nameBytes: number): void {
    this.take(nameBytes + RECORD_BYTES);
  }

  /** For what costs more than the bytes that come of it. */
  takeEffort(): void {
    this.take(EFFORT_BYTES);
  }
}
