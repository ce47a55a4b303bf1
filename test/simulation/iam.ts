import type { AccessKeyId } from "../../src/model/access-key-id.ts";
import type { AwsAnswer, AwsTime, RefusalCode } from "../../src/model/aws-answer.ts";
import { awsTime } from "../../src/model/aws-answer.ts";
import type {
  AccessKeyPair,
  KeyCreation,
  KeyProof,
  KeyService,
  KeyStatus,
  KeyTrail,
  KeyUse,
  RegionUse,
  UserSeen,
} from "../../src/model/key-service.ts";
import { Secret } from "../../src/model/secret.ts";
import { LONG_TERM } from "../support/material.ts";
import { BASE32, BASE64, type Random } from "../support/random.ts";
import type { Laws } from "./laws.ts";
import type { Process } from "./process.ts";
import { MINUTE, type Scenario, SECOND } from "./scenario.ts";
import type { SimulatedTime } from "./time.ts";

export const USER_ARN = "arn:aws:iam::123412341234:user/deploy";
const GRAIN_MS = 15 * MINUTE;
const TRAIL_LAG_MS = 12 * MINUTE;

export type Doer = "rotation" | "person";

interface Change {
  readonly at: number;
  readonly to: KeyStatus | "deleted";
  readonly by: Doer;
}

export class SimulatedKey {
  readonly id: AccessKeyId;
  readonly secret: string;
  readonly createdAt: number;
  readonly by: Doer;
  readonly changes: Change[] = [];
  readonly reported: KeyUse[] = [];
  readonly shown: { readonly at: number; readonly ours: boolean; readonly region: string; readonly service: string }[] =
    [];
  /** The last use by somebody who is not the rotation. */
  lastForeignUse = Number.NEGATIVE_INFINITY;

  constructor(id: AccessKeyId, secret: string, createdAt: number, by: Doer) {
    this.id = id;
    this.secret = secret;
    this.createdAt = createdAt;
    this.by = by;
  }

  statusAt(time: number): KeyStatus | "deleted" | "absent" {
    if (time < this.createdAt) return "absent";
    return this.changes.findLast(({ at }) => at <= time)?.to ?? "Active";
  }

  get status(): KeyStatus | "deleted" {
    return this.changes.at(-1)?.to ?? "Active";
  }

  /** Who made it stop working, and when; null: it works. */
  get stopped(): Change | null {
    let stopped: Change | null = null;
    for (const change of this.changes) stopped = change.to === "Active" ? null : (stopped ?? change);
    return stopped;
  }
}

/** One user of an account, as IAM, STS, CloudTrail and SES have it. */
export class SimulatedIam {
  readonly keys: SimulatedKey[] = [];
  readonly #time: SimulatedTime;
  readonly #random: Random;
  readonly #scenario: Scenario;
  readonly #creations: (KeyCreation & { readonly done: number })[] = [];
  claims: { readonly at: number; readonly ledger: string }[] = [];
  userDeletedAt = Number.POSITIVE_INFINITY;
  quarantinedAt = Number.POSITIVE_INFINITY;
  laws: Laws | null = null;

  constructor(time: SimulatedTime, random: Random, scenario: Scenario) {
    this.#time = time;
    this.#random = random;
    this.#scenario = scenario;
  }

  find(id: AccessKeyId): SimulatedKey | undefined {
    return this.keys.find((key) => key.id === id);
  }

  get quarantined(): boolean {
    return this.quarantinedAt <= this.#time.now;
  }

  get living(): SimulatedKey[] {
    return this.keys.filter(({ status }) => status !== "deleted");
  }

  /** The user's claim as it is. */
  get claimedBy(): string | null {
    return this.claims.at(-1)?.ledger ?? null;
  }

  make(by: Doer): SimulatedKey {
    const id = (LONG_TERM + this.#random.text(BASE32, 16)) as AccessKeyId;
    const key = new SimulatedKey(id, this.#random.text(BASE64, 40), this.#time.now, by);
    this.keys.push(key);
    this.laws?.afterCreate();
    return key;
  }

  change(id: AccessKeyId, to: KeyStatus | "deleted", by: Doer): void {
    const key = this.find(id);
    if (key === undefined || key.status === to) return;
    key.changes.push({ at: this.#time.now, to, by });
  }

  deleteUser(): void {
    this.userDeletedAt = this.#time.now;
    for (const { id } of this.living) this.change(id, "deleted", "person");
  }

  /** Whether AWS takes the pair in the region; a consumer's call. */
  accepts(id: AccessKeyId, secret: string, region: string): boolean {
    const key = this.find(id);
    return (
      key !== undefined &&
      key.secret === secret &&
      key.status === "Active" &&
      this.spreadTo(key, region) <= this.#time.now
    );
  }

  spreadTo(key: SimulatedKey, region: string): number {
    const index = Math.max(this.#scenario.regions.indexOf(region), 0);
    return key.by === "rotation" ? key.createdAt + (this.#scenario.spreadMs[index] ?? 0) : key.createdAt;
  }

  noteUse(id: AccessKeyId, service: string, region: string, { ours, shown }: { ours: boolean; shown: boolean }): void {
    const key = this.find(id);
    if (key === undefined) return;
    const at = this.#time.now;
    if (!ours) key.lastForeignUse = at;
    const last = key.reported.at(-1);
    if (last === undefined || at - last.at >= GRAIN_MS) key.reported.push({ at: awsTime(at), service, region });
    if (shown) key.shown.push({ at, ours, region, service });
  }

  listed(): UserSeen | null {
    const at = this.#time.now - (this.#scenario.staleMs === 0 ? 0 : this.#random.below(this.#scenario.staleMs));
    if (at >= this.userDeletedAt) return null;
    return {
      arn: USER_ARN,
      path: "/",
      tags: {},
      claimedBy: this.claims.findLast((claim) => claim.at <= at)?.ledger ?? null,
      quarantinePolicies: this.quarantined ? ["AWSCompromisedKeyQuarantineV3"] : [],
      keys: this.keys.flatMap((key) => {
        const status = key.statusAt(at);
        return status === "absent" || status === "deleted"
          ? []
          : [{ accessKeyId: key.id, status, createdAt: awsTime(key.createdAt) }];
      }),
    };
  }

  lastUse(id: AccessKeyId): KeyUse | null {
    const until = this.#time.now - this.#scenario.reportingLagMs;
    return this.find(id)?.reported.findLast(({ at }) => at <= until) ?? null;
  }

  noteCreation(key: SimulatedKey, mark: string): void {
    this.#creations.push({
      accessKeyId: key.id,
      at: awsTime(key.createdAt),
      by:
        mark === ""
          ? "arn:aws:iam::123412341234:user/somebody"
          : `arn:aws:sts::123412341234:assumed-role/rotate/${mark}`,
      userAgent: "aws",
      done: this.#time.now,
    });
  }

  creations(since: AwsTime): KeyCreation[] {
    return this.#creations.filter(({ at, done }) => at >= since && done <= this.#time.now - TRAIL_LAG_MS);
  }

  uses(id: AccessKeyId, since: AwsTime): RegionUse[] {
    const until = this.#time.now - TRAIL_LAG_MS;
    return this.#scenario.regions.map((region) => {
      const last = this.find(id)?.shown.findLast(
        (use) => !use.ours && use.region === region && use.at <= until && use.at >= since,
      );
      return last === undefined
        ? { region, kind: "nothing-among-what-it-shows" }
        : {
            region,
            kind: "seen",
            at: awsTime(last.at),
            service: last.service,
            userAgent: "consumer",
            sourceAddress: "192.0.2.1",
          };
    });
  }
}

/** AWS as one process reaches it: each call takes time, may go wrong, and may be the process's last. */
export class SimulatedAws implements KeyService, KeyProof, KeyTrail {
  readonly actor: "administrator" | "self";
  readonly #iam: SimulatedIam;
  readonly #process: Process;
  readonly #scenario: Scenario;
  /** What it signs with; null: an administrator's role. */
  readonly #signer: () => { readonly id: AccessKeyId; readonly secret: string } | null;

  constructor(
    iam: SimulatedIam,
    process: Process,
    scenario: Scenario,
    signer: () => { readonly id: AccessKeyId; readonly secret: string } | null,
  ) {
    this.actor = scenario.actor;
    this.#iam = iam;
    this.#process = process;
    this.#scenario = scenario;
    this.#signer = signer;
  }

  signedWith(pair: AccessKeyPair): KeyService {
    return new SimulatedAws(this.#iam, this.#process, this.#scenario, () => ({
      id: pair.accessKeyId,
      secret: pair.secret.reveal(),
    }));
  }

  user(): Promise<AwsAnswer<UserSeen | null>> {
    return this.#call("iam", () => this.#done(this.#iam.listed()));
  }

  lastUse(key: AccessKeyId): Promise<AwsAnswer<KeyUse | null>> {
    return this.#call("iam", () => this.#done(this.#iam.lastUse(key)));
  }

  create(mark: string): Promise<AwsAnswer<AccessKeyPair & { readonly createdAt: AwsTime }>> {
    return this.#change(() => {
      if (this.#process.time.now >= this.#iam.userDeletedAt) return this.#refused("not-found");
      if (this.#iam.living.length >= 2) return this.#refused("limit");
      this.#iam.laws?.beforeCreate(this.#process);
      const key = this.#iam.make("rotation");
      this.#iam.noteCreation(key, mark);
      return this.#done({
        accessKeyId: key.id,
        secret: new Secret(key.secret),
        createdAt: awsTime(key.createdAt),
      });
    });
  }

  setStatus(id: AccessKeyId, status: KeyStatus): Promise<AwsAnswer<void>> {
    return this.#change(() => {
      const key = this.#iam.find(id);
      if (key === undefined || key.status === "deleted") return this.#refused("not-found");
      this.#iam.laws?.beforeStatus(this.#process, key, status);
      this.#iam.change(id, status, "rotation");
      return this.#done(undefined);
    });
  }

  delete(id: AccessKeyId): Promise<AwsAnswer<void>> {
    return this.#change(() => {
      const key = this.#iam.find(id);
      if (key === undefined || key.status === "deleted") return this.#refused("not-found");
      this.#iam.laws?.beforeDelete(this.#process, key);
      this.#iam.change(id, "deleted", "rotation");
      return this.#done(undefined);
    });
  }

  claim(ledger: string): Promise<AwsAnswer<void>> {
    return this.#change(() => {
      if (!this.#scenario.mayTag) return this.#refused("denied");
      this.#iam.laws?.beforeChange(this.#process);
      this.#iam.claims.push({ at: this.#process.time.now, ledger });
      return this.#done(undefined);
    });
  }

  identity(pair: AccessKeyPair, region: string): Promise<AwsAnswer<{ readonly arn: string }>> {
    return this.#call(null, () => {
      const secret = pair.secret.reveal();
      if (!this.#iam.accepts(pair.accessKeyId, secret, region)) return this.#refused("not-accepted");
      this.#iam.noteUse(pair.accessKeyId, "sts", region, { ours: true, shown: true });
      return this.#done({ arn: USER_ARN });
    });
  }

  smtp(pair: AccessKeyPair, region: string): Promise<AwsAnswer<void>> {
    return this.#call(null, () =>
      this.#iam.accepts(pair.accessKeyId, pair.secret.reveal(), region)
        ? this.#done(undefined)
        : this.#refused("not-accepted"),
    );
  }

  creations(since: AwsTime): Promise<AwsAnswer<readonly KeyCreation[]>> {
    return this.#call(null, () =>
      this.#scenario.trail === "denied" ? this.#refused("denied") : this.#done(this.#iam.creations(since)),
    );
  }

  async uses(key: AccessKeyId, since: AwsTime): Promise<readonly RegionUse[]> {
    await this.#process.step(SECOND);
    return this.#scenario.trail === "denied"
      ? this.#scenario.regions.map((region) => ({ region, kind: "unknown" as const, why: "denied" }))
      : this.#iam.uses(key, since);
  }

  async #change<Value>(effect: () => AwsAnswer<Value>): Promise<AwsAnswer<Value>> {
    const { faults } = this.#process;
    if (this.#iam.quarantined && this.actor === "self") return this.#call("iam", () => this.#refused("denied"));
    return this.#call("iam", effect, faults.ofMutation(), true);
  }

  async #call<Value>(
    service: string | null,
    effect: () => AwsAnswer<Value>,
    fault: "none" | "busy" | "lost-before" | "lost-after" = this.#process.faults.ofRead(),
    changes = false,
  ): Promise<AwsAnswer<Value>> {
    await this.#process.step(80, !changes);
    this.#process.called();
    if (fault === "busy") return this.#refused("busy");
    if (fault === "lost-before") {
      await this.#process.step(30 * SECOND);
      return { kind: "unknown", detail: "no answer" };
    }
    const signer = service === null ? null : this.#signer();
    if (signer !== null) {
      if (!this.#iam.accepts(signer.id, signer.secret, "us-east-1")) return this.#refused("not-accepted");
      this.#iam.noteUse(signer.id, service ?? "", "us-east-1", { ours: true, shown: true });
    }
    const answer = effect();
    this.#process.trace(() => `aws: ${answer.kind}${answer.kind === "refused" ? ` ${answer.refusal.code}` : ""}`);
    await this.#process.step(80);
    return fault === "lost-after" ? { kind: "unknown", detail: "no answer" } : answer;
  }

  #done<Value>(value: Value): AwsAnswer<Value> {
    return { kind: "done", value, at: this.#process.time.aws };
  }

  #refused(code: RefusalCode): AwsAnswer<never> {
    return {
      kind: "refused",
      refusal: { code, detail: `AWS says ${code}`, permission: code === "denied" ? "iam:Something" : null },
      at: this.#process.time.aws,
    };
  }
}
