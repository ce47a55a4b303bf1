import type { $ZodType, infer as Inferred } from "zod/v4/core";
import type { AccountId } from "../../model/access-key-id.ts";
import type { Secret } from "../../model/secret.ts";
import type { SecretReference } from "../../model/secret-reference.ts";
import type { HostFiles } from "../../runtime/host-files.ts";
import type { Command, CommandResult } from "../../runtime/program.ts";
import type { Waiting } from "../../runtime/waiting.ts";
import type { Target } from "./target.ts";

export type { Command, CommandResult, SecretReference };

/** How strongly reading a target proves what it holds. */
export type ReadBack = "value" | "digest" | "metadata" | "none";

/** What there is to know of a type of target without opening one. Settings, documentation, help and the registry are made from it. */
export interface TargetDescriptor<Schema extends $ZodType = $ZodType> {
  /** As the configuration names it; the folder's name. */
  readonly type: string;
  /** What it is, e.g. `GitHub Actions, Dependabot and Codespaces secrets`. */
  readonly title: string;
  /** A strict object with `.describe`d settings; `type`, `after`, `ses` and `name` are common to all and not in it. */
  readonly settings: Schema;
  /** A target's settings that work, as YAML would give them; an example of the documentation and a test. */
  readonly example: Inferred<Schema>;
  /** Whether id and secret change in one step, with these settings. */
  isAtomic(settings: Inferred<Schema>): boolean;
  readBack(settings: Inferred<Schema>): ReadBack;
  /** The least that its token, role or process must be allowed, for the documentation. Markdown. */
  readonly leastPrivilege: string;
  /** What makes a static key here needless, e.g. OIDC; null where nothing does. */
  readonly avoidableBy: { readonly remedy: string; readonly sentence: string } | null;
  /** Where a key lies with these settings, for people: the same settings are the same place. No secret is in it. */
  place(settings: Inferred<Schema>, folders: TargetFolders): string;
  /** Loads the adapter and opens the place. Nothing is called yet. @throws KeysweepError `configuration` or `target`. */
  open(settings: Inferred<Schema>, world: TargetWorld): Promise<Target>;
}

/** A descriptor as its folder writes it: what opens the place is told how that is called. */
interface WrittenDescriptor<Schema extends $ZodType> extends Omit<TargetDescriptor<Schema>, "open"> {
  open(settings: Inferred<Schema>, world: TargetWorld, place: string): Promise<Target>;
}

/** A descriptor whose settings are inferred. */
export function describeTarget<Schema extends $ZodType>(
  descriptor: WrittenDescriptor<Schema>,
): TargetDescriptor<Schema> {
  return {
    ...descriptor,
    open: (settings, world) => descriptor.open(settings, world, descriptor.place(settings, world)),
  };
}

/** Where paths of settings start. */
export interface TargetFolders {
  /** Of `~`. */
  readonly home: string;
  /** Of a relative path. */
  readonly configurationFolder: string;
}

/** What adapters have of the world. */
export interface TargetWorld extends TargetFolders {
  readonly waiting: Waiting;
  /** @throws KeysweepError `configuration` when it leads to nothing. */
  resolve(reference: SecretReference): Promise<Secret>;
  /** Refuses plain http but to loopback, follows no redirect, and ends after a time. */
  fetch(url: URL, init?: RequestInit): Promise<Response>;
  /** Files of this host: locked, written in one step, with what is theirs kept. */
  readonly files: HostFiles;
  /** Runs a program with nothing secret in its arguments. Its output is bounded and never logged. @throws KeysweepError `target`. */
  run(command: Command): Promise<CommandResult>;
  /** The path of the program that {@link run} would start for a name; null: none. */
  findProgram(name: string): string | null;
  /** What a client of the AWS SDK is made with, as the operator or in a role. Retries are the caller's: `maxAttempts` is 1. */
  aws(where: AwsPlace): Promise<AwsClientSettings>;
}

export interface AwsPlace {
  /** Null: the operator's own. */
  readonly account: AccountId | null;
  /** An ARN, or the name of one in the account; null: no role. */
  readonly role: string | null;
  readonly region: string | null;
}

/** As the clients of @aws-sdk take it. */
export interface AwsClientSettings {
  readonly region: string;
  readonly credentials: () => Promise<{
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
    expiration?: Date;
  }>;
  readonly requestHandler: object;
  readonly maxAttempts: number;
}
