import { oldKeyIsSilent } from "../../src/rotate/gate.ts";
import { GUARDS, type Guards } from "../../src/rotate/guards.ts";
import type { Step, View } from "../../src/rotate/step.ts";
import type { Leaks } from "./store.ts";

/*
 * Every guard, taken away: what the simulation is tried by. One that can be taken away unnoticed is either not needed or not tested.
 */

export interface Removal {
  readonly name: string;
  /** What it is that is gone, as a sentence. */
  readonly without: string;
  readonly guards?: Guards;
  readonly leaks?: Leaks;
}

const pass = (): Step | null => null;

function without(name: keyof Guards, sentence: string): Removal {
  return { name, without: sentence, guards: { ...GUARDS, [name]: pass } };
}

/** Takes any key that is there and unknown for the one that was asked for. */
function adopt({ rotation, seen }: View): Step | null {
  if (rotation.creating === null || seen.user === null || seen.user === "missing") return null;
  const unknown = seen.user.keys.find(({ accessKeyId }) => accessKeyId !== rotation.oldKey.id);
  return unknown === undefined
    ? { kind: "record", fact: { kind: "create-undone", evidence: "" } }
    : { kind: "record", fact: { kind: "secret-lost", key: unknown.accessKeyId, evidence: "" } };
}

export const REMOVALS: readonly Removal[] = [
  without("halvesComeFirst", "A half-written target is finished before anything else."),
  without("userIsThere", "A user that is gone is told apart from keys that are."),
  without("claimIsOurs", "A user that another ledger rotates is left alone."),
  without("userMayAct", "AWS's quarantine of a user is seen before it denies something."),
  without("secondSlotIsFree", "Nothing is begun beside a second key."),
  without("creationIsUnderstood", "What became of a lost CreateAccessKey is found out before anything else."),
  {
    name: "creationIsUnderstood: evidence",
    without: "A key is ours only by its sealed secret, or by CloudTrail.",
    guards: { ...GUARDS, creationIsUnderstood: adopt },
  },
  without("secretIsKept", "A key whose secret is lost is given to nobody."),
  without("newKeyIsThere", "The new key is there and active before the old one is touched."),
  without("newKeyIsProved", "The new key is accepted in every region before it is handed out."),
  without("targetIsKnown", "A target that holds somebody else's key is not written."),
  without("soaked", "Both keys are active for the whole soak."),
  without("oldKeyIsAsWeLeftIt", "A person who made the old key inactive is asked; its silence then is none."),
  without("oldKeyIsSilent", "The old key has been silent for as long as a consumer may be."),
  {
    name: "oldKeyIsSilent: reporting lag",
    without: "AWS is given the time that it takes to tell of a use.",
    guards: { ...GUARDS, oldKeyIsSilent: (view: View) => oldKeyIsSilent(view, 0) },
  },
  without("newKeyIsUsed", "Somebody other than us has used the new key."),
  {
    name: "newKeyIsUsed: own uses",
    without: "Our own uses of the new key are no proof.",
    guards: {
      ...GUARDS,
      newKeyIsUsed: (view: View) => ((view.seen.use?.newKey ?? null) === null ? GUARDS.newKeyIsUsed(view) : null),
    },
  },
  without("targetsAreProved", "Where silence says nothing (SMTP), a person does."),
  without("targetsHoldTheNewKey", "Targets are read again before the old key goes."),
  without("quarantineIsOver", "The old key is inactive for the whole quarantine before it is deleted."),
  without("oldKeyStayedInactive", "An old key that somebody made active again is not deleted."),
  {
    name: "newKeyIsNobodys",
    without: "Giving up deletes the new key only if no target was ever given it, and none is seen to have it.",
    // The second is for a journal that was put back (test/aws/rotate-given-up.test.ts): here it would stand in for the first.
    guards: { ...GUARDS, newKeyIsNobodys: () => true, nobodyHasTheNewKey: () => null },
  },
  without("surprisesLast", "What a list says is believed when it has lasted."),
  {
    name: "driver: intent first",
    without: "The intent is on the disk before its effect.",
    leaks: { intentsAreLost: true },
  },
  {
    name: "driver: seal first",
    without: "The secret is on the disk before anything else.",
    leaks: { sealIsLate: true },
  },
  {
    name: "driver: lease",
    without: "Only the holder of the lease changes anything.",
    leaks: { everybodyHoldsTheLease: true },
  },
  {
    name: "driver: journal",
    without: "The journal takes an event only from whoever knows all before it.",
    leaks: { journalTakesAnything: true },
  },
  {
    name: "driver: lease and journal",
    without: "Two processes do not rotate one user.",
    leaks: { everybodyHoldsTheLease: true, journalTakesAnything: true },
  },
  {
    name: "driver: fresh grounds",
    without: "What was seen a while ago is looked at again.",
    leaks: { clockStandsStill: true },
  },
];
