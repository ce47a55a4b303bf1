import type { AccessKeyId } from "../../src/model/access-key-id.ts";
import type { RotationCommand, StuckCode } from "../../src/model/rotation-event.ts";
import { LONG_TERM } from "../support/material.ts";
import { BASE32, BASE64, type Random } from "../support/random.ts";
import type { Consumer } from "./consumer.ts";
import type { SimulatedIam, SimulatedKey } from "./iam.ts";
import type { Laws } from "./laws.ts";
import type { Content, SimulatedPlace } from "./place.ts";
import type { Act } from "./scenario.ts";

/** Somebody with a console, who knows nothing of the rotation's steps, or mends what a stuck one asks for. */
export class Person {
  readonly #iam: SimulatedIam;
  readonly #places: readonly SimulatedPlace[];
  readonly #laws: Laws;
  readonly #random: Random;
  readonly #old: SimulatedKey;
  /** What it told keysweep to do and was not done yet. */
  readonly commands: RotationCommand[] = [];

  constructor(world: {
    readonly iam: SimulatedIam;
    readonly places: readonly SimulatedPlace[];
    readonly laws: Laws;
    readonly random: Random;
    readonly old: SimulatedKey;
  }) {
    this.#iam = world.iam;
    this.#places = world.places;
    this.#laws = world.laws;
    this.#random = world.random;
    this.#old = world.old;
  }

  do(act: Act): void {
    switch (act) {
      case "create-key":
        if (this.#iam.living.length < 2) this.#iam.noteCreation(this.#iam.make("person"), "");
        return;
      case "delete-new":
        return this.#changeNew("deleted");
      case "deactivate-new":
        return this.#changeNew("Inactive");
      case "delete-old":
        return this.#iam.change(this.#old.id, "deleted", "person");
      case "deactivate-old":
        return this.#changeOld("Inactive");
      case "activate-old":
        return this.#changeOld("Active");
      case "replace-old":
        this.#iam.change(this.#old.id, "deleted", "person");
        return this.do("create-key");
      case "put-foreign-key":
        return this.#random.pick(this.#places).put({
          id: (LONG_TERM + this.#random.text(BASE32, 16)) as AccessKeyId,
          secret: this.#random.text(BASE64, 40),
        });
      case "put-old-key":
        return this.#random.pick(this.#places).put(this.#old);
      case "confirm":
        this.#laws.wasConfirmed = true;
        this.commands.push(act);
        return;
      case "reactivate":
      case "abandon":
        this.commands.push(act);
        return;
      case "claim":
        this.#iam.claims.push({ at: this.#laws.now, ledger: "somebody-else" });
        return;
      case "delete-user":
        return this.#iam.deleteUser();
      case "quarantine-user":
        this.#iam.quarantinedAt = this.#laws.now;
        return;
    }
  }

  /** Does what a stuck rotation asks for. False: leaves it. */
  mend(code: StuckCode, ledger: string, consumers: readonly Consumer[]): boolean {
    switch (code) {
      case "user-missing":
      case "wrong-identity":
      case "key-not-accepted":
      case "target-unconfigured":
        return false;
      case "user-quarantined":
        this.#iam.quarantinedAt = Number.POSITIVE_INFINITY;
        return true;
      case "claimed-elsewhere":
        this.#iam.claims.push({ at: this.#laws.now, ledger });
        return true;
      case "refused":
      case "target-failing":
        return true;
      case "second-slot-taken":
      case "creation-unknown":
        for (const key of this.#iam.living) if (key !== this.#old) this.#iam.change(key.id, "deleted", "person");
        return true;
      case "secret-lost":
        this.commands.push("abandon");
        return true;
      case "new-key-gone":
        this.commands.push(this.#random.pick(["reactivate", "abandon"] as const));
        return true;
      case "new-key-inactive":
        for (const key of this.#iam.living) if (key !== this.#old) this.#iam.change(key.id, "Active", "person");
        return true;
      case "old-key-inactive":
        this.#changeOld("Active");
        return true;
      case "old-key-active-again":
        if (this.#random.oneIn(2)) this.commands.push("reactivate");
        else this.#changeOld("Inactive");
        return true;
      case "old-key-still-used":
        for (const consumer of consumers) consumer.restart();
        return true;
      case "use-unproven":
      case "target-unconfirmed":
        for (const consumer of consumers) consumer.restart();
        this.do("confirm");
        return true;
      case "target-holds-unknown-key":
        for (const place of this.#places)
          if (this.#iam.find(place.content.id) === undefined) place.put(this.#workingPair());
        return true;
    }
  }

  #workingPair(): Content {
    return this.#iam.living.find(({ status }) => status === "Active") ?? this.#old;
  }

  #changeNew(to: "Inactive" | "deleted"): void {
    const made = this.#iam.living.find((key) => key !== this.#old);
    if (made !== undefined) this.#iam.change(made.id, to, "person");
  }

  #changeOld(to: "Active" | "Inactive"): void {
    if (this.#old.status !== "deleted") this.#iam.change(this.#old.id, to, "person");
  }
}
