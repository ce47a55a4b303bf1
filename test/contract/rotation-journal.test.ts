import { describe, expect, it } from "vitest";
import { awsTime } from "../../src/model/aws-answer.ts";
import { Secret } from "../../src/model/secret.ts";
import { temporaryLedger } from "../support/ledger/folder.ts";
import { ACCOUNT, begun, event, keyId, outline, rotationId } from "../support/ledger/rotations.ts";
import { generateMaterial } from "../support/material.ts";

const ONE = rotationId(1);
const TWO = rotationId(2);
const ADA = { fence: 1, who: "ada" };

describe("a journal of rotations", () => {
  it("gives back the events of a user's latest rotation in their order", () => {
    const { rotations } = temporaryLedger();
    expect(rotations.latest(ACCOUNT, "deploy")).toBeNull();
    const events = [begun(), event(1, { kind: "claimed", how: "tag" }), event(2, { kind: "resumed" })];
    for (const [index, one] of events.entries()) expect(rotations.append(ONE, index, one, ADA)).toBe(true);
    expect(rotations.latest(ACCOUNT, "deploy")).toEqual({ id: ONE, events });
    expect([...rotations.all()]).toEqual([{ id: ONE, events }]);
    expect(rotations.latest(ACCOUNT, "other")).toBeNull();
  });

  it("takes an event only where its writer knew of all before it", () => {
    const { rotations } = temporaryLedger();
    rotations.append(ONE, 0, begun(), ADA);
    expect(rotations.append(ONE, 0, begun(), ADA)).toBe(false);
    expect(rotations.append(ONE, 2, event(1, { kind: "resumed" }), ADA)).toBe(false);
    expect(rotations.append(ONE, 1, event(1, { kind: "resumed" }), ADA)).toBe(true);
    expect(rotations.append(ONE, 1, event(1, { kind: "resumed" }), ADA)).toBe(false);
    expect(rotations.latest(ACCOUNT, "deploy")?.events).toHaveLength(2);
  });

  it("takes nothing from a holder whose lease somebody else has by now", () => {
    const { rotations } = temporaryLedger();
    rotations.append(ONE, 0, begun(), ADA);
    rotations.append(ONE, 1, event(1, { kind: "resumed" }), { fence: 2, who: "bob" });
    expect(rotations.append(ONE, 2, event(2, { kind: "resumed" }), ADA)).toBe(false);
    expect(rotations.append(ONE, 2, event(2, { kind: "resumed" }), { fence: 2, who: "bob" })).toBe(true);
  });

  it("begins a rotation with its outline, and only while the user's last one has ended", () => {
    const { rotations } = temporaryLedger();
    expect(rotations.append(ONE, 0, event(0, { kind: "resumed" }), ADA)).toBe(false);
    rotations.append(ONE, 0, begun(), ADA);
    expect(rotations.append(TWO, 0, begun(1), ADA)).toBe(false);
    rotations.append(ONE, 1, event(1, { kind: "reactivated" }), ADA);
    expect(rotations.append(TWO, 0, begun(2), ADA)).toBe(false);
    rotations.append(ONE, 2, event(2, { kind: "abandoned" }), ADA);
    expect(rotations.append(TWO, 0, begun(3), ADA)).toBe(true);
    expect(rotations.latest(ACCOUNT, "deploy")?.id).toBe(TWO);
    expect(rotations.append(rotationId(3), 0, begun(0, { userName: "other" }), ADA)).toBe(true);
    expect([...rotations.all()].map(({ id }) => id)).toEqual([TWO, rotationId(3)]);
  });

  it("names its ledger, for ever and unlike any other", () => {
    const ledger = temporaryLedger();
    expect(ledger.rotations.ledger).toMatch(/^ksl-[0-9a-f]{20}$/);
    expect(temporaryLedger({}, ledger.location).rotations.ledger).toBe(ledger.rotations.ledger);
    expect(temporaryLedger().rotations.ledger).not.toBe(ledger.rotations.ledger);
  });

  it("leaves a secret out that got into an event", () => {
    const { rotations, trail } = temporaryLedger();
    const { secret } = generateMaterial(3);
    const slip = { ...outline(), targets: [{ name: new Secret(secret) }] } as unknown as ReturnType<typeof outline>;
    rotations.append(ONE, 0, { kind: "begun", outline: slip, at: awsTime(0) }, ADA);
    const kept = JSON.stringify([rotations.latest(ACCOUNT, "deploy"), [...trail.after(0)]]);
    expect(kept.includes(secret)).toBe(false);
    expect(kept).toContain("[secret]");
  });
});

describe("what a rotation waits for", () => {
  it("is remembered as it was told last", () => {
    const { outlooks } = temporaryLedger();
    expect(outlooks.of(ONE)).toBeNull();
    outlooks.note(ONE, { until: "2026-11-22T10:00:00.000Z", why: "soaking" });
    outlooks.note(ONE, { until: null, why: "busy" });
    expect(outlooks.of(ONE)).toEqual({ until: null, why: "busy" });
  });
});

describe("the trail", () => {
  it("has each event of a journal, with who brought it about, and nothing that was not appended", () => {
    const { rotations, trail } = temporaryLedger();
    rotations.append(ONE, 0, begun(), ADA);
    rotations.append(ONE, 5, event(1, { kind: "resumed" }), ADA);
    rotations.append(ONE, 1, event(2, { kind: "proved", region: "us-east-1" }), { fence: 1, who: "cron" });
    trail.append({
      at: "2026-11-21T10:00:09.000Z",
      who: "ada",
      what: "notification.failed",
      details: { channel: "slack" },
    });
    expect([...trail.after(1)]).toEqual([
      {
        number: 2,
        at: "2026-11-21T10:00:02.000Z",
        who: "cron",
        what: "rotation.proved",
        details: { rotation: ONE, region: "us-east-1" },
      },
      {
        number: 3,
        at: "2026-11-21T10:00:09.000Z",
        who: "ada",
        what: "notification.failed",
        details: { channel: "slack" },
      },
    ]);
  });

  it("remembers how far it was handed on, to each sink, and never goes back", () => {
    const { trail } = temporaryLedger();
    expect(trail.handedOn("file")).toBe(0);
    trail.noteHandedOn("file", 7);
    trail.noteHandedOn("file", 3);
    expect([trail.handedOn("file"), trail.handedOn("syslog")]).toEqual([7, 0]);
  });
});

describe("sealed secrets", () => {
  const bytes = (fill: number): Uint8Array => new Uint8Array(100).fill(fill);

  it("are kept by rotation and key; the first of a key stays", () => {
    const { sealed } = temporaryLedger();
    sealed.put(ONE, keyId(2), bytes(1));
    sealed.put(ONE, keyId(2), bytes(2));
    sealed.put(ONE, keyId(1), bytes(3));
    sealed.put(TWO, keyId(2), bytes(4));
    expect([sealed.get(ONE, keyId(2)), sealed.get(ONE, keyId(1)), sealed.get(TWO, keyId(1))]).toEqual([
      bytes(1),
      bytes(3),
      null,
    ]);
    expect(sealed.keys(ONE)).toEqual([keyId(1), keyId(2)]);
  });

  it("are destroyed by rotation, as often as one likes", () => {
    const { sealed } = temporaryLedger();
    sealed.put(ONE, keyId(2), bytes(1));
    sealed.put(TWO, keyId(2), bytes(2));
    sealed.check(300);
    sealed.destroy(ONE);
    sealed.destroy(ONE);
    expect([sealed.keys(ONE), sealed.keys(TWO)]).toEqual([[], [keyId(2)]]);
  });
});
