import { accessKeyId, CREDENTIAL_PREFIXES } from "../../model/access-key-id.ts";
import { KeysweepError } from "../../model/error.ts";

/**
 * What the other ids that IAM gives out are of, by what they begin with.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
const NO_CREDENTIALS: ReadonlyMap<string, string> = new Map([
  ["AGPA", "a user group"],
  ["AIDA", "an IAM user"],
  ["AIPA", "an instance profile of EC2"],
  ["ANPA", "a managed policy"],
  ["ANVA", "a version of a managed policy"],
  ["APKA", "a public key"],
  ["AROA", "a role"],
  ["ASCA", "a certificate"],
]);

/**
 * Refuses what was meant for an access key id and is none. What was typed is repeated only where it is an id for sure.
 * @throws KeysweepError `usage`.
 */
export function refuseNoAccessKey(text: string): void {
  const upper = text.toUpperCase();
  const prefix = upper.slice(0, 4);
  const id = accessKeyId(upper);
  if (id !== null && id !== text) {
    throw new KeysweepError("usage", "an access key id is written in capitals", { hint: `keysweep explain ${id}` });
  }
  const object = /^[A-Z0-9]{16,128}$/.test(upper) ? NO_CREDENTIALS.get(prefix) : undefined;
  if (object !== undefined) {
    throw new KeysweepError("usage", `an id that begins with ${prefix} is that of ${object}, and no credential`, {
      hint: `Access key ids begin with ${CREDENTIAL_PREFIXES.join(", ")}.`,
    });
  }
  if (id === null && CREDENTIAL_PREFIXES.some((known) => known === prefix)) {
    throw new KeysweepError("usage", `an access key id is ${prefix} and 16 characters more, of A to Z and 2 to 7`, {
      hint: "A report shows it with the finding.",
    });
  }
}
