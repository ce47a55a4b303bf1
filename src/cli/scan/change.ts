import { KeysweepError } from "../../model/error.ts";
import { visible } from "../../report/escape.ts";
import { AllowList } from "../../scan/allow.ts";
import { shownName } from "../../scan/shown-name.ts";
import { CatFile } from "../../scan/sources/change/cat-file.ts";
import { OperatorGit } from "../../scan/sources/change/operator-git.ts";
import {
  isNothing,
  openRange,
  parseRange,
  type RangeChange,
  type RangeRequest,
} from "../../scan/sources/change/range.ts";
import { openStaged, type StagedChange } from "../../scan/sources/change/staged.ts";
import type { Context } from "../context.ts";
import { hookSettings } from "../hook/hook-settings.ts";
import { operatorPath, type Policy, type PolicyFlags, REPOSITORY_CONFIGURATION } from "../policy.ts";

/** What is to be committed or pushed, and what is said of what may be found in it. */
export interface CheckedChange {
  readonly change: StagedChange | RangeChange;
  readonly policy: Policy;
}

/** The operator's git where keysweep was started. */
export function operatorGit({ system, signal }: Context): OperatorGit {
  return new OperatorGit({ folder: process.cwd(), environment: system.environment, signal });
}

/**
 * What is staged. The repository's configuration is the one in the index: an allow goes into the same commit as what it allows, and one
 * that is not staged would be missing from the commit.
 */
export async function stagedChange(context: Context, flags: PolicyFlags): Promise<CheckedChange> {
  const git = operatorGit(context);
  const objects = new CatFile(git);
  return closingOnError({ objects }, async () => {
    // Asked for meanwhile: git reads the whole index for it.
    const settings = flags.noRepositoryConfig ? null : settingsAt(objects, ":");
    settings?.catch(() => {});
    const change = await openStaged(git, objects);
    const text = await settings;
    const inline = !flags.noRepositoryConfig;
    return { change, policy: await policyOf(context, flags, { change, text, inline, isOurs: true }) };
  });
}

/** `A..B`, where zeros for A mean: what no remote-tracking branch has. */
export async function namedRange(context: Context, flags: PolicyFlags, range: string): Promise<CheckedChange> {
  const { from, to } = parseRange(range);
  const tips = [{ name: to, ref: null }];
  return isNothing(from)
    ? pushedRange(
        context,
        flags,
        { tips, known: [], knownRefs: ["--remotes"], mustMeet: false },
        { name: null, orBase: true },
      )
    : pushedRange(context, flags, { tips, known: [from], knownRefs: [], mustMeet: true }, { name: from, orBase: true });
}

/** The commit whose keysweep.yaml counts for a range. */
export interface PolicyCommit {
  readonly name: string | null;
  /** Where there is no such commit here: whether that of the newest known commit counts which the range builds on, or none. */
  readonly orBase: boolean;
}

/**
 * What a range of commits adds. The repository's configuration is that of `policyFrom`, so that nobody pushes a key along with its
 * permission. For the same reason inline allows count only if the operator says so.
 */
export async function pushedRange(
  context: Context,
  flags: PolicyFlags,
  request: RangeRequest,
  { name, orBase }: PolicyCommit,
): Promise<CheckedChange> {
  const change = await openRange(operatorGit(context), request);
  return closingOnError(change, async () => {
    const isHere = name !== null && (await change.objects.open(`${name}^{commit}`)) !== null;
    const base = orBase ? (change.boundary.at(-1) ?? null) : null;
    const source = isHere ? name : base;
    const text = flags.noRepositoryConfig || source === null ? null : await settingsAt(change.objects, `${source}:`);
    const inline = !flags.noRepositoryConfig && (await hookSettings(context, flags)).inlineAllow;
    return { change, policy: await policyOf(context, flags, { change, text, inline, isOurs: false }) };
  });
}

interface Settings {
  /** As messages name it. */
  readonly name: string;
  /** Null when it is longer than any configuration may be. */
  readonly text: string | null;
}

interface PolicySource {
  readonly change: StagedChange | RangeChange;
  readonly text: Settings | null;
  readonly inline: boolean;
  /** Whether who runs this can mend the repository's configuration here and now. */
  readonly isOurs: boolean;
}

async function policyOf(
  context: Context,
  flags: PolicyFlags,
  { change, text, inline, isOurs }: PolicySource,
): Promise<Policy> {
  const operator = operatorPath(context, flags);
  const today = new Date(context.clock.now()).toISOString().slice(0, 10);
  if (operator === null && text === null) return { allowList: new AllowList([], today, inline), exclude: [] };
  const { parseRepositoryConfiguration } = await import("../../config/load.ts");
  const reading = await import("../read-policy.ts");
  const parsed = (settings: Settings | null) => {
    if (settings?.text === null) {
      throw new KeysweepError("configuration", `${settings.name} is too long for a configuration`);
    }
    const repository = settings === null ? null : parseRepositoryConfiguration(settings.name, settings.text);
    return reading.policyOf(operator, repository, change.repository);
  };
  try {
    const { entries, exclude } = parsed(text);
    return { allowList: new AllowList(entries, today, inline), exclude };
  } catch (error) {
    if (isOurs || text === null || !(error instanceof KeysweepError)) throw error;
    // What was pushed long ago cannot be mended by who pushes now: so it permits nothing, and the push that mends it goes through.
    const { entries, exclude } = parsed(null);
    context.stderr.write(`keysweep: ${visible(shownName(error.message))}; it allows nothing until it is mended\n`);
    return { allowList: new AllowList(entries, today, inline), exclude };
  }
}

/** More than a configuration may be long, in bytes; the parser says what is wrong then. */
const READ_AT_MOST = 128 * 1024;

async function settingsAt(objects: CatFile, where: string): Promise<Settings | null> {
  const name = `${where}${REPOSITORY_CONFIGURATION}`;
  const header = await objects.open(name);
  if (header === null || header.type !== "blob") return null;
  const text = header.size > READ_AT_MOST ? null : (await objects.beginning(READ_AT_MOST)).toString("utf8");
  return { name, text };
}

async function closingOnError(
  { objects }: Pick<StagedChange | RangeChange, "objects">,
  work: () => Promise<CheckedChange>,
): Promise<CheckedChange> {
  try {
    return await work();
  } catch (error) {
    objects.close();
    throw error;
  }
}
