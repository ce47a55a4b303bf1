import { type AccessKeyId, accessKeyId } from "../../model/access-key-id.ts";
import { Secret } from "../../model/secret.ts";
import { targetError } from "./failure.ts";
import type { Held } from "./target.ts";

/** What two values come to that can be read; null: there is no such name. */
export function heldFrom(id: string | null, secret: string | null): Held {
  if (id === null && secret === null) return { kind: "nothing" };
  const known = accessKeyId((id ?? "").trim());
  const value = secret === null || secret.trim() === "" ? null : new Secret(secret);
  return known === null || value === null
    ? { kind: "part", accessKeyId: known, secret: value }
    : { kind: "key", accessKeyId: known, secret: value };
}

/**
 * Refuses to go on where another key lies than those that may be overwritten.
 * @param id what stands in the place; what is no access key id is nobody's.
 * @throws KeysweepError `target`, `never`.
 */
export function refuseStranger(place: string, id: string | null, known: readonly AccessKeyId[]): void {
  const found = accessKeyId((id ?? "").trim());
  if (found === null || known.includes(found)) return;
  throw targetError(place, `it holds ${found}, which this rotation does not know`, {
    hint: "Somebody put another key there. Find out whose it is; put back the old key, or name the place in the rotation of that key's user.",
    retry: "never",
  });
}
