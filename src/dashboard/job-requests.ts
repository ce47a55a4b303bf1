import type { AccessKeyId } from "../model/access-key-id.ts";
import type { RotationCommand } from "../model/rotation-event.ts";
import type { JobRequest } from "./message.ts";

/** Asks AWS whose a key is. */
export function identifyRequest(id: string): JobRequest {
  // The id alone is handed over: what it lies beside is not read again.
  return {
    purpose: "identify",
    words: ["scan", "--stdin", "--identify", "--format", "json", "--fail-on", "never", "--ledger", "none"],
    stdin: `${id}\n`,
    about: id,
  };
}

/** Looks at everything, and changes nothing. */
export function planRequest(name: string): JobRequest {
  return { purpose: "plan", words: ["rotate", "plan", name, "--format", "json"], about: name };
}

/**
 * Takes a rotation as far as it goes now.
 * @param key the one that the person was asked about: another process may go on before the answer comes
 */
export function runRequest(name: string, key: AccessKeyId | null): JobRequest {
  return { purpose: "rotate", words: ["rotate", "run", name, ...keyFlag(key), "--format", "json"], about: name };
}

/**
 * Says how a rotation is to go on.
 * @param key the one that the person was asked about
 */
export function commandRequest(command: RotationCommand, name: string, key: AccessKeyId | null): JobRequest {
  const words = ["rotate", command, name, ...keyFlag(key), "--yes", "--format", "json"];
  return { purpose: "command", words, about: name };
}

function keyFlag(key: AccessKeyId | null): readonly string[] {
  return key === null ? [] : [`--key=${key}`];
}
