import type { AccessKeyId, AccountId } from "../../src/model/access-key-id.ts";
import type { RotationId } from "../../src/model/rotation.ts";
import type { RotationCommand, RotationEvent } from "../../src/model/rotation-event.ts";
import { type CommandRow, commandRow } from "../../src/rotate/commands.ts";
import type { RotationRequest } from "../../src/rotate/read-plan.ts";
import type { Rotation } from "../../src/rotate/rotation.ts";
import {
  type CommandResult,
  commandRotation,
  type RotationRun,
  type RotationWorld,
  runRotation,
} from "../../src/rotate/run.ts";
import { randomFrom } from "../support/random.ts";
import { Consumer } from "./consumer.ts";
import { SimulatedAws, SimulatedIam, type SimulatedKey } from "./iam.ts";
import { Laws } from "./laws.ts";
import { SimulatedPlace, targetOf } from "./place.ts";
import { Faults, Process } from "./process.ts";
import { DAY, drawScenario, HOUR, type Scenario } from "./scenario.ts";
import { journalOf, leasesOf, Store, sealedOf } from "./store.ts";
import { SimulatedTime } from "./time.ts";

/** A world in which nothing goes wrong, whose rotation is stopped in a given state by killing its process there. */
export class CommandWorld {
  readonly #scenario: Scenario;
  readonly #time = new SimulatedTime(Date.UTC(2026, 0, 1));
  readonly #iam: SimulatedIam;
  readonly #places: readonly SimulatedPlace[];
  readonly #laws: Laws;
  readonly #store = new Store("ledger");
  readonly #old: SimulatedKey;
  /** How many of the places the configuration has. */
  #configured: number;
  #stopAt: CommandRow | null = null;
  /** The key that whoever asks means. */
  onlyKey: AccessKeyId | null = null;
  #ids = 0;

  constructor() {
    const target = {
      parts: "pair",
      reads: "value",
      refusesUnknown: true,
      smtp: false,
      hasAfter: true,
      flapsAfterMs: null,
      brokenFromMs: 0,
      brokenForMs: 0,
      consumer: { reload: "each-use", reloadEveryMs: DAY, useEveryMs: HOUR, isShown: true, presigns: false },
    } as const;
    this.#scenario = {
      ...drawScenario(1),
      actor: "administrator",
      regions: ["us-east-1"],
      usedEveryMs: HOUR,
      soakMs: HOUR,
      quarantineMs: DAY,
      presignedMs: 0,
      acceptUnprovenUse: false,
      targets: [target, { ...target, parts: "id-first" }],
      trail: "readable",
      mayTag: true,
      faultOneIn: 0,
      spreadMs: [0],
      staleMs: 0,
      reportingLagMs: 0,
      clockSkewMs: 0,
      second: "none",
      people: [],
      lastTargetFromRun: 0,
    };
    const { targets } = this.#scenario;
    this.#configured = targets.length;
    this.#iam = new SimulatedIam(this.#time, randomFrom(1), this.#scenario);
    this.#old = this.#iam.make("person");
    this.#places = targets.map((each, index) => new SimulatedPlace(`place-${index}`, each, this.#time, this.#old));
    this.#laws = new Laws({
      time: this.#time,
      iam: this.#iam,
      scenario: this.#scenario,
      places: this.#places,
      storeOf: () => this.#store,
    });
    this.#iam.laws = this.#laws;
    for (const place of this.#places) {
      place.laws = this.#laws;
      const world = {
        time: this.#time,
        random: randomFrom(2),
        iam: this.#iam,
        scenario: this.#scenario,
        laws: this.#laws,
      };
      this.#laws.consumers.push(new Consumer(place, world));
    }
    const checked = this.#laws.afterEvent.bind(this.#laws);
    this.#laws.afterEvent = (store, process, event) => {
      checked(store, process, event);
      this.#stopHere(process, event);
    };
    this.#store.laws = this.#laws;
  }

  /** From now on the configuration has only the first of the places. */
  configure(places: number): void {
    this.#configured = places;
  }

  get oldKey(): AccessKeyId {
    return this.#old.id;
  }

  get rotation(): Rotation | null {
    return this.#store.rotation;
  }

  get violations(): readonly string[] {
    return this.#laws.violations;
  }

  /** What keys and targets are like. */
  look(): { readonly oldKey: string; readonly newKey: string; readonly targets: readonly string[] } {
    const made = this.#iam.keys.find((key) => key !== this.#old);
    return {
      oldKey: this.#old.status,
      newKey: made?.status ?? "none",
      targets: this.#places.map(({ content }) =>
        content.id === this.#old.id && content.secret === this.#old.secret
          ? "old"
          : content.id === made?.id && content.secret === made.secret
            ? "new"
            : "mixed",
      ),
    };
  }

  /** Rotates until the rotation is in that state, and no further. */
  async reach(row: CommandRow): Promise<void> {
    if (row === "idle") return;
    const before = { abandoned: "abandon", reactivated: "reactivate" } as const;
    this.#stopAt = row === "abandoned" ? "planned" : row === "reactivated" ? "soaking" : row;
    await this.#within(async () => {
      await this.#time.sleep(HOUR);
      for (let runs = 0; runs < 50 && this.#stopAt !== null; runs += 1) {
        const run = await this.#run("now");
        if (this.#stopAt !== null && commandRow(this.rotation) === this.#stopAt) this.#stopAt = null;
        else await this.#time.sleep(run?.againInMs ?? 1000);
      }
    });
    if (row === "abandoned" || row === "reactivated") await this.command(before[row]);
  }

  /** Lets time pass in which nothing runs. The time after it, ISO 8601. */
  async pass(ms: number): Promise<string> {
    await this.#within(() => this.#time.sleep(ms));
    return new Date(this.#time.now).toISOString();
  }

  /** Gives the command, and lets the rotation go on until nothing more comes of it. */
  async command(command: RotationCommand): Promise<CommandResult> {
    let result: CommandResult | null = null;
    await this.#within(async () => {
      const process = this.#process();
      result = await commandRotation(this.#request(process), this.#world(process), command);
      let run: RotationRun | null = result.kind === "accepted" ? result.run : null;
      while (
        run !== null &&
        run.againInMs !== null &&
        this.rotation?.stage !== "soaking" &&
        this.rotation?.stage !== "quarantined"
      ) {
        await this.#time.sleep(run.againInMs);
        run = await this.#run("never");
      }
    });
    if (result === null) throw new Error("The command did not come to its end");
    return result;
  }

  async #within(act: () => Promise<void>): Promise<void> {
    let isOver = false;
    const failures: Error[] = [];
    this.#time.start(async () => {
      await act().catch((error: unknown) => {
        failures.push(error instanceof Error ? error : new Error(String(error)));
      });
      isOver = true;
    });
    await this.#time.run(() => isOver);
    for (const failure of failures) throw failure;
  }

  /** Null: it was stopped. */
  async #run(begin: "now" | "never"): Promise<RotationRun | null> {
    const process = this.#process();
    try {
      return await runRotation(this.#request(process), this.#world(process), begin);
    } catch (error) {
      if (!process.isAlive) return null;
      throw error;
    } finally {
      process.isAlive = false;
    }
  }

  #stopHere(process: Process, event: RotationEvent): void {
    if (this.#stopAt === null || commandRow(this.rotation) !== this.#stopAt) return;
    // A key is asked for, and its process dies before it hears of it.
    if (event.kind === "create-intended") return;
    // Where a target must have been written, all of it was.
    if (this.#stopAt === "writing" && event.kind !== "held") return;
    process.isAlive = false;
    this.#stopAt = null;
  }

  #process(): Process {
    return new Process("process", this.#time, {
      faults: new Faults(randomFrom(3), 0),
      random: randomFrom(4),
      skewMs: 0,
      clockStandsStill: false,
      cutAt: 0,
      stallOneIn: 0,
      onCall: () => {},
      trace: null,
    });
  }

  #world(process: Process): RotationWorld {
    const aws = new SimulatedAws(this.#iam, process, this.#scenario, () => null);
    const create = aws.create.bind(aws);
    aws.create = async (mark) => {
      const answer = await create(mark);
      if (this.#stopAt === "creating") {
        process.isAlive = false;
        this.#stopAt = null;
      }
      return answer;
    };
    return {
      keys: aws,
      proof: aws,
      trail: aws,
      secrets: sealedOf(this.#store, process, {}),
      journal: journalOf(this.#store, process, {}),
      leases: leasesOf(this.#store, process, {}),
      notices: { tell: async () => {} },
      waiting: process,
      who: "a test",
      signal: new AbortController().signal,
      newId: () => `rotation-${(this.#ids += 1)}` as RotationId,
    };
  }

  #request(process: Process): RotationRequest {
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
      onlyKey: this.onlyKey,
      targets: this.#places.slice(0, this.#configured).map((place) => targetOf(place, process)),
    };
  }
}
