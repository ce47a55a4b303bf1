import type { AccessKeyId } from "../model/access-key-id.ts";
import type { AccessKeyPair } from "../model/key-service.ts";
import type { TargetPart, WhichKey } from "../model/rotation-event.ts";
import type { Secret } from "../model/secret.ts";
import type { TargetSeen } from "./seen.ts";
import type { HandedKey, Held } from "./targets/target.ts";

/** The rotation's keys, as a target would hold them; the secret of one that is not known is null. */
export interface RotationKeys {
  readonly old: { readonly accessKeyId: AccessKeyId; readonly secret: Secret | null };
  readonly new: { readonly accessKeyId: AccessKeyId; readonly secret: Secret | null } | null;
}

/** A pair as the target's consumer needs it, or its id alone where the secret is not known. */
export function asHeld(
  accessKeyId: AccessKeyId,
  pair: AccessKeyPair | null,
  hand: (pair: AccessKeyPair) => HandedKey,
): { readonly accessKeyId: AccessKeyId; readonly secret: Secret | null } {
  return pair === null ? { accessKeyId, secret: null } : hand(pair);
}

/** What a target holds, in the words of the rotation. */
export function targetSeen(held: Held, parts: readonly TargetPart[], keys: RotationKeys): TargetSeen {
  switch (held.kind) {
    case "hidden":
      return { holds: "hidden", marker: held.marker };
    case "nothing":
      return { holds: "nothing" };
    case "part":
      return held.accessKeyId === null || whose(held.accessKeyId, keys) !== null
        ? { holds: "mixed" }
        : { holds: "foreign", accessKeyId: held.accessKeyId };
    case "key":
      return keySeenIn(held.accessKeyId, held.secret, parts, keys);
  }
}

function keySeenIn(
  accessKeyId: AccessKeyId,
  secret: Secret | null,
  parts: readonly TargetPart[],
  keys: RotationKeys,
): TargetSeen {
  const holds = whose(accessKeyId, keys);
  if (holds === null) return { holds: "foreign", accessKeyId };
  // The id alone says enough of a pair that is written in one step.
  if (secret === null) return { holds, proof: parts.length === 1 ? "value" : "metadata" };
  const known = (holds === "new" ? keys.new : keys.old)?.secret ?? null;
  if (known === null) {
    const other = (holds === "new" ? keys.old : keys.new)?.secret ?? null;
    return secret.reveal() === other?.reveal() ? { holds: "mixed" } : { holds, proof: "metadata" };
  }
  return secret.reveal() === known.reveal() ? { holds, proof: "value" } : { holds: "mixed" };
}

function whose(accessKeyId: AccessKeyId, keys: RotationKeys): WhichKey | null {
  if (accessKeyId === keys.old.accessKeyId) return "old";
  return accessKeyId === keys.new?.accessKeyId ? "new" : null;
}
