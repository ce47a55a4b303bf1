import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { KeysweepError } from "../model/error.ts";
import { Secret } from "../model/secret.ts";
import type { SecretReference } from "../model/secret-reference.ts";
import type { Keychain } from "./keychain.ts";

/** What references lead through. */
export interface SecretSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where `~` starts. */
  readonly home: string;
  /** Where a relative path starts. */
  readonly folder: string;
  /** What a program writes to its standard output; its status is null when it was killed. */
  run(argv: readonly [string, ...string[]]): Promise<{ readonly status: number | null; readonly stdout: string }>;
  keychain(): Promise<Keychain>;
}

/** No password or token is longer, in bytes. */
const LONGEST = 64 * 1024;

/**
 * The secret that a reference leads to, without the line ends behind it.
 * @throws KeysweepError `configuration` that names the reference, when it leads to nothing.
 */
export async function resolveSecret(reference: SecretReference, sources: SecretSources): Promise<Secret> {
  const secret = await found(reference, sources);
  const value = secret.reveal().replace(/[\r\n]+$/, "");
  if (value === "") throw leadsNowhere(reference, "it is empty");
  return new Secret(value);
}

/** The reference for people: it names where the secret is. */
export function referenceText(reference: SecretReference): string {
  if ("env" in reference) return `the variable ${reference.env}`;
  if ("file" in reference) return `the file ${reference.file}`;
  // Its arguments may hold what is nobody's business.
  if ("command" in reference) return `the command ${reference.command[0]}`;
  return `the keychain's entry ${reference.keychain}`;
}

async function found(reference: SecretReference, sources: SecretSources): Promise<Secret> {
  if ("env" in reference) {
    const value = sources.environment[reference.env];
    if (value === undefined) throw leadsNowhere(reference, "it is not set");
    return new Secret(value);
  }
  if ("file" in reference) return fromFile(reference, sources);
  if ("command" in reference) {
    const { status, stdout } = await sources.run(reference.command);
    if (status !== 0)
      throw leadsNowhere(reference, status === null ? "it was ended" : `it ended with status ${status}`);
    return new Secret(stdout);
  }
  const secret = await (await sources.keychain()).read(reference.keychain);
  if (secret === null) throw leadsNowhere(reference, "there is none of that name under the service keysweep");
  return secret;
}

function fromFile(reference: { readonly file: string }, { home, folder }: SecretSources): Secret {
  const path = pathFrom(reference.file, home, folder);
  try {
    const file = openSync(path, "r");
    try {
      if (!fstatSync(file).isFile()) throw leadsNowhere(reference, "it is no file");
      const bytes = Buffer.alloc(LONGEST + 1);
      const length = readSync(file, bytes);
      if (length > LONGEST) throw leadsNowhere(reference, "it is longer than any secret");
      return new Secret(bytes.toString("utf8", 0, length));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof KeysweepError) throw error;
    throw leadsNowhere(reference, (error as NodeJS.ErrnoException).code ?? "error", error);
  }
}

/** A path of the configuration: `~` is the home, and a relative one starts where the configuration lies. */
export function pathFrom(path: string, home: string, folder: string): string {
  if (path === "~" || path.startsWith("~/")) return join(home, path.slice(1));
  return isAbsolute(path) ? path : resolve(folder, path);
}

function leadsNowhere(reference: SecretReference, problem: string, cause?: unknown): KeysweepError {
  return new KeysweepError("configuration", `there is no secret in ${referenceText(reference)}: ${problem}`, {
    hint: "Put it there, or let the configuration name another place.",
    ...(cause === undefined ? {} : { cause }),
  });
}
