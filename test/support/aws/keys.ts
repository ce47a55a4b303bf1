/*
 * The access keys of a test's AWS as IAM has them: spread to its regions after a while, listed a little late, their use told of in grains.
 */

/** How long IAM's changes take to be seen everywhere, in milliseconds; nothing, until a test says otherwise. */
export interface Spreading {
  /** A new key is refused everywhere for so long… */
  newKeyMs: number;
  /** …or in this region. */
  readonly newKeyIn: Map<string, number>;
  /** Then every second call with it is refused, for so long. */
  unsteadyMs: number;
  /** A key that was made inactive, or active again, is taken for what it was. */
  statusMs: number;
  /** `ListAccessKeys` tells of what was so long ago. */
  listMs: number;
}

export interface Use {
  readonly at: number;
  readonly service: string;
  readonly region: string;
}

const GRAIN_MS = 15 * 60_000;

export class Key {
  readonly id: string;
  readonly account: string;
  readonly userName: string;
  /** In milliseconds since 1970; a test may set it back. */
  createdAt: number;
  /** In order; two are at least 15 minutes apart, as IAM keeps only the first use of each quarter of an hour. */
  readonly uses: Use[] = [];
  /** When it was really made, whatever a test says of its age. */
  readonly #issuedAt: number;
  readonly #statuses: { readonly at: number; readonly active: boolean }[];
  #unsteadyCalls = 0;

  constructor(id: string, account: string, userName: string, now: number) {
    this.id = id;
    this.account = account;
    this.userName = userName;
    this.createdAt = now;
    this.#issuedAt = now;
    this.#statuses = [{ at: Number.NEGATIVE_INFINITY, active: true }];
  }

  /** Whether it is, as IAM keeps it. */
  get active(): boolean {
    return this.#statuses.at(-1)?.active ?? false;
  }

  set(active: boolean, now: number): void {
    this.#statuses.push({ at: now, active });
  }

  /** Whether a region takes it now; asking is calling. */
  isAccepted(region: string, now: number, spreading: Spreading): boolean {
    const steadyFrom = this.#issuedAt + (spreading.newKeyIn.get(region) ?? spreading.newKeyMs);
    if (now < steadyFrom) return false;
    if (now < steadyFrom + spreading.unsteadyMs && this.#unsteadyCalls++ % 2 === 1) return false;
    return this.#statuses.findLast(({ at }) => at <= now - spreading.statusMs)?.active ?? false;
  }

  /** Keeps a use as IAM does. */
  noteUse(use: Use): void {
    const last = this.uses.at(-1);
    if (last === undefined || use.at - last.at >= GRAIN_MS) this.uses.push(use);
  }

  /** The last use that IAM tells of by now. */
  lastUse(now: number, lagMs: number): Use | null {
    return this.uses.findLast(({ at }) => at <= now - lagMs) ?? null;
  }
}

/** A key as a list has it. */
export interface ListedKey {
  readonly id: string;
  readonly active: boolean;
  readonly createdAt: number;
}

/** All keys of a test's accounts, and what lists of them said at each time. */
export class Keys {
  readonly #keys = new Map<string, Key>();
  readonly #lists = new Map<
    string,
    { readonly at: number; readonly keys: readonly Key[]; readonly active: ReadonlySet<Key> }[]
  >();

  get(id: string): Key | undefined {
    return this.#keys.get(id);
  }

  of(account: string, userName: string): Key[] {
    return [...this.#keys.values()].filter((key) => key.account === account && key.userName === userName);
  }

  add(key: Key, now: number): void {
    this.#keys.set(key.id, key);
    this.#noteList(key, now);
  }

  set(id: string, active: boolean, now: number): void {
    const key = this.#keys.get(id);
    if (key === undefined) return;
    key.set(active, now);
    this.#noteList(key, now);
  }

  delete(id: string, now: number): void {
    const key = this.#keys.get(id);
    if (key === undefined) return;
    this.#keys.delete(id);
    this.#noteList(key, now);
  }

  /** What a list said at a time. */
  listedAt(account: string, userName: string, at: number): ListedKey[] {
    const list = this.#lists.get(`${account}/${userName}`)?.findLast((earlier) => earlier.at <= at);
    return (list?.keys ?? []).map((key) => ({
      id: key.id,
      active: list?.active.has(key) ?? false,
      createdAt: key.createdAt,
    }));
  }

  #noteList({ account, userName }: Key, at: number): void {
    const keys = this.of(account, userName);
    const lists = this.#lists.get(`${account}/${userName}`) ?? [];
    lists.push({ at, keys, active: new Set(keys.filter(({ active }) => active)) });
    this.#lists.set(`${account}/${userName}`, lists);
  }
}
