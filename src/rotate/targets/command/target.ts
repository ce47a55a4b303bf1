import { type AccessKeyId, accessKeyId } from "../../../model/access-key-id.ts";
import { durationMs } from "../../../model/duration.ts";
import type { Retry } from "../../../model/error.ts";
import type { CommandResult, TargetWorld } from "../descriptor.ts";
import { targetError, within } from "../failure.ts";
import { refuseStranger } from "../held.ts";
import type { Names } from "../settings.ts";
import type { HandedKey, Held, Target } from "../target.ts";

type Program = readonly [string, ...string[]];

export interface CommandSettings {
  readonly write: Program;
  readonly read?: Program | undefined;
  readonly names: Names;
  readonly timeout: string;
}

/** What the program is told beside the key, so that its author can tell one form from the next. */
const SCHEMA = "keysweep/target-command@1";

export function openCommand(settings: CommandSettings, world: TargetWorld, place: string): Target {
  const program = new TargetProgram(place, settings, world);
  return {
    place,
    parts: ["pair"],
    check: (signal) => within(place, () => program.check(signal), "safe"),
    read: (signal) => within(place, () => program.read(signal), "safe"),
    write: (_part, key, known, signal) => within(place, () => program.write(key, known, signal)),
  };
}

class TargetProgram {
  readonly #place: string;
  readonly #settings: CommandSettings;
  readonly #world: TargetWorld;

  constructor(place: string, settings: CommandSettings, world: TargetWorld) {
    this.#place = place;
    this.#settings = settings;
    this.#world = world;
  }

  async check(signal: AbortSignal): Promise<void> {
    const { write, read } = this.#settings;
    for (const [name] of read === undefined ? [write] : [write, read]) {
      if (this.#world.findProgram(name) === null)
        throw targetError(this.#place, `there is no program ${name}`, {
          hint: "Name it by its absolute path, or see that it is in a folder of PATH and may be run.",
          retry: "never",
        });
    }
    await this.read(signal);
  }

  async read(signal: AbortSignal): Promise<Held> {
    const { read } = this.#settings;
    if (read === undefined) return { kind: "hidden", marker: null };
    const result = await this.#run(read, "", signal);
    if (result.status !== 0) throw this.#failure(result, "safe");
    const told = result.stdout.trim();
    if (told === "") return { kind: "nothing" };
    const id = accessKeyId(told);
    if (id !== null) return { kind: "key", accessKeyId: id, secret: null };
    // What it printed may be a secret.
    throw targetError(this.#place, `${read[0]} printed something other than an access key id`, {
      hint: "It has to print the id that the place holds, or nothing, on one line of its standard output.",
      retry: "never",
    });
  }

  async write(key: HandedKey, known: readonly AccessKeyId[], signal: AbortSignal): Promise<void> {
    const held = await this.read(signal);
    if (held.kind === "key") refuseStranger(this.#place, held.accessKeyId, known);
    const { write, names } = this.#settings;
    const handed = {
      schema: SCHEMA,
      [names.accessKeyId]: key.accessKeyId,
      [names.secretAccessKey]: key.secret.reveal(),
      replaces: known.filter((id) => id !== key.accessKeyId),
    };
    const result = await this.#run(write, `${JSON.stringify(handed)}\n`, signal);
    if (result.status !== 0) throw this.#failure(result, "outcome-unknown");
  }

  #run(argv: Program, stdin: string, signal: AbortSignal): Promise<CommandResult> {
    const timeoutMs = durationMs(this.#settings.timeout) ?? 0;
    return this.#world.run({ argv, stdin, environment: {}, timeoutMs, signal });
  }

  /** @param otherwise what an ordinary failure means. */
  #failure({ status, timedOut }: CommandResult, otherwise: Retry): Error {
    if (timedOut)
      return targetError(this.#place, `it did not end within ${this.#settings.timeout}, and was ended`, {
        hint: "It is tried again by itself; give it more time (timeout) if it needs it.",
        retry: otherwise,
      });
    const [retry, hint] = meaningOf(status) ?? [otherwise, "It is tried again by itself; its own log may say why."];
    const problem = status === null ? "it was killed" : `it ended with status ${status}`;
    return targetError(this.#place, problem, { hint, retry });
  }
}

/** EX_TEMPFAIL, EX_NOPERM and EX_CONFIG of sysexits.h, and a shell's own. */
function meaningOf(status: number | null): readonly [Retry, string] | null {
  switch (status) {
    case 75:
      return ["safe", "It asked to be tried again later."];
    case 77:
    case 78:
      return ["never", "It says that a person is needed: its own log may say why."];
    case 126:
    case 127:
      return ["never", "It could not start something: see that all it needs is there."];
    default:
      return null;
  }
}
