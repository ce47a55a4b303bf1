import type { AccessKeyId } from "../../src/model/access-key-id.ts";
import { KeysweepError } from "../../src/model/error.ts";
import type { AccessKeyPair } from "../../src/model/key-service.ts";
import { Secret } from "../../src/model/secret.ts";
import type { RotationTarget } from "../../src/rotate/ports/rotation-target.ts";
import type { HandedKey, Held, Part, Target } from "../../src/rotate/targets/target.ts";
import type { Laws } from "./laws.ts";
import type { Process } from "./process.ts";
import { SECOND, type TargetScenario } from "./scenario.ts";
import type { SimulatedTime } from "./time.ts";

/** What a place holds; the two values may belong to different keys. */
export interface Content {
  readonly id: AccessKeyId;
  readonly secret: string;
}

/** A place that holds a key, and who wrote it last. */
export class SimulatedPlace {
  readonly name: string;
  readonly scenario: TargetScenario;
  readonly parts: readonly [Part, ...Part[]];
  content: Content;
  /** How often it was written: what marks a place that cannot be read. */
  writes = 0;
  /** When somebody other than the rotation changed it last. */
  meddledAt = Number.NEGATIVE_INFINITY;
  /** The rotation has written one half and not the other. */
  isHalf = false;
  readonly #time: SimulatedTime;
  readonly #startedAt: number;
  readonly #first: Content;
  readonly #held = new Set<AccessKeyId>();
  #flapsLeft: number;
  reload: () => void = () => {};
  laws: Laws | null = null;

  constructor(name: string, scenario: TargetScenario, time: SimulatedTime, content: Content) {
    this.name = name;
    this.scenario = scenario;
    this.#time = time;
    this.#startedAt = time.now;
    this.content = content;
    this.#first = content;
    this.#flapsLeft = scenario.flapsAfterMs === null ? 0 : 1;
    this.parts =
      scenario.parts === "pair"
        ? ["pair"]
        : scenario.parts === "id-first"
          ? ["access-key-id", "secret"]
          : ["secret", "access-key-id"];
  }

  get isBroken(): boolean {
    const from = this.#startedAt + this.scenario.brokenFromMs;
    return this.#time.now >= from && this.#time.now < from + this.scenario.brokenForMs;
  }

  put(content: Content): void {
    this.content = content;
    this.isHalf = false;
    this.meddledAt = this.#time.now;
    this.writes += 1;
  }

  /** Whether the rotation ever wrote this key here. */
  hasHeld(id: AccessKeyId): boolean {
    return this.#held.has(id);
  }

  /** What the rotation writes. */
  write(part: Part, { accessKeyId, secret }: HandedKey): void {
    this.content = {
      id: part === "secret" ? this.content.id : accessKeyId,
      secret: part === "access-key-id" ? this.content.secret : secret.reveal(),
    };
    this.#held.add(accessKeyId);
    this.isHalf = this.parts.length > 1 && part !== this.parts.at(-1);
    this.writes += 1;
    const { flapsAfterMs } = this.scenario;
    if (this.#flapsLeft === 0 || flapsAfterMs === null || this.isHalf) return;
    this.#flapsLeft -= 1;
    this.#time.at(this.#time.now + flapsAfterMs, () => {
      if (!this.isHalf && this.content.id !== this.#first.id) this.put(this.#first);
    });
  }
}

/** The place as one process reaches it. */
export function targetOf(place: SimulatedPlace, process: Process): RotationTarget {
  const { scenario } = place;
  return {
    name: place.name,
    type: "simulated",
    readBack:
      scenario.reads === "value"
        ? "value"
        : scenario.reads === "id"
          ? "digest"
          : scenario.reads === "marker"
            ? "metadata"
            : "none",
    smtpRegion: scenario.smtp ? "us-east-1" : null,
    avoidableBy: null,
    hand: (pair: AccessKeyPair) => pair,
    after: scenario.hasAfter
      ? async () => {
          await process.step(SECOND);
          place.laws?.beforeTarget(process, place);
          place.reload();
        }
      : null,
    open: async () => new OpenedPlace(place, process),
  };
}

class OpenedPlace implements Target {
  readonly place: string;
  readonly parts: readonly [Part, ...Part[]];
  readonly #place: SimulatedPlace;
  readonly #process: Process;

  constructor(place: SimulatedPlace, process: Process) {
    this.place = place.name;
    this.parts = place.parts;
    this.#place = place;
    this.#process = process;
  }

  async check(): Promise<void> {
    await this.#reach();
  }

  async read(): Promise<Held> {
    await this.#reach();
    const { content, scenario, writes } = this.#place;
    switch (scenario.reads) {
      case "value":
        return { kind: "key", accessKeyId: content.id, secret: new Secret(content.secret) };
      case "id":
        return { kind: "key", accessKeyId: content.id, secret: null };
      case "marker":
        return { kind: "hidden", marker: String(writes) };
      case "nothing":
        return { kind: "hidden", marker: null };
    }
  }

  async write(part: Part, key: HandedKey, known: readonly AccessKeyId[]): Promise<void> {
    await this.#reach(false);
    const place = this.#place;
    const fault = this.#process.faults.ofWrite();
    if (fault === "before") throw new KeysweepError("target", `${place.name} is busy`, { retry: "safe" });
    if (place.scenario.refusesUnknown && place.scenario.reads === "value" && !known.includes(place.content.id))
      throw new KeysweepError("target", `${place.name} holds another key`, { retry: "never" });
    place.laws?.beforeTarget(this.#process, place);
    place.laws?.beforeWrite(this.#process, place, key.accessKeyId, known);
    place.write(part, key);
    this.#process.trace(() => `wrote ${part} of ${place.name}`);
    await this.#process.step(100);
    if (fault === "after")
      throw new KeysweepError("target", `${place.name} did not answer`, { retry: "outcome-unknown" });
  }

  async #reach(mayStall = true): Promise<void> {
    await this.#process.step(100, mayStall);
    if (this.#place.isBroken)
      throw new KeysweepError("target", `${this.#place.name} is out of order`, { retry: "safe" });
  }
}
