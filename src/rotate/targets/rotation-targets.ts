import { KeysweepError } from "../../model/error.ts";
import type { AccessKeyPair } from "../../model/key-service.ts";
import type { RotationTarget } from "../ports/rotation-target.ts";
import type { NamedTarget } from "../report.ts";
import { smtpPassword } from "../smtp-password.ts";
import type { TargetDescriptor, TargetFolders, TargetWorld } from "./descriptor.ts";
import { targetError } from "./failure.ts";
import { targetDescriptor } from "./registry.ts";
import type { HandedKey } from "./target.ts";

/** A target as the configuration has it, its own settings checked by its descriptor. */
export interface ConfiguredTarget {
  readonly type: string;
  readonly settings: unknown;
  /** For people; null: the place tells. */
  readonly name: string | null;
  /** Run once the target holds the new key. */
  readonly after: readonly string[] | null;
  /** The consumer speaks SMTP to SES in this region; null: it calls AWS. */
  readonly smtpRegion: string | null;
}

/**
 * The targets of one rotation.
 * @throws KeysweepError `configuration` when two have the same name, or none is of such a type.
 */
export async function rotationTargets(
  configured: readonly ConfiguredTarget[],
  world: TargetWorld,
): Promise<readonly RotationTarget[]> {
  const targets: RotationTarget[] = [];
  for (const one of configured) {
    const target = await rotationTarget(one, world);
    if (targets.some(({ name }) => name === target.name))
      throw new KeysweepError("configuration", `two targets of a rotation are called ${target.name}`, {
        hint: "Take one away if they are the same place; otherwise give each a name of its own (name).",
        retry: "never",
      });
    targets.push(target);
  }
  return targets;
}

/** What reports show of targets before a rotation begins: none is opened for it. @throws KeysweepError `configuration`. */
export async function namedTargets(
  configured: readonly ConfiguredTarget[],
  folders: TargetFolders,
): Promise<readonly NamedTarget[]> {
  return Promise.all(
    configured.map(async (one) => ({ name: nameOf(one, await descriptorOf(one), folders), type: one.type })),
  );
}

async function descriptorOf({ type }: ConfiguredTarget): Promise<TargetDescriptor> {
  const descriptor = await targetDescriptor(type);
  if (descriptor === null) throw new KeysweepError("configuration", `there is no target of the type ${type}`);
  return descriptor;
}

function nameOf({ name, settings }: ConfiguredTarget, descriptor: TargetDescriptor, folders: TargetFolders): string {
  return name ?? descriptor.place(settings, folders);
}

async function rotationTarget(configured: ConfiguredTarget, world: TargetWorld): Promise<RotationTarget> {
  const { type, settings, smtpRegion, after } = configured;
  const descriptor = await descriptorOf(configured);
  const name = nameOf(configured, descriptor, world);
  return {
    name,
    type,
    readBack: descriptor.readBack(settings),
    smtpRegion,
    avoidableBy: descriptor.avoidableBy?.sentence ?? null,
    hand: (pair) => handed(pair, smtpRegion),
    after: after === null ? null : (signal) => runAfter(name, after, world, signal),
    open: () => descriptor.open(settings, world),
  };
}

function handed({ accessKeyId, secret }: AccessKeyPair, smtpRegion: string | null): HandedKey {
  return { accessKeyId, secret: smtpRegion === null ? secret : smtpPassword(secret, smtpRegion) };
}

/** How long what reloads a consumer may take, in milliseconds. */
const LONGEST_AFTER_MS = 5 * 60_000;

async function runAfter(
  name: string,
  [program = "", ...rest]: readonly string[],
  world: TargetWorld,
  signal: AbortSignal,
): Promise<void> {
  const command = {
    argv: [program, ...rest] as const,
    stdin: "",
    environment: {},
    timeoutMs: LONGEST_AFTER_MS,
    signal,
  };
  const { status, timedOut } = await world.run(command);
  if (status === 0) return;
  const problem = timedOut
    ? "did not end within 5 minutes"
    : status === null
      ? "was killed"
      : `ended with status ${status}`;
  throw targetError(name, `${program}, which is to run after it holds the new key, ${problem}`, {
    hint: "It is run again by itself; until it succeeds the consumer may go on with the old key.",
    retry: "safe",
  });
}
