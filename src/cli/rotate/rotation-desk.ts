import type { RotationAccess, UserAccess } from "../../aws/rotation-access.ts";
import { publish } from "../../aws/sns.ts";
import {
  type ConfiguredRotation,
  loadRotationConfiguration,
  type RotationConfiguration,
} from "../../config/rotations.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { AccessKeyId } from "../../model/access-key-id.ts";
import { KeysweepError } from "../../model/error.ts";
import type { AccessKeyPair } from "../../model/key-service.ts";
import type { RotationId } from "../../model/rotation.ts";
import type { JournalledRotation } from "../../model/rotation-journal.ts";
import type { SealedSecrets } from "../../model/sealed-secrets.ts";
import { Notifier } from "../../notify/notifier.ts";
import { rotationNotice } from "../../notify/rotation-notice.ts";
import { handOn, type TrailSink } from "../../notify/trail-sinks.ts";
import { fold } from "../../rotate/apply.ts";
import { cronSchedule } from "../../rotate/cron-schedule.ts";
import type { RotationNotices } from "../../rotate/ports/notices.ts";
import type { RotationRequest } from "../../rotate/read-plan.ts";
import type { Idle } from "../../rotate/report.ts";
import { hasEnded, type Rotation } from "../../rotate/rotation.ts";
import type { RotationWorld } from "../../rotate/run.ts";
import { targetTypes } from "../../rotate/targets/registry.ts";
import { namedTargets, rotationTargets } from "../../rotate/targets/rotation-targets.ts";
import { configurationPath } from "../../runtime/system.ts";
import { uniqueId, whoRunsThis } from "../../runtime/unique-id.ts";
import type { Waiting } from "../../runtime/waiting.ts";
import { Seal } from "../../seal/seal.ts";
import { lostSecrets, sealedSecrets, whereTheyOpen } from "../../seal/sealed-secrets.ts";
import type { Context } from "../context.ts";
import { type LedgerLocation, openLedgerAt } from "../ledger-location.ts";
import { operatorPath } from "../policy.ts";
import { rotationAccess, whichUser } from "./rotation-access.ts";
import { subscriptions, trailSinks } from "./rotation-channels.ts";
import { rotationLeases } from "./rotation-leases.ts";
import { identityLost, sealedRotations } from "./sealed-rotations.ts";
import { sealingKey } from "./sealing-key.ts";
import { resolver, targetWorld } from "./target-world.ts";
import { templatedRotations } from "./templated-rotations.ts";

/*
 * The one place where a rotation meets AWS, the ledger, the seal and the operator's configuration. It brings much with it, so it is loaded
 * when a command about rotations begins.
 */

export interface DeskOptions {
  readonly config: string | undefined;
  readonly ledger: LedgerLocation;
  /** Whether something may be changed: then the ledger must be one that a journal can be trusted to. */
  readonly changes: boolean;
  readonly waiting: Waiting;
  /** Tells a person something, e.g. that a notification failed. */
  warn(text: string): void;
}

/** Rotations as the operator has configured them, with all that they are done with. */
export class RotationDesk {
  readonly ledger: Ledger;
  readonly rotations: readonly ConfiguredRotation[];
  readonly #context: Context;
  readonly #options: DeskOptions;
  readonly #configuration: RotationConfiguration;
  readonly #access: RotationAccess;
  readonly #sinks: readonly TrailSink[];
  readonly #notifier: Notifier;
  readonly #ownKeyId: string | null;
  #secrets: SealedSecrets | null = null;
  #lost: KeysweepError | null = null;

  private constructor(
    context: Context,
    options: DeskOptions,
    configuration: RotationConfiguration,
    ledger: Ledger,
    rotations: readonly ConfiguredRotation[],
    access: RotationAccess,
    ownKeyId: string | null,
  ) {
    this.#context = context;
    this.#options = options;
    this.#configuration = configuration;
    this.ledger = ledger;
    this.rotations = rotations;
    this.#access = access;
    this.#ownKeyId = ownKeyId;
    this.#sinks = trailSinks(configuration.trail, context.system, configuration.folder);
    this.#notifier = this.#newNotifier();
  }

  /** @throws KeysweepError `configuration`, `ledger`. */
  static async open(context: Context, options: DeskOptions): Promise<RotationDesk> {
    const { waiting, warn } = options;
    const path = operatorPath(context, options.config === undefined ? {} : { config: options.config });
    const configuration = await loadRotationConfiguration(path, targetTypes, context.clock.now());
    const ledger = await openLedgerAt(options.ledger);
    try {
      if (options.changes) checkTrusted(ledger);
      const { rotations, templates } = configuration;
      const users = templates.length === 0 ? [] : ledger.audits.users();
      const templated = templatedRotations(templates, users, rotations);
      for (const warning of templated.warnings) warn(warning);
      const access = await rotationAccess(configuration, waiting, context.signal);
      const all = [...rotations, ...templated.rotations];
      return new RotationDesk(context, options, configuration, ledger, all, access, await access.ownKeyId());
    } catch (error) {
      ledger.close();
      throw error;
    }
  }

  /**
   * Those of these names, in their order; without names all, and who has none is told where they would stand.
   * @throws KeysweepError `usage` that names those there are.
   */
  named(names: readonly string[]): readonly ConfiguredRotation[] {
    if (names.length === 0) {
      if (this.rotations.length === 0) this.#options.warn(this.#noneConfigured());
      return this.rotations;
    }
    return names.map((name) => {
      const found = this.rotations.find(({ settings }) => settings.name === name);
      if (found !== undefined) return found;
      const known = this.rotations.map(({ settings }) => settings.name);
      if (known.length === 0) throw new KeysweepError("usage", `${name}: ${this.#noneConfigured()}`);
      throw new KeysweepError("usage", `there is no rotation ${name}`, { hint: `There are ${known.join(", ")}.` });
    });
  }

  #noneConfigured(): string {
    const { path, templates } = this.#configuration;
    const where = path ?? `${configurationPath(this.#context.system)}, which is not there`;
    const fitting = templates.length === 0 ? "" : ", and no user that the last audit saw names a template of it";
    return `no rotation is configured in ${where}${fitting}; docs/configuration.md says how to write one`;
  }

  /** Those that are under way though the configuration does not have their users any more: they can be given up, and nothing else. */
  get leftUnderWay(): readonly ConfiguredRotation[] {
    return this.#unconfigured().filter(isUnderWay).flatMap(leftRotation);
  }

  /**
   * One that the configuration does not have any more, rather one that is under way.
   * @param name as it was configured.
   */
  left(name: string): ConfiguredRotation | null {
    const rotations = this.#unconfigured().toSorted((a, b) => Number(isUnderWay(b)) - Number(isUnderWay(a)));
    return rotations.flatMap(leftRotation).find(({ settings }) => settings.name === name) ?? null;
  }

  /** The same, but for the operator's own key, which goes last: until then it is needed for the others. */
  async inOrder(rotations: readonly ConfiguredRotation[]): Promise<readonly ConfiguredRotation[]> {
    if (rotations.length < 2) return rotations;
    const own = await this.#ownUser();
    const isOwn = ({ settings }: ConfiguredRotation): boolean => own === `${settings.accountId}/${settings.userName}`;
    return rotations.toSorted((a, b) => Number(isOwn(a)) - Number(isOwn(b)));
  }

  /** The latest rotation of its user; null: there was none. */
  latest({ settings: { accountId, userName } }: ConfiguredRotation): JournalledRotation | null {
    return this.ledger.rotations.latest(accountId, userName);
  }

  /** What reports show of one that was never begun: nobody is asked for it. @throws KeysweepError `configuration`. */
  async idle({ settings, targets }: ConfiguredRotation): Promise<Idle> {
    const { home } = this.#context.system;
    return {
      settings,
      targets: await namedTargets(targets, { home, configurationFolder: this.#configuration.folder }),
    };
  }

  /** What a rotation is about. @throws KeysweepError `configuration`, `target`. */
  async request({ settings, targets }: ConfiguredRotation, onlyKey: AccessKeyId | null): Promise<RotationRequest> {
    const { folder } = this.#configuration;
    const { system } = this.#context;
    await this.#meetOperator();
    const world = targetWorld(system, folder, this.#options.waiting, resolver(system, folder), this.#access);
    const { schedule, timezone } = settings;
    return {
      settings,
      schedule: schedule === null ? null : cronSchedule(schedule, timezone),
      targets: await rotationTargets(targets, world),
      onlyKey,
    };
  }

  /** The user, as a rotation sees and changes it. @throws KeysweepError `aws`, `configuration`. */
  async user(rotation: ConfiguredRotation): Promise<UserAccess> {
    await this.#meetOperator();
    return this.#access.user(whichUser(rotation, this.#configuration));
  }

  /**
   * What a rotation is done with.
   * @param without whether it goes without secrets that cannot be opened: what ends a rotation must not hang on them.
   * @throws KeysweepError `aws`, `configuration`, `ledger`.
   */
  async world(
    rotation: ConfiguredRotation,
    { without = false }: { readonly without?: boolean } = {},
  ): Promise<RotationWorld> {
    const { waiting } = this.#options;
    const user = await this.user(rotation);
    const { seal } = this.#configuration;
    if (user.keys.actor === "self" && seal !== null && "kms" in seal) {
      throw new KeysweepError("configuration", `${rotation.at}: a user cannot rotate its own key with a seal in KMS`, {
        hint: "To open the seal would be a use of the old key. Seal with a file or the keychain, or let a role rotate it.",
      });
    }
    return {
      ...user,
      secrets: without ? whereTheyOpen(await this.#sealed()) : await this.#usable(),
      journal: this.ledger.rotations,
      leases: rotationLeases(this.ledger.leases, waiting),
      notices: this.#notices(),
      waiting,
      who: whoRunsThis(),
      signal: this.#context.signal,
      newId: () => uniqueId(waiting) as RotationId,
    };
  }

  /** How far AWS's clock is ahead of this machine's, in milliseconds, as far as is known. */
  get clockAheadMs(): number {
    return this.#access.clockAheadMs;
  }

  /** Hands the trail on to where else it goes. */
  async handOnTrail(): Promise<void> {
    await handOn(this.ledger.trail, this.#sinks, this.#options.warn);
  }

  async close(): Promise<void> {
    await this.handOnTrail();
    this.#access.close();
    this.ledger.close();
  }

  /** A user that rotates its own key is not asked who it is while that key is to fall silent, and goes over to the new one. */
  async #meetOperator(): Promise<void> {
    const own = this.#selfRotation();
    if (own === null) return;
    const { accountId, userArn } = own.outline;
    this.#access.know({ accountId, arn: userArn, partition: userArn.split(":")[1] ?? "aws" });
    const { newKey } = own;
    if (newKey === null || newKey.status !== "Active" || !isProved(own) || newKey.id === this.#ownKeyId) return;
    const secret = await whereTheyOpen(await this.#sealed()).get(own.id, newKey.id);
    const pair: AccessKeyPair | null = secret === null ? null : { accessKeyId: newKey.id, secret };
    if (pair !== null) this.#access.goOver(pair);
  }

  /** `account/user` of the operator; null where it is no user, or nobody says. */
  async #ownUser(): Promise<string | null> {
    const own = this.#selfRotation()?.outline;
    if (own !== undefined) return `${own.accountId}/${own.userName}`;
    try {
      const { accountId, arn } = await this.#access.identity();
      return arn.includes(":user/") ? `${accountId}/${arn.slice(arn.lastIndexOf("/") + 1)}` : null;
    } catch {
      // Each rotation will say so.
      return null;
    }
  }

  /** The rotation under way of the very key that the operator signs with. */
  #selfRotation(): Rotation | null {
    const concerned = ({ events: [begun] }: JournalledRotation): boolean =>
      begun?.kind === "begun" && begun.outline.actor === "self";
    for (const journalled of this.ledger.rotations.all()) {
      if (!concerned(journalled)) continue;
      const rotation = fold(journalled.id, journalled.events);
      const keys: readonly (string | undefined)[] = [rotation.oldKey.id, rotation.newKey?.id];
      if (!hasEnded(rotation) && this.#ownKeyId !== null && keys.includes(this.#ownKeyId)) return rotation;
    }
    return null;
  }

  /** What the ledger knows of users that no rotation of the configuration is about. */
  #unconfigured(): readonly JournalledRotation[] {
    const configured = new Set(this.rotations.map(({ settings }) => `${settings.accountId}/${settings.userName}`));
    return [...this.ledger.rotations.all()].filter(
      ({ events: [begun] }) =>
        begun?.kind === "begun" && !configured.has(`${begun.outline.accountId}/${begun.outline.userName}`),
    );
  }

  async #sealed(): Promise<SealedSecrets> {
    if (this.#secrets === null) {
      const { folder, seal } = this.#configuration;
      const { sealed, location } = this.ledger;
      const holders = sealedRotations(this.ledger);
      const isWanted = (): boolean => holders.length > 0;
      const { place, key } = await sealingKey(
        seal,
        this.#context,
        { folder, ledger: location },
        this.#access,
        isWanted,
      );
      if (key === null) {
        this.#lost = identityLost(place, holders);
        this.#secrets = lostSecrets(sealed, this.#lost);
      } else this.#secrets = sealedSecrets(new Seal(key), sealed);
    }
    return this.#secrets;
  }

  /** Before anything is done with a rotation that needs its secrets. @throws KeysweepError `ledger` where they are lost. */
  async #usable(): Promise<SealedSecrets> {
    const secrets = await this.#sealed();
    if (this.#lost !== null) throw this.#lost;
    return secrets;
  }

  #notices(): RotationNotices {
    return {
      tell: async ({ on, rotation }) => {
        await this.#notifier.tell(rotationNotice(on, rotation, this.#now()));
      },
    };
  }

  #newNotifier(): Notifier {
    const { system, clock } = this.#context;
    const channels = subscriptions(this.#configuration.notify, {
      system,
      clock,
      resolve: resolver(system, this.#configuration.folder),
      publish: async (topic, subject, message, id) => {
        await publish(
          await this.#access.session({ account: null, role: null, region: null }),
          topic,
          subject,
          message,
          id,
        );
      },
    });
    return new Notifier(channels, (channel, why, notice) => {
      this.#options.warn(`nobody was told by ${channel} that ${notice.title}: ${why}`);
      this.#note("notification.failed", { channel, on: notice.on, why });
    });
  }

  #note(what: string, details: Readonly<Record<string, unknown>>): void {
    try {
      this.ledger.trail.append({ at: this.#now(), who: whoRunsThis(), what, details });
    } catch {
      // The warning has to do: nothing that is only told may stop a rotation.
    }
  }

  /** ISO 8601, UTC, by AWS's clock as far as it is known. */
  #now(): string {
    return new Date(this.#context.clock.now() + this.#access.clockAheadMs).toISOString();
  }
}

function isUnderWay({ id, events }: JournalledRotation): boolean {
  return !hasEnded(fold(id, events));
}

function leftRotation({ events: [begun] }: JournalledRotation): ConfiguredRotation[] {
  if (begun?.kind !== "begun") return [];
  const { name, accountId, userName, regions, gate } = begun.outline;
  const settings = { name, accountId, userName, schedule: null, timezone: "UTC", maximumAgeMs: null, regions, gate };
  return [{ settings, role: null, externalId: null, targets: [], at: "the ledger" }];
}

function isProved({ stage }: Rotation): boolean {
  return !["planned", "creating", "created", "proving"].includes(stage);
}

/** @throws KeysweepError `ledger` where a journal could be lost, or written by another host, or is not whole. */
function checkTrusted(ledger: Ledger): void {
  const why = {
    network: "it lies on a network file system, where another host could rotate the same key",
    "throw-away": "it lies where it is gone with the next start of the machine or of the container",
    local: null,
    unknown: null,
  }[ledger.fileSystem];
  if (why !== null) {
    throw new KeysweepError("ledger", `the ledger ${ledger.location} cannot hold the journal of a rotation: ${why}`, {
      hint: "Name one on a disk of this machine with --ledger FILE, or set XDG_STATE_HOME; in a container, mount a volume.",
    });
  }
  const [problem] = ledger.problems();
  if (problem !== undefined) {
    throw new KeysweepError("ledger", `the ledger ${ledger.location} is damaged: ${problem}`, {
      hint: "Restore it from a backup. Without it, keysweep rotate plan with another --ledger shows what IAM and the targets hold.",
    });
  }
}
