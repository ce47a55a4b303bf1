import type { StuckCode } from "../model/rotation-event.ts";

/** What a person does about each reason why a rotation is stuck; NAME stands for the rotation's. docs/rotation.md shows it. */
export const STUCK_REMEDIES: Readonly<Record<StuckCode, string>> = {
  "user-missing":
    "If the user was deleted on purpose, `keysweep rotate abandon NAME` and take the rotation out of the configuration. Otherwise see whether account and name are right.",
  "user-quarantined":
    "AWS found the key in public. Replace it by hand now, or configure an administrator's role for the rotation: the user itself may not change its keys.",
  "claimed-elsewhere":
    "Run keysweep where that ledger lies. If it is lost for good, delete the user's tag `keysweep:ledger` and run again.",
  refused: "Give the permission that is named, or mend what AWS says, and run again.",
  "second-slot-taken":
    "A user has two keys at most. Find out whose the other key is; when nobody needs it, delete it yourself and run again. keysweep never touches a key that it did not make or was not told of.",
  "creation-unknown":
    "See in CloudTrail, or by asking, who made that key, and whether anybody uses it. If nobody did and nobody does, it is this rotation's, and its secret is lost: delete it yourself and run again. If it is somebody's, `keysweep rotate abandon NAME`.",
  "secret-lost":
    "`keysweep rotate abandon NAME` makes that key inactive and deletes it: nobody has its secret. Then run again.",
  "key-not-accepted":
    "See whether each of the rotation's `regions` is enabled in the account and no policy keeps the user from it, and run again.",
  "wrong-identity":
    "Something stands between keysweep and AWS, or the configuration names another user. Do not go on before you know.",
  "new-key-gone":
    "Somebody deleted the new key. `keysweep rotate reactivate NAME` brings the old one back where it is known, `keysweep rotate abandon NAME` gives up; then run again.",
  "new-key-inactive":
    "Somebody made the new key inactive. Make it active again and run again, or `keysweep rotate reactivate NAME`.",
  "old-key-inactive":
    "Somebody made the old key inactive. If its consumers need it, make it active again and run again; if every consumer has the new key, `keysweep rotate confirm NAME`.",
  "old-key-active-again":
    "Somebody made the old key active again, so somebody may need it. Find out who; then make it inactive again and run again, or `keysweep rotate reactivate NAME`.",
  "old-key-still-used":
    "Whoever is named still has the old key: restart it, or add the place it has its key from to the rotation's targets. The rotation goes on by itself at the next run after the old key has been silent long enough.",
  "use-unproven":
    "If consumers use the key less often, raise `usedEvery`. If you know that every consumer has the new key, `keysweep rotate confirm NAME`.",
  "target-failing":
    "Mend what the target says, and run again. If it is no longer needed, take it out of the configuration.",
  "target-holds-unknown-key":
    "Somebody put another key there. If the place is this rotation's, put the old key back there, or empty it, and run again; otherwise take it out of the configuration.",
  "target-unconfirmed":
    "See that the consumer sends mail with the new password (restart it, or give the target an `after` command), then `keysweep rotate confirm NAME`.",
  "target-unconfigured":
    "Once the old key is inactive no target can be taken out: put it back as it was, and run again. If it is gone for good, `keysweep rotate abandon NAME` makes the old key active again and ends the rotation.",
};

export function stuckRemedy(code: StuckCode, name: string): string {
  return STUCK_REMEDIES[code].replaceAll("NAME", name);
}
