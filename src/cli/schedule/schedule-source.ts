import {
  holdOperatorText,
  loadAuditConfiguration,
  loadOperatorConfiguration,
  operatorText,
} from "../../config/load.ts";
import { loadRotationConfiguration, type RotationConfiguration } from "../../config/rotations.ts";
import { type JobSetting, loadScheduleConfiguration, type ScheduleConfiguration } from "../../config/schedule.ts";
import { KeysweepError } from "../../model/error.ts";
import { targetTypes } from "../../rotate/targets/registry.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Entry } from "../../schedule/planner.ts";
import type { Log } from "../../schedule/ports.ts";
import type { ServiceSettings, SettingsSource } from "../../schedule/service.ts";
import { scheduleDoubts } from "./schedule-doubts.ts";
import { entryOf } from "./schedule-jobs.ts";

/**
 * The operator's configuration as a service has it: read anew when it has changed. While it is not right, all that runs in this process goes
 * on with the one before.
 */
export class ScheduleSource implements SettingsSource {
  readonly path: string;
  readonly #clock: Clock;
  readonly #home: string;
  readonly #log: Log;
  #text: string;
  #configuration: ScheduleConfiguration;
  #rotations: RotationConfiguration;
  #entries: readonly Entry[];
  /** The text that is not right, or why there is none: told once. */
  #refused: string | null = null;
  problem: string | null = null;

  private constructor(path: string, text: string, { schedule, rotations }: Checked, world: SourceWorld) {
    this.path = path;
    this.#text = text;
    this.#configuration = schedule;
    this.#rotations = rotations;
    this.#entries = schedule.jobs.map(entryOf);
    this.#clock = world.clock;
    this.#home = world.home;
    this.#log = world.log;
  }

  /** @throws KeysweepError `configuration`. */
  static async open(path: string, world: SourceWorld): Promise<ScheduleSource> {
    const text = operatorText(path);
    return new ScheduleSource(path, text, await checked(path, text, world), world);
  }

  get configuration(): ScheduleConfiguration {
    return this.#configuration;
  }

  get rotations(): RotationConfiguration {
    return this.#rotations;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  setting(job: JobSetting["job"]): JobSetting | undefined {
    return this.#configuration.jobs.find((setting) => setting.job === job);
  }

  async current(): Promise<ServiceSettings> {
    try {
      await this.#readAnew();
    } catch (error) {
      if (!(error instanceof KeysweepError)) throw error;
      if (this.problem !== error.message) this.#log("error", "configuration.refused", { error: error.message });
      this.problem = error.message;
    }
    return { entries: this.#entries, jitterMs: this.#configuration.jitterMs };
  }

  async #readAnew(): Promise<void> {
    const text = operatorText(this.path);
    if (text === this.#refused) return;
    if (text === this.#text) {
      if (this.problem !== null) this.#tellRead();
      this.problem = null;
      this.#refused = null;
      return;
    }
    try {
      const { schedule, rotations } = await checked(this.path, text, { clock: this.#clock, home: this.#home });
      this.#configuration = schedule;
      this.#rotations = rotations;
    } catch (error) {
      holdOperatorText(this.path, this.#text);
      this.#refused = text;
      throw error;
    }
    this.#text = text;
    this.#refused = null;
    this.problem = null;
    this.#entries = this.#configuration.jobs.map(entryOf);
    this.#tellRead();
  }

  /** What cannot be done as things are is told at once, and not in the morning after. */
  tellDoubts(): void {
    for (const text of scheduleDoubts(this.#configuration)) this.#log("warning", "configuration.doubtful", { text });
  }

  #tellRead(): void {
    const jobs = this.#configuration.jobs.map(({ job }) => job);
    // It may be wanted, or be a file that is just being written.
    this.#log(jobs.length === 0 ? "warning" : "info", "configuration.read", { jobs });
    this.tellDoubts();
  }
}

export interface SourceWorld {
  readonly clock: Clock;
  readonly home: string;
  readonly log: Log;
}

interface Checked {
  readonly schedule: ScheduleConfiguration;
  readonly rotations: RotationConfiguration;
}

/** All of it is looked at, and not only the schedule: what runs reads the rest. From now on it is read from this text. */
async function checked(
  path: string,
  text: string,
  { clock, home }: Pick<SourceWorld, "clock" | "home">,
): Promise<Checked> {
  holdOperatorText(path, text);
  loadOperatorConfiguration(path);
  loadAuditConfiguration(path);
  const rotations = await loadRotationConfiguration(path, targetTypes, clock.now());
  return { schedule: loadScheduleConfiguration(path, clock.now(), home), rotations };
}
