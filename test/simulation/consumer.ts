import type { Random } from "../support/random.ts";
import type { SimulatedIam } from "./iam.ts";
import type { Laws } from "./laws.ts";
import type { Content, SimulatedPlace } from "./place.ts";
import type { Scenario } from "./scenario.ts";
import type { SimulatedTime } from "./time.ts";

/** A pair as a consumer read it. */
export interface ReadPair extends Content {
  readonly readAt: number;
  readonly whileHalf: boolean;
  /** When somebody other than the rotation had changed the place last. */
  readonly meddledAt: number;
}

/** A program that lives on the key that a place holds. */
export class Consumer {
  readonly place: SimulatedPlace;
  readonly #time: SimulatedTime;
  readonly #random: Random;
  readonly #iam: SimulatedIam;
  readonly #scenario: Scenario;
  readonly #laws: Laws;
  #memory: ReadPair;

  constructor(
    place: SimulatedPlace,
    world: {
      readonly time: SimulatedTime;
      readonly random: Random;
      readonly iam: SimulatedIam;
      readonly scenario: Scenario;
      readonly laws: Laws;
    },
  ) {
    this.place = place;
    this.#time = world.time;
    this.#random = world.random;
    this.#iam = world.iam;
    this.#scenario = world.scenario;
    this.#laws = world.laws;
    this.#memory = this.#read();
    place.reload = () => this.restart();
    const { reload, reloadEveryMs } = place.scenario.consumer;
    this.#soon(place.scenario.consumer.useEveryMs, () => this.use());
    if (reload === "late") this.#soon(reloadEveryMs, () => this.restart());
  }

  /** The pair that it would use now. */
  get pair(): ReadPair {
    return this.place.scenario.consumer.reload === "each-use" ? this.#read() : this.#memory;
  }

  restart(): void {
    this.#memory = this.#read();
  }

  use(): void {
    const { pair, place } = this;
    const { isShown, presigns } = place.scenario.consumer;
    const region = place.scenario.smtp ? "us-east-1" : this.#random.pick(this.#scenario.regions);
    if (!this.#iam.accepts(pair.id, pair.secret, region)) this.#laws.failed(this, pair);
    else if (!place.scenario.smtp)
      this.#iam.noteUse(pair.id, isShown ? "ec2" : "s3", region, { ours: false, shown: isShown });
    if (presigns) this.#presign(pair, region);
  }

  /** Signing is no use that anybody sees; the URL's use is, some time later. */
  #presign(pair: ReadPair, region: string): void {
    this.#time.at(this.#time.now + this.#random.below(this.#scenario.presignedMs), () => {
      if (!this.#iam.accepts(pair.id, pair.secret, region)) this.#laws.failed(this, pair);
      else this.#iam.noteUse(pair.id, "s3", region, { ours: false, shown: false });
    });
  }

  #read(): ReadPair {
    const { content, isHalf, meddledAt } = this.place;
    return { ...content, readAt: this.#time.now, whileHalf: isHalf, meddledAt };
  }

  /** Again and again, at most so long after the last time. */
  #soon(everyMs: number, act: () => void): void {
    const wait = everyMs * (0.5 + this.#random.below(500) / 1000);
    this.#time.at(this.#time.now + wait, () => {
      act();
      this.#soon(everyMs, act);
    });
  }
}
