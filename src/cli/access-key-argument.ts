import { type AccessKeyId, accessKeyId } from "../model/access-key-id.ts";
import { KeysweepError } from "../model/error.ts";

/** What was typed, as an access key id. @throws KeysweepError `usage` for anything else. */
export function parseAccessKeyId(text: string): AccessKeyId {
  const id = accessKeyId(text);
  if (id !== null) return id;
  // Not what was typed: it may be a secret.
  throw new KeysweepError("usage", "--key is an access key id: AKIA and 16 more characters");
}

/** @throws KeysweepError `usage` where a key is named and several rotations: it could be that of one only. */
export function checkOneKey(key: AccessKeyId | undefined, names: readonly string[]): void {
  if (key === undefined || names.length === 1) return;
  throw new KeysweepError("usage", "--key says which key one rotation is about", { hint: "Name that rotation alone." });
}
