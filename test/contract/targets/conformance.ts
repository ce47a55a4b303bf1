import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { type AccessKeyId, accessKeyId } from "../../../src/model/access-key-id.ts";
import { KeysweepError, type Retry } from "../../../src/model/error.ts";
import { Secret } from "../../../src/model/secret.ts";
import type { TargetDescriptor, TargetWorld } from "../../../src/rotate/targets/descriptor.ts";
import type { HandedKey, Held, Target } from "../../../src/rotate/targets/target.ts";
import { type AccessKey, generateKeyId, generateSecret } from "../../support/material.ts";
import { randomFrom } from "../../support/random.ts";
import { testWorld, watchedWorld } from "../../support/targets/world.ts";

/*
 * What every type of target must do, whatever it is (src/rotate/targets/target.ts). Each type's own test gives a harness, which makes places and
 * looks at them without the adapter, and calls `conform`. Values are compared by what they are called, so that no failure shows one.
 */

/** What lies in a place; null: the name is not there. */
export interface Values {
  readonly accessKeyId: string | null;
  readonly secret: string | null;
}

/** A place made for one test. Whatever is to be cleaned up is the harness's to clean up (`onTestFinished`). */
export interface TestPlace {
  /** As the configuration would give them, without `type` and what is common to all. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the adapter is to have instead of the ordinary world. */
  readonly world?: Partial<TargetWorld>;
  /** Puts values there, as somebody else would. */
  put(values: Values): Promise<void>;
  look(): Promise<Values>;
  /** Everything else that is there, temporary files and metadata that somebody could mind included: the same text while nothing else changes. */
  others(): Promise<string>;
  /**
   * The adapter's next change meets one of somebody else to something else in the same place, between its reading and its writing. `kept` says
   * whether that was made, and is still there. Null where the adapter writes nothing but the key, so that nothing else could be lost.
   */
  readonly interfere: (() => { kept(): Promise<boolean> }) | null;
  readonly faults: readonly Fault[];
}

/** One way in which a place is out of order. */
export interface Fault {
  readonly name: string;
  /** Which calls it makes fail. */
  readonly of: readonly ("check" | "read" | "write")[];
  /** What the error says to a rotation. */
  readonly retry: Retry;
  /** The key may have got there all the same, e.g. where only the answer is lost. */
  readonly mayHaveWritten?: boolean;
  cause(): Promise<void> | void;
  /** Puts it right again: then a write must succeed. */
  mend(): Promise<void> | void;
}

/** What a server that a test runs does instead of answering as it should. */
export interface ServerFault {
  /** Whether it does what is asked all the same. */
  readonly done?: boolean;
}

/** Makes ways of being out of order of the faults that a server can be given. */
export function faultsOf<Kind extends ServerFault>(server: {
  fault: Kind | null;
}): (name: string, fault: Kind, of: Fault["of"], retry: Retry) => Fault {
  return (name, fault, of, retry) => ({
    name,
    of,
    retry,
    mayHaveWritten: fault.done === true,
    cause: () => {
      server.fault = fault;
    },
    mend: () => {
      server.fault = null;
    },
  });
}

export interface TargetHarness {
  /** Which settings, where a type is tried with several. */
  readonly variant?: string;
  readonly descriptor: TargetDescriptor;
  /** What reading tells: both values, the id alone, that something changed, or nothing. */
  readonly tells: "pair" | "id" | "change" | "nothing";
  place(held: Values): Promise<TestPlace>;
}

/** Holds an adapter to the contract. */
export function conform(harness: TargetHarness): void {
  const { descriptor, tells, variant } = harness;
  describe(`${descriptor.type}${variant === undefined ? "" : ` (${variant})`}`, () => {
    test.each(ABOUT_ITSELF)("$name", async ({ holds }) => {
      expect.hasAssertions();
      await holds(descriptor);
    });
    test.for(REQUIREMENTS.filter(({ of }) => of.includes(tells)))("$name", async ({ holds }, context) => {
      expect.hasAssertions();
      await holds(harness, (why) => context.skip(why));
    });
  });
}

/** What is asked of a descriptor alone. */
const ABOUT_ITSELF: readonly { readonly name: string; holds(descriptor: TargetDescriptor): Promise<void> }[] = [
  {
    name: "has an example that its settings allow and that opens",
    async holds(descriptor) {
      const settings = parsed(descriptor, descriptor.example);
      const target = await descriptor.open(settings, untouchedWorld());
      expect(target.parts.length).toBe(descriptor.isAtomic(settings) ? 1 : 2);
      await target.close?.();
    },
  },
  {
    name: "describes its settings, and knows no others",
    async holds(descriptor) {
      for (const [name, schema] of Object.entries(settingsOf(descriptor)))
        expect({ name, description: schema.description }).toEqual({ name, description: expect.any(String) });
      const withSurplus = { ...(descriptor.example as object), surplus: 1 };
      expect(z.safeParse(descriptor.settings as z.ZodMiniType, withSurplus).success).toBe(false);
    },
  },
  {
    name: "leaves the settings to the registry that are common to all",
    async holds(descriptor) {
      const common = ["type", "name", "after", "ses"];
      expect(Object.keys(settingsOf(descriptor)).filter((name) => common.includes(name))).toEqual([]);
    },
  },
];

type Tells = TargetHarness["tells"];

interface Requirement {
  readonly name: string;
  /** Of which targets it is asked. */
  readonly of: readonly Tells[];
  holds(harness: TargetHarness, skip: (why: string) => void): Promise<void>;
}

const ALL: readonly Tells[] = ["pair", "id", "change", "nothing"];

const REQUIREMENTS: readonly Requirement[] = [
  {
    name: "tells the key that it holds",
    of: ["pair", "id"],
    async holds(harness) {
      const { target, keys } = await opened(harness, "old");
      expect(keys.heldAs(await target.read(NEVER))).toEqual(keyAs("old", harness.tells));
    },
  },
  {
    name: "tells that it holds nothing yet, and takes a key then",
    of: ["pair", "id", "change"],
    async holds(harness) {
      const { target, keys, place } = await opened(harness, { accessKeyId: null, secret: null });
      expect(keys.heldAs(await target.read(NEVER))).toEqual({ kind: "nothing" });
      const others = await place.others();
      await writeAll(target, keys, "new");
      expect(keys.named(await place.look())).toEqual(NEW);
      expect(await place.others()).toBe(others);
    },
  },
  {
    name: "tells that it holds a part, and completes it",
    of: ["pair", "change"],
    async holds(harness) {
      for (const part of [
        { accessKeyId: "old", secret: null } as const,
        { accessKeyId: null, secret: "old" } as const,
      ]) {
        const { target, keys, place } = await opened(harness, part);
        const hidden = { accessKeyId: null, secret: null };
        expect(keys.heldAs(await target.read(NEVER))).toEqual({
          kind: "part",
          ...(harness.tells === "pair" ? part : hidden),
        });
        await writeAll(target, keys, "new");
        expect(keys.named(await place.look())).toEqual(NEW);
      }
    },
  },
  {
    name: "tells halves of different keys as such, and mends them",
    of: ["pair"],
    async holds(harness) {
      for (const halves of [
        { accessKeyId: "old", secret: "new" },
        { accessKeyId: "new", secret: "old" },
      ] as const) {
        const { target, keys, place } = await opened(harness, halves);
        expect(keys.heldAs(await target.read(NEVER))).toEqual({ kind: "key", ...halves });
        await writeAll(target, keys, "new");
        expect(keys.named(await place.look())).toEqual(NEW);
      }
    },
  },
  {
    name: "takes what is no key for none",
    of: ["pair"],
    async holds(harness) {
      const { target, keys, place } = await opened(harness, { accessKeyId: "placeholder", secret: "empty" });
      expect(keys.heldAs(await target.read(NEVER))).toEqual({ kind: "part", accessKeyId: null, secret: null });
      await writeAll(target, keys, "new");
      expect(keys.named(await place.look())).toEqual(NEW);
    },
  },
  {
    name: "writes the key and touches nothing else, however often",
    of: ALL,
    async holds(harness) {
      const { target, keys, place } = await opened(harness, "old");
      const others = await place.others();
      for (let time = 0; time < 2; time++) {
        await writeAll(target, keys, "new");
        expect(keys.named(await place.look())).toEqual(NEW);
        expect(await place.others()).toBe(others);
        expect(keys.heldAs(await target.read(NEVER))).toMatchObject(
          isReadable(harness) ? keyAs("new", harness.tells) : { kind: "hidden" },
        );
      }
    },
  },
  {
    name: "writes it in the parts that it says, and shows what is half written",
    of: ALL,
    async holds(harness) {
      const { target, keys, place, settings } = await opened(harness, "old");
      expect(target.parts.toSorted()).toEqual(
        harness.descriptor.isAtomic(settings) ? ["pair"] : ["access-key-id", "secret"],
      );
      const [first, second] = target.parts;
      if (second === undefined) return;
      await target.write(first, keys.handed("new"), keys.known, NEVER);
      const half = first === "secret" ? { accessKeyId: "old", secret: "new" } : { accessKeyId: "new", secret: "old" };
      expect(keys.named(await place.look())).toEqual(half);
      expect(keys.heldAs(await target.read(NEVER))).toMatchObject(
        harness.tells === "pair" ? { kind: "key", ...half } : {},
      );
      await target.write(second, keys.handed("new"), keys.known, NEVER);
      expect(keys.named(await place.look())).toEqual(NEW);
    },
  },
  {
    name: "goes back to the old key",
    of: ALL,
    async holds(harness) {
      const { target, keys, place } = await opened(harness, "new");
      await writeAll(target, keys, "old");
      expect(keys.named(await place.look())).toEqual(OLD);
    },
  },
  {
    name: "shows that it was written",
    of: ["change"],
    async holds(harness) {
      const { target, keys } = await opened(harness, "old");
      const before = await target.read(NEVER);
      await writeAll(target, keys, "new");
      const after = await target.read(NEVER);
      expect(before).toEqual({ kind: "hidden", marker: expect.any(String) });
      expect(after).toEqual({ kind: "hidden", marker: expect.any(String) });
      expect(after).not.toEqual(before);
    },
  },
  {
    name: "refuses to overwrite a key that nobody knows",
    of: ["pair", "id"],
    async holds(harness) {
      const { target, keys, place, leaks } = await opened(harness, "stranger");
      const others = await place.others();
      for (const part of target.parts) {
        const error = await failureOf(target.write(part, keys.handed("new"), keys.known, NEVER));
        expectToBeOfUse(error, target, "never", part);
        expect(leaks(error)).toEqual([]);
        expect(keys.named(await place.look())).toEqual({ accessKeyId: "stranger", secret: "stranger" });
        expect(await place.others()).toBe(others);
      }
    },
  },
  {
    name: "changes nothing when it checks or reads",
    of: ALL,
    async holds(harness) {
      const { target, keys, place } = await opened(harness, "old");
      const others = await place.others();
      await target.check(NEVER);
      await target.read(NEVER);
      expect(keys.named(await place.look())).toEqual(OLD);
      expect(await place.others()).toBe(others);
    },
  },
  {
    name: "does nothing once it was told to stop",
    of: ALL,
    async holds(harness) {
      const { target, keys, place } = await opened(harness, "old");
      const others = await place.others();
      const stopped = target.write(target.parts[0], keys.handed("new"), keys.known, AbortSignal.abort());
      expect(await failureOf(stopped)).not.toBe(SUCCEEDED);
      expect(keys.named(await place.look())).toEqual(OLD);
      expect(await place.others()).toBe(others);
    },
  },
  {
    name: "loses nothing that somebody else writes at the same moment",
    of: ALL,
    async holds(harness, skip) {
      const { target, keys, place } = await opened(harness, "old");
      if (place.interfere === null) return skip("it writes nothing but the key");
      const other = place.interfere();
      await persistently(() => writeAll(target, keys, "new"));
      expect(await other.kept()).toBe(true);
      expect(keys.named(await place.look())).toEqual(NEW);
    },
  },
  {
    name: "says what is wrong with the place, changes nothing then, and goes on once it is right",
    of: ALL,
    async holds(harness) {
      const { place } = await opened(harness, "old");
      for (const { name } of place.faults) await holdsWith(name, harness);
    },
  },
  {
    name: "shows no secret to anybody else",
    of: ALL,
    async holds(harness) {
      const { target, keys, place, leaks } = await opened(harness, "old");
      await target.check(NEVER);
      const held = await target.read(NEVER);
      await writeAll(target, keys, "new");
      expect(leaks(held, target, place.settings)).toEqual([]);
    },
  },
  {
    name: "is called the same each time, and not by a secret",
    of: ALL,
    async holds(harness) {
      const { target, settings, leaks, world } = await opened(harness, "old");
      const again = await harness.descriptor.open(settings, world);
      expect(again.place).toBe(target.place);
      expect(harness.descriptor.place(settings, world)).toBe(target.place);
      expect(target.place).toMatch(/^[^\p{Cc}]+$/u);
      expect(leaks(target.place)).toEqual([]);
    },
  },
];

/** The place is out of order for a while. */
async function holdsWith(name: string, harness: TargetHarness): Promise<void> {
  const { target, keys, place, leaks } = await opened(harness, "old");
  const fault = place.faults.find((one) => one.name === name);
  if (fault === undefined) throw new Error(`the place has no fault ${name} the second time`);
  const before = { name, ...OLD, others: await place.others() };
  await fault.cause();
  for (const call of fault.of) {
    const error = await failureOf(
      call === "write" ? target.write(target.parts[0], keys.handed("new"), keys.known, NEVER) : target[call](NEVER),
    );
    expectToBeOfUse(error, target, fault.retry, `${name}, ${call}`);
    expect({ name, call, leaks: leaks(error) }).toEqual({ name, call, leaks: [] });
  }
  await fault.mend();
  if (fault.mayHaveWritten !== true)
    expect({ name, ...keys.named(await place.look()), others: await place.others() }).toEqual(before);
  await writeAll(target, keys, "new");
  expect({ name, ...keys.named(await place.look()) }).toEqual({ name, ...NEW });
}

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Its settings by name, of all the shapes that they may have. */
function settingsOf(descriptor: TargetDescriptor): Readonly<Record<string, JsonSchema>> {
  const schema = z.toJSONSchema(descriptor.settings, { io: "input", unrepresentable: "any" }) as JsonSchema;
  const shapes = schema.anyOf ?? schema.oneOf ?? [schema];
  return Object.assign({}, ...shapes.map((shape) => shape.properties ?? {}));
}

const NEVER = new AbortController().signal;
const OLD = { accessKeyId: "old", secret: "old" } as const;
const NEW = { accessKeyId: "new", secret: "new" } as const;

function isReadable({ tells }: TargetHarness): boolean {
  return tells === "pair" || tells === "id";
}

function keyAs(name: Name, tells: Tells) {
  return { kind: "key", accessKeyId: name, secret: tells === "pair" ? name : null };
}

/** The keys of a test, and what else may lie in a place. */
type Name = "old" | "new" | "stranger" | "placeholder" | "empty";
type Named = { readonly accessKeyId: Name | null; readonly secret: Name | null };

interface Opened {
  readonly target: Target;
  readonly place: TestPlace;
  readonly settings: unknown;
  readonly keys: Keys;
  readonly world: TargetWorld;
  /** Which secrets show in these things, and in what others were shown so far. */
  leaks(...things: readonly unknown[]): readonly string[];
}

async function opened(
  harness: TargetHarness,
  held: Name | { accessKeyId: Name | null; secret: Name | null },
): Promise<Opened> {
  const keys = new Keys();
  const named = typeof held === "string" ? { accessKeyId: held, secret: held } : held;
  const place = await harness.place(keys.values(named));
  const { world, shown } = watchedWorld(testWorld(place.world));
  const settings = parsed(harness.descriptor, place.settings);
  const target = await harness.descriptor.open(settings, world);
  const leaks = (...things: readonly unknown[]) => keys.secretsIn([...things.flatMap(texts), ...shown.texts]);
  return { target, place, settings, keys, world, leaks };
}

/** A thing in every way in which one may come to print it. */
function texts(thing: unknown): string[] {
  const error =
    thing instanceof Error ? [thing.stack ?? "", ...(thing.cause === undefined ? [] : texts(thing.cause))] : [];
  return [
    String(thing),
    inspect(thing, { depth: 10, showHidden: true, maxStringLength: null }),
    JSON.stringify(thing) ?? "",
    ...error,
  ];
}

function parsed(descriptor: TargetDescriptor, settings: unknown): unknown {
  const result = z.safeParse(descriptor.settings as z.ZodMiniType, settings);
  if (!result.success) throw new Error(`the settings are not allowed: ${result.error.message}`);
  return result.data;
}

/** Keys of this test, by what they are called. */
class Keys {
  readonly #keys: ReadonlyMap<string, AccessKey>;

  constructor() {
    const random = randomFrom(20_261_121);
    this.#keys = new Map(
      ["old", "new", "stranger"].map((name) => [
        name,
        { id: generateKeyId(random), secret: generateSecret(random, { last: "/" }) },
      ]),
    );
  }

  /** Which ids a rotation may overwrite. */
  get known(): readonly AccessKeyId[] {
    return [this.handed("old").accessKeyId, this.handed("new").accessKeyId];
  }

  handed(name: "old" | "new"): HandedKey {
    const { id, secret } = this.#key(name);
    const checked = accessKeyId(id);
    if (checked === null) throw new Error("no access key id was generated");
    return { accessKeyId: checked, secret: new Secret(secret) };
  }

  values(named: Named): Values {
    return { accessKeyId: this.#value(named.accessKeyId, "id"), secret: this.#value(named.secret, "secret") };
  }

  /** The values by what they are called, so that they can be compared and printed. */
  named(values: Values): { accessKeyId: string | null; secret: string | null } {
    return { accessKeyId: this.#nameOf(values.accessKeyId, "id"), secret: this.#nameOf(values.secret, "secret") };
  }

  heldAs(held: Held): object {
    if (held.kind !== "key" && held.kind !== "part") return held;
    return { kind: held.kind, ...this.named({ accessKeyId: held.accessKeyId, secret: held.secret?.reveal() ?? null }) };
  }

  /** What the secrets in these texts are called. */
  secretsIn(texts: readonly string[]): string[] {
    const names = [...this.#keys].filter(([, { secret }]) => texts.some((text) => text.includes(secret)));
    return names.map(([name]) => name);
  }

  #value(name: Name | null, of: "id" | "secret"): string | null {
    if (name === null) return null;
    if (name === "empty") return "";
    return name === "placeholder" ? "changeme" : this.#key(name)[of];
  }

  #nameOf(value: string | null, of: "id" | "secret"): string | null {
    if (value === null) return null;
    const [name] = [...this.#keys].find(([, key]) => key[of] === value) ?? ["(some other value)"];
    return name;
  }

  #key(name: string): AccessKey {
    const key = this.#keys.get(name);
    if (key === undefined) throw new Error(`there is no key ${name}`);
    return key;
  }
}

async function writeAll(target: Target, keys: Keys, name: "old" | "new"): Promise<void> {
  for (const part of target.parts) await target.write(part, keys.handed(name), keys.known, NEVER);
}

/** As a rotation does: what may be tried again is. */
async function persistently(action: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof KeysweepError) || error.retry === "never" || attempt === 5) throw error;
    }
  }
}

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  return SUCCEEDED;
}

const SUCCEEDED = new Error("it succeeded");

/** An error that a rotation can act on, and a person too. */
function expectToBeOfUse(error: unknown, { place }: Target, retry: Retry, when = ""): void {
  const told =
    error instanceof KeysweepError
      ? {
          when,
          code: error.code,
          retry: error.retry,
          namesThePlace: error.message.includes(place),
          hasHint: error.hint !== null,
        }
      : { when, error: String(error) };
  expect(told).toEqual({ when, code: "target", retry, namesThePlace: true, hasHint: true });
}

/** Opening a place calls nobody. */
function untouchedWorld(): TargetWorld {
  const refuse = (): never => {
    throw new Error("opening called somebody");
  };
  return {
    ...testWorld(),
    files: { read: refuse, check: refuse, edit: refuse },
    fetch: refuse,
    run: refuse,
    aws: async () => ({
      region: "eu-west-1",
      credentials: refuse,
      requestHandler: {},
      maxAttempts: 1,
    }),
  };
}
