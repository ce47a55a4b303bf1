import type { RotationAccess } from "../../aws/rotation-access.ts";
import type { Secret } from "../../model/secret.ts";
import type { SecretReference } from "../../model/secret-reference.ts";
import type { TargetWorld } from "../../rotate/targets/descriptor.ts";
import { SystemFiles } from "../../runtime/host-files.ts";
import { systemKeychain } from "../../runtime/keychain.ts";
import { findProgram, runProgram } from "../../runtime/program.ts";
import { resolveSecret } from "../../runtime/secret-reference.ts";
import type { System } from "../../runtime/system.ts";
import type { Waiting } from "../../runtime/waiting.ts";
import { fetchCarefully } from "../../runtime/web.ts";

/** How long a program may take that prints a secret, in milliseconds: a person may have to unlock something. */
const SECRET_COMMAND_MS = 120_000;

/** Follows the configuration's references to secrets. */
export type Resolve = (reference: SecretReference) => Promise<Secret>;

/** @param folder where the configuration lies. */
export function resolver(system: System, folder: string): Resolve {
  const { environment, home } = system;
  return (reference) =>
    resolveSecret(reference, {
      environment,
      home,
      folder,
      keychain: systemKeychain,
      run: (argv) => runProgram({ argv, stdin: "", environment: {}, timeoutMs: SECRET_COMMAND_MS }, system),
    });
}

/** What adapters of targets have of the world: this host, and AWS as the operator. */
export function targetWorld(
  system: System,
  folder: string,
  waiting: Waiting,
  resolve: Resolve,
  access: RotationAccess,
): TargetWorld {
  return {
    waiting,
    home: system.home,
    configurationFolder: folder,
    resolve,
    fetch: fetchCarefully,
    files: new SystemFiles(waiting),
    run: (command) => runProgram(command, system),
    findProgram: (name) => findProgram(name, system),
    aws: async (place) => (await access.session(place)).clientSettings(),
  };
}
