import type { AccessKeyId } from "../../src/model/access-key-id.ts";
import type { KeyStatus } from "../../src/model/key-service.ts";
import type { RotationEvent, StuckCode } from "../../src/model/rotation-event.ts";
import { quietMs } from "../../src/rotate/gate.ts";
import { USE_GRAIN_MS, USE_LAG_MS } from "../../src/rotate/pace.ts";
import { hasEnded, type Rotation } from "../../src/rotate/rotation.ts";
import type { Consumer, ReadPair } from "./consumer.ts";
import type { SimulatedIam, SimulatedKey } from "./iam.ts";
import type { SimulatedPlace } from "./place.ts";
import type { Process } from "./process.ts";
import { MINUTE, type Scenario } from "./scenario.ts";
import type { Store } from "./store.ts";
import type { SimulatedTime } from "./time.ts";

/** What nobody could know in time: the world changed that shortly before. */
const JUST_NOW_MS = 5 * MINUTE;

/**
 * What must never happen, checked at every step by somebody who sees everything: the true state of keys, what each consumer has in memory.
 * What a person did by hand is no fault of the rotation, unless the rotation saw it.
 */
export class Laws {
  readonly violations: string[] = [];
  readonly consumers: Consumer[] = [];
  readonly stores: Store[] = [];
  /** A person said that all consumers are done with the old key, whether that is so or not. */
  wasConfirmed = false;
  readonly #time: SimulatedTime;
  readonly #iam: SimulatedIam;
  readonly #scenario: Scenario;
  readonly #places: readonly SimulatedPlace[];
  readonly #storeOf: (process: Process) => Store;

  constructor(world: {
    readonly time: SimulatedTime;
    readonly iam: SimulatedIam;
    readonly scenario: Scenario;
    readonly places: readonly SimulatedPlace[];
    readonly storeOf: (process: Process) => Store;
  }) {
    this.#time = world.time;
    this.#iam = world.iam;
    this.#scenario = world.scenario;
    this.#places = world.places;
    this.#storeOf = world.storeOf;
  }

  get now(): number {
    return this.#time.now;
  }

  /** A consumer's call was refused. */
  failed({ place }: Consumer, pair: ReadPair): void {
    if (pair.whileHalf) return;
    const key = this.#iam.find(pair.id);
    if (key === undefined) return;
    if (key.secret !== pair.secret) {
      this.#broken(`a consumer of ${place.name} has an id and a secret that do not belong together`);
      return;
    }
    const { stopped } = key;
    if (stopped === null) {
      if (key.by === "rotation") this.#broken(`a consumer of ${place.name} has a key that is not accepted yet`);
      return;
    }
    if (stopped.by === "person" || this.#isExcused(place, pair, stopped.at)) return;
    this.#broken(`a consumer of ${place.name} lives on a key that the rotation made ${stopped.to}`);
  }

  beforeCreate(process: Process): void {
    this.beforeChange(process);
    const mine = this.#rotation(process);
    const own = this.#iam.living.find(({ by, id }) => by === "rotation" && id !== mine?.oldKey.id);
    if (own !== undefined && this.#scenario.second !== "other-ledger")
      this.#broken("a key was made while one of the rotation's own was not accounted for");
  }

  afterCreate(): void {
    if (this.#iam.living.length > 2) this.#broken("three keys");
  }

  beforeStatus(process: Process, key: SimulatedKey, status: KeyStatus): void {
    this.beforeChange(process);
    const rotation = this.#rotation(process);
    if (rotation === null || !this.#isJournalled(rotation, key)) return;
    if (status === "Active" || key.status === "Inactive") return;
    if (key.id === rotation.oldKey.id) this.#checkProof(rotation);
    else if (this.#places.some((place) => place.hasHeld(key.id)))
      this.#broken("a new key that was handed out was made inactive");
  }

  beforeDelete(process: Process, key: SimulatedKey): void {
    this.beforeChange(process);
    const rotation = this.#rotation(process);
    if (rotation === null || !this.#isJournalled(rotation, key)) return;
    const last = key.changes.at(-1);
    const justChanged = last?.by === "person" && last.at > this.#time.now - JUST_NOW_MS;
    if (key.status !== "Inactive" && !justChanged) this.#broken("a key was deleted that was not inactive");
    if (key.id === rotation.oldKey.id && !this.wasConfirmed) this.#checkAsked(process, key);
    if (key.id === rotation.oldKey.id) this.#checkQuarantine(rotation, key);
    else if (this.#places.some((place) => place.hasHeld(key.id)))
      this.#broken("a new key that was handed out was deleted");
  }

  /** Before anything at AWS. */
  beforeChange(process: Process): void {
    const claim = this.#iam.claims.at(-1);
    const { ledger } = this.#storeOf(process);
    if (claim !== undefined && claim.ledger !== ledger && claim.at < this.#time.now - JUST_NOW_MS)
      this.#broken("a user was changed that another ledger rotates");
    if (this.#halves().length > 0 && this.#scenario.second !== "other-ledger")
      this.#broken("something was done at AWS while a target was half written");
  }

  /** Before anything is done to a target. */
  beforeTarget(_process: Process, place: SimulatedPlace): void {
    if (this.#halves().some((half) => half !== place) && this.#scenario.second !== "other-ledger")
      this.#broken(`something was done to ${place.name} while another target was half written`);
  }

  beforeWrite(
    process: Process,
    { name, content, scenario, meddledAt }: SimulatedPlace,
    key: AccessKeyId,
    known: readonly AccessKeyId[],
  ): void {
    const { sealed, latest } = this.#storeOf(process);
    if (latest === undefined || sealed.get(latest.id)?.has(key) !== true)
      this.#broken(`${name} was given a key whose secret is kept nowhere`);
    const isVisible = scenario.reads === "value" || scenario.reads === "id";
    if (isVisible && !known.includes(content.id) && meddledAt < this.#time.now - JUST_NOW_MS)
      this.#broken(`somebody else's key in ${name} was overwritten`);
  }

  afterEvent(store: Store, process: Process, event: RotationEvent): void {
    const rotation = this.#rotation(process);
    if (rotation === null) return;
    switch (event.kind) {
      case "stuck":
        if (!this.#isTrue(event, rotation, store))
          this.#broken(`stuck (${event.code}) for a reason that is not so: ${event.detail}`);
        break;
      case "done":
        if (this.#iam.find(rotation.oldKey.id)?.status !== "deleted") this.#broken("done, and the old key is there");
        if ((store.sealed.get(rotation.id)?.size ?? 0) > 0) this.#broken("done, and a secret is still kept");
        break;
      case "abandoned":
      case "reactivated":
        this.#checkBothActive(rotation);
        break;
      default:
        break;
    }
  }

  /** When nothing happens any more. */
  atEnd(store: Store, texts: readonly string[]): void {
    for (const consumer of this.consumers) consumer.use();
    const { rotation } = store;
    if (rotation !== null) {
      if (!hasEnded(rotation) && rotation.stuck === null && rotation.stage !== "reactivated")
        this.#broken(`it never ends: ${rotation.stage}`);
    }
    const told = [...texts, ...store.rotations.map(({ events }) => JSON.stringify(events))].join("\n");
    if (this.#iam.keys.some(({ secret }) => told.includes(secret))) this.#broken("a secret was told");
  }

  neverEnds(why: string): void {
    this.#broken(`it never ends: ${why}`);
  }

  threw(error: unknown): void {
    this.#broken(`it threw: ${error instanceof Error ? error.message : String(error)}`);
  }

  /** Nobody who lives as declared may still need the old key. */
  #checkProof(rotation: Rotation): void {
    const { handedOverAt, outline, newKey, oldKey, confirmedAt } = rotation;
    const now = this.#time.now;
    if (handedOverAt === null || newKey === null) {
      this.#broken("the old key was made inactive before every target had the new one");
      return;
    }
    const { gate } = outline;
    if (now < handedOverAt + gate.soakMs) this.#broken("the old key was made inactive before the soak was over");
    const waived = gate.acceptUnprovenUse || (confirmedAt !== null && confirmedAt >= handedOverAt);
    const fresh = this.#iam.find(newKey.id);
    if (fresh === undefined) throw new Error("The journal names a key that never was");
    if (!waived && fresh.lastForeignUse < handedOverAt)
      this.#broken("the old key was made inactive though nobody has used the new one");
    const last = fresh.changes.at(-1);
    if (fresh.status !== "Active" && !(last?.by === "person" && last.at > now - JUST_NOW_MS))
      this.#broken("the old key was made inactive while the new one does not work");
    for (const consumer of this.consumers) {
      const { pair, place } = consumer;
      if (
        pair.id === oldKey.id &&
        pair.secret === this.#iam.find(oldKey.id)?.secret &&
        !this.#isExcused(place, pair, now)
      )
        this.#broken(`the old key was made inactive while a consumer of ${place.name} has it`);
    }
  }

  /** A person who made the old key inactive before we meant to is asked before it is taken for what we meant to do. */
  #checkAsked(process: Process, key: SimulatedKey): void {
    const meant = this.#storeOf(process).latest?.events.find(
      (event) => event.kind === "status-intended" && event.key === "old" && event.status === "Inactive",
    );
    const [first] = key.changes;
    if (meant !== undefined && key.stopped === first && first?.by === "person" && first.at < meant.at - JUST_NOW_MS)
      this.#broken("the old key, which a person had made inactive, was deleted with nobody asked");
  }

  #checkQuarantine({ outline, oldKey, at }: Rotation, key: SimulatedKey): void {
    const last = key.changes.at(-1);
    const inactiveFor = this.#time.now - (last?.at ?? this.#time.now);
    const unseen =
      last?.by === "person" && last.at > oldKey.since && last.at > Math.min(at, this.#time.now) - JUST_NOW_MS;
    if (inactiveFor < outline.gate.quarantineMs && !unseen)
      this.#broken("the old key was deleted before its quarantine was over");
  }

  /** Keys of others are never touched: the journal names its two, and the second is truly the rotation's. */
  #isJournalled(rotation: Rotation, key: SimulatedKey): boolean {
    const isOwn = key.id === rotation.oldKey.id || (key.id === rotation.newKey?.id && key.by === "rotation");
    if (!isOwn) this.#broken("a key was touched that is not the rotation's");
    return isOwn;
  }

  #checkBothActive(rotation: Rotation): void {
    if (this.#scenario.second === "other-ledger") return;
    const old = this.#iam.find(rotation.oldKey.id);
    if (
      old === undefined ||
      old.status === "Active" ||
      old.changes.at(-1)?.by === "person" ||
      rotation.oldKey.status === "deleted"
    )
      return;
    this.#broken(`${rotation.stage}, and the old key is ${old.status}`);
  }

  /**
   * Whether it is no fault of the rotation that a consumer has this pair though its key was stopped then: somebody put it back too late to be
   * seen, or where nobody can see it, or said that nobody needs it.
   */
  #isExcused({ scenario }: SimulatedPlace, { id, readAt, meddledAt }: ReadPair, stoppedAt: number): boolean {
    const gate = { ...this.#scenario };
    const isVisible = scenario.reads === "value" || scenario.reads === "id";
    const blindLongMs = quietMs(gate) + USE_GRAIN_MS + USE_LAG_MS;
    const blindMs = isVisible ? JUST_NOW_MS : blindLongMs;
    const putBackAt = isVisible ? meddledAt : Math.max(meddledAt, readAt);
    if (meddledAt <= readAt && putBackAt > stoppedAt - blindMs) return true;
    // Without a tag nothing tells two ledgers of each other, and a place that cannot be read does not tell that the other one wrote it.
    if (this.#scenario.second === "other-ledger" && !this.#scenario.mayTag && !isVisible) return true;
    // Nobody is silent who cannot speak: a key that a person made inactive for a while, unseen by us.
    if (
      this.#iam
        .find(id)
        ?.changes.some(({ at, by }) => by === "person" && at > stoppedAt - blindLongMs && at < stoppedAt)
    )
      return true;
    if (!isVisible && (scenario.smtp || this.wasConfirmed) && meddledAt > Number.NEGATIVE_INFINITY) return true;
    // Of a target that nobody has configured, only use that is seen tells.
    if (this.#scenario.lastTargetFromRun > 0 && (scenario.smtp || gate.acceptUnprovenUse)) return true;
    if (gate.acceptUnprovenUse && meddledAt > Number.NEGATIVE_INFINITY) return true;
    return scenario.smtp && (this.wasConfirmed || (meddledAt > Number.NEGATIVE_INFINITY && readAt >= meddledAt));
  }

  #halves(): SimulatedPlace[] {
    // The first half of the key whose second half was still there makes a whole.
    return this.#places.filter(
      ({ isHalf, content }) => isHalf && this.#iam.find(content.id)?.secret !== content.secret,
    );
  }

  #rotation(process: Process): Rotation | null {
    return this.#storeOf(process).rotation;
  }

  /** A reason that a person is told must be one: now, or a moment ago. */
  #isTrue(
    { code, detail }: { readonly code: StuckCode; readonly detail: string },
    rotation: Rotation,
    store: Store,
  ): boolean {
    const before = this.#time.now - 3 * JUST_NOW_MS;
    const statuses = (id: AccessKeyId | undefined) => {
      const key = id === undefined ? undefined : this.#iam.find(id);
      return key === undefined
        ? ["absent"]
        : [
            key.status,
            key.createdAt >= before ? "Active" : key.statusAt(before),
            ...key.changes.filter(({ at }) => at >= before).map(({ to }) => to),
          ];
    };
    const userIsThere = this.#time.now < this.#iam.userDeletedAt;
    const others = this.#iam.keys.filter(
      ({ id }) =>
        id !== rotation.oldKey.id && statuses(id).some((status) => status !== "deleted" && status !== "absent"),
    );
    switch (code) {
      case "user-missing":
        return !userIsThere;
      case "user-quarantined":
        return this.#iam.quarantined && this.#scenario.actor === "self";
      case "claimed-elsewhere":
        return this.#iam.claims.some(({ ledger }) => ledger !== store.ledger);
      case "second-slot-taken":
      case "creation-unknown":
        return others.length > 0;
      case "secret-lost":
        return rotation.newKey?.secretLost === true;
      case "new-key-gone":
        return this.#iam.userDeletedAt > before && statuses(rotation.newKey?.id).includes("deleted");
      case "new-key-inactive":
        return statuses(rotation.newKey?.id).includes("Inactive");
      case "old-key-inactive":
        return statuses(rotation.oldKey.id).includes("Inactive");
      case "old-key-active-again":
        return statuses(rotation.oldKey.id).includes("Active");
      case "old-key-still-used":
        return (
          (this.#iam.find(rotation.oldKey.id)?.lastForeignUse ?? 0) > (rotation.handedOverAt ?? 0) ||
          (this.#scenario.actor === "self" && this.#scenario.second === "other-ledger")
        );
      case "refused":
        return this.#isRefusal(rotation, detail);
      default:
        return true;
    }
  }

  /** AWS says no to a lot; but what could be seen before is not to be found out by being refused. */
  #isRefusal({ stage, oldKey }: Rotation, detail: string): boolean {
    const long = this.#time.now - 3 * JUST_NOW_MS;
    const other = this.#iam.living.find(({ id }) => id !== oldKey.id);
    if (detail.includes("limit") && stage === "planned" && other !== undefined && other.createdAt < long) return false;
    if (this.#scenario.actor === "self") return !(detail.includes("denied") && this.#iam.quarantinedAt < long);
    return this.#time.now < this.#iam.userDeletedAt;
  }

  #broken(what: string): void {
    this.violations.push(`${new Date(this.#time.now).toISOString()} ${what}`);
  }
}
