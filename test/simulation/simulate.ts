import type { AccountId } from "../../src/model/access-key-id.ts";
import type { RotationId } from "../../src/model/rotation.ts";
import { GUARDS, type Guards } from "../../src/rotate/guards.ts";
import type { RotationRequest } from "../../src/rotate/read-plan.ts";
import { hasEnded } from "../../src/rotate/rotation.ts";
import { commandRotation, type RotationRun, type RotationWorld, runRotation } from "../../src/rotate/run.ts";
import { randomFrom } from "../support/random.ts";
import { Consumer } from "./consumer.ts";
import { SimulatedAws, SimulatedIam } from "./iam.ts";
import { Laws } from "./laws.ts";
import { Person } from "./person.ts";
import { SimulatedPlace, targetOf } from "./place.ts";
import { Faults, PowerCut, Process } from "./process.ts";
import { HOUR, MINUTE, type Scenario } from "./scenario.ts";
import { journalOf, type Leaks, leasesOf, Store, sealedOf } from "./store.ts";
import { SimulatedTime } from "./time.ts";

const START = Date.UTC(2026, 0, 1);
const MOST_RUNS = 150;
const MOST_MENDS = 12;

/** What a run of the simulation came to. */
export interface Verdict {
  readonly violations: readonly string[];
  /** The state that the rotation of the first ledger ended in. */
  readonly end: string;
  readonly events: number;
  /** Where asked for: all that happened, in order. */
  readonly trace: readonly string[];
}

export interface Options {
  readonly guards?: Guards;
  readonly leaks?: Leaks;
  readonly isTraced?: boolean;
}

/** One life of a user's key: the real machine and driver, in a world drawn from a seed. */
export async function simulate(
  scenario: Scenario,
  { guards = GUARDS, leaks = {}, isTraced = false }: Options = {},
): Promise<Verdict> {
  const simulation = new Simulation(scenario, guards, leaks, isTraced);
  return simulation.run();
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #guards: Guards;
  readonly #leaks: Leaks;
  readonly #trace: string[] | null;
  readonly #time = new SimulatedTime(START);
  readonly #iam: SimulatedIam;
  readonly #places: readonly SimulatedPlace[];
  readonly #laws: Laws;
  readonly #person: Person;
  readonly #faults: Faults;
  readonly #store = new Store("ledger-one");
  readonly #other: Store;
  readonly #stores = new Map<Process, Store>();
  readonly #texts: string[] = [];
  #calls = 0;
  #ids = 0;
  #open = 0;

  constructor(scenario: Scenario, guards: Guards, leaks: Leaks, isTraced: boolean) {
    this.#scenario = scenario;
    this.#guards = guards;
    this.#leaks = leaks;
    this.#trace = isTraced ? [] : null;
    const time = this.#time;
    this.#other = scenario.second === "other-ledger" ? new Store("ledger-two") : this.#store;
    this.#iam = new SimulatedIam(time, randomFrom(scenario.seed * 8 + 1), scenario);
    const old = this.#iam.make("person");
    this.#places = scenario.targets.map((target, index) => new SimulatedPlace(`place-${index}`, target, time, old));
    this.#laws = new Laws({
      time,
      iam: this.#iam,
      scenario,
      places: this.#places,
      storeOf: (process) => this.#stores.get(process) ?? this.#store,
    });
    this.#iam.laws = this.#laws;
    for (const place of this.#places) place.laws = this.#laws;
    this.#store.laws = this.#laws;
    this.#other.laws = this.#laws;
    const consumers = randomFrom(scenario.seed * 8 + 2);
    for (const place of this.#places)
      this.#laws.consumers.push(
        new Consumer(place, { time, random: consumers, iam: this.#iam, scenario, laws: this.#laws }),
      );
    this.#faults = new Faults(randomFrom(scenario.seed * 8 + 3), scenario.faultOneIn);
    this.#person = new Person({
      iam: this.#iam,
      places: this.#places,
      laws: this.#laws,
      random: randomFrom(scenario.seed * 8 + 4),
      old,
    });
  }

  async run(): Promise<Verdict> {
    this.#operate("one", this.#store);
    if (this.#scenario.second !== "none") this.#operate("two", this.#other);
    await this.#time.run(() => this.#open === 0);
    this.#laws.atEnd(this.#store, this.#texts);
    return {
      violations: this.#laws.violations,
      end: this.#store.rotation === null ? "idle" : (this.#store.rotation.stuck?.code ?? this.#store.rotation.stage),
      events: this.#store.latest?.events.length ?? 0,
      trace: this.#trace ?? [],
    };
  }

  /** An operator's timer: runs the tool again and again, until the rotation has ended or nobody cares any more. */
  #operate(name: string, store: Store): void {
    this.#open += 1;
    this.#time.start(async () => {
      try {
        await this.#runAgainAndAgain(name, store);
      } catch (error) {
        this.#laws.threw(error);
      } finally {
        this.#open -= 1;
      }
    });
  }

  async #runAgainAndAgain(name: string, store: Store): Promise<void> {
    const random = randomFrom(this.#scenario.seed * 8 + (name === "one" ? 5 : 6));
    await this.#time.sleep(HOUR + random.below(name === "one" ? 1 : 2 * MINUTE));
    let mends = 0;
    for (let runs = 0; runs < MOST_RUNS; runs += 1) {
      const run = await this.#runOnce(name, runs, store);
      // Who rotates its own key, which somebody made inactive meanwhile, cannot even begin.
      if (store.rotation === null && runs > 20) return;
      if (run === null && store.rotation !== null && hasEnded(store.rotation)) return;
      if (run === null || run.outcome === "busy") await this.#time.sleep(MINUTE * (1 + random.below(10)));
      else if (run.againInMs !== null) await this.#time.sleep(run.againInMs * (0.6 + random.below(800) / 1000) + 1000);
      else {
        const code = store.rotation?.stuck?.code;
        const isOver =
          run.outcome === "ended" ||
          run.report.state === "idle" ||
          (run.report.state === "reactivated" && this.#person.commands.length === 0);
        if (isOver || mends > MOST_MENDS || !this.#scenario.isTended) return;
        mends += 1;
        await this.#time.sleep(HOUR * (1 + random.below(30)));
        if (code !== undefined && !this.#person.mend(code, store.ledger, this.#laws.consumers)) return;
      }
    }
    this.#laws.neverEnds(`${store.rotation?.stage} after ${MOST_RUNS} runs`);
  }

  /** Null: killed. */
  async #runOnce(name: string, runs: number, store: Store): Promise<RotationRun | null> {
    const process = new Process(`${name}/${runs}`, this.#time, {
      faults: this.#faults,
      random: randomFrom(this.#scenario.seed * 8 + 7 + this.#calls),
      skewMs: this.#scenario.clockSkewMs,
      clockStandsStill: this.#leaks.clockStandsStill === true,
      cutAt: this.#scenario.crashes[runs] ?? 0,
      stallOneIn: this.#scenario.second === "same-ledger" ? 12 : 0,
      onCall: () => this.#called(),
      trace:
        this.#trace === null
          ? null
          : (line) => this.#trace?.push(`${new Date(this.#time.now).toISOString()} ${line()}`),
    });
    this.#stores.set(process, store);
    const world = this.#worldOf(process, store);
    try {
      const command = store.rotation === null ? undefined : this.#person.commands.shift();
      if (command !== undefined) {
        process.trace(() => `a person says ${command}`);
        const result = await commandRotation(this.#request(process, runs), world, command, this.#guards);
        this.#texts.push(JSON.stringify(result));
        if (!process.isAlive) return null;
        if (result.kind === "accepted") return result.run;
      }
      const run = await runRotation(
        this.#request(process, runs),
        world,
        store.rotation === null ? "now" : "never",
        this.#guards,
      );
      if (!process.isAlive) return null;
      this.#texts.push(JSON.stringify(run));
      process.trace(() => `${run.outcome} ${run.report.state}: ${run.report.reason}`);
      return run;
    } catch (error) {
      if (error instanceof PowerCut || !process.isAlive) return null;
      this.#texts.push(String(error));
      process.trace(() => `threw ${String(error)}`);
      return null;
    } finally {
      process.isAlive = false;
    }
  }

  #called(): void {
    this.#calls += 1;
    for (const { act, atCall } of this.#scenario.people)
      if (atCall === this.#calls) {
        this.#trace?.push(`${new Date(this.#time.now).toISOString()} a person: ${act}`);
        this.#person.do(act);
      }
  }

  #worldOf(process: Process, store: Store): RotationWorld {
    const [first] = this.#places;
    const aws = new SimulatedAws(this.#iam, process, this.#scenario, () =>
      // A user that rotates its own key finds it where its first target keeps it.
      this.#scenario.actor === "self" && first !== undefined ? first.content : null,
    );
    return {
      keys: aws,
      proof: aws,
      trail: aws,
      secrets: sealedOf(store, process, this.#leaks),
      journal: journalOf(store, process, this.#leaks),
      leases: leasesOf(store, process, this.#leaks),
      notices: {
        tell: async (notice) => {
          this.#texts.push(JSON.stringify(notice));
        },
      },
      waiting: process,
      who: process.name,
      signal: new AbortController().signal,
      newId: () => `${store.ledger}-${(this.#ids += 1)}` as RotationId,
    };
  }

  #request(process: Process, runs: number): RotationRequest {
    const isWhole = runs >= this.#scenario.lastTargetFromRun;
    const { soakMs, usedEveryMs, quarantineMs, presignedMs, acceptUnprovenUse, regions } = this.#scenario;
    return {
      settings: {
        name: "deploy",
        accountId: "123412341234" as AccountId,
        userName: "deploy",
        schedule: null,
        timezone: "UTC",
        maximumAgeMs: null,
        regions,
        gate: { soakMs, usedEveryMs, quarantineMs, presignedMs, acceptUnprovenUse },
      },
      schedule: null,
      onlyKey: null,
      targets: (isWhole ? this.#places : this.#places.slice(0, -1)).map((place) => targetOf(place, process)),
    };
  }
}
