import { GitDataError } from "../../objects/object-error.ts";
import { type Allowance, BeyondAllowance } from "./allowance.ts";
import { type Block, type BlockArea, readBlock } from "./block.ts";

/** What a table's end says of where things are: positions in bytes, 0 for what there is none of. */
export interface Footer {
  /** Where it begins itself. */
  readonly start: number;
  readonly refIndex: number;
  readonly logs: number;
  readonly logIndex: number;
}

const INDEX_TYPE = 0x69;

/** Where blocks begin, by the table's own indexes: so that reading goes on behind a block that is damaged. They are read when they are asked for. */
export class BlockStarts {
  readonly #area: BlockArea;
  readonly #footer: Footer | null;
  readonly #allowance: Allowance;
  #starts: readonly number[] | null = null;
  /** How many of them lie behind what was asked for last. */
  #passed = 0;

  /** @param footer null when it is damaged: then nothing is known */
  constructor(area: BlockArea, footer: Footer | null, allowance: Allowance) {
    this.#area = area;
    this.#footer = footer;
    this.#allowance = allowance;
  }

  /** The first start past a position, or the end. @param at no less than the last time. @throws BeyondAllowance */
  after(at: number): number {
    this.#starts ??= this.#read();
    for (; ; this.#passed++) {
      const start = this.#starts[this.#passed] ?? this.#area.end;
      if (start > at) return start;
    }
  }

  #read(): number[] {
    if (this.#footer === null) return [];
    const { refIndex, logs, logIndex } = this.#footer;
    const starts = new Set([logs]);
    for (const index of [refIndex, logIndex]) if (index > 0) this.#follow(index, starts);
    return [...starts].filter((start) => start < this.#area.end).sort((a, b) => a - b);
  }

  /** Adds where an index leads. Each leads back only, to other indexes or to what is looked for. */
  #follow(index: number, starts: Set<number>): void {
    const open: number[] = [];
    // The topmost may be several blocks.
    for (let block = this.#index(index), at = index; block !== null; block = this.#index(at)) {
      open.push(at);
      at = block.next;
    }
    const met = new Set(open);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const block = this.#index(at);
      if (block === null) starts.add(at);
      else {
        for (const position of this.#positions(block)) {
          if (position >= at || met.has(position)) continue;
          met.add(position);
          open.push(position);
        }
      }
    }
  }

  /** What an index's block names, as far as it can be read. */
  *#positions({ records }: Block): Generator<number> {
    while (!records.isAtEnd) {
      const position = this.#readable(() => {
        records.nextKey();
        return records.varint();
      });
      if (position === null) return;
      this.#allowance.takeEffort();
      yield position;
    }
  }

  /** The block of an index at a position; null when there is none. */
  #index(at: number): Block | null {
    const { bytes, end } = this.#area;
    if (at <= 0 || at >= end || bytes[at] !== INDEX_TYPE) return null;
    return this.#readable(() => readBlock(this.#area, at, this.#allowance));
  }

  /** Null where it is damaged: that was told where something was missed. */
  #readable<T>(read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof GitDataError) || error instanceof BeyondAllowance) throw error;
      this.#allowance.takeEffort();
      return null;
    }
  }
}
