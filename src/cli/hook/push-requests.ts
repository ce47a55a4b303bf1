import { pushedRefs, type RefUpdate, receivedRefs } from "../../hook/push.ts";
import { KeysweepError } from "../../model/error.ts";
import { CatFile } from "../../scan/sources/change/cat-file.ts";
import type { OperatorGit } from "../../scan/sources/change/operator-git.ts";
import { isNothing, NOTHING, type RangeRequest } from "../../scan/sources/change/range.ts";
import { REPOSITORY_CONFIGURATION } from "../policy.ts";
import type { PolicyCommit } from "../scan/change.ts";
import { knownOfRemote } from "./remote-refs.ts";

/** A range to check, and whose keysweep.yaml counts for it. */
export interface PushRequest {
  readonly request: RangeRequest;
  readonly policyFrom: PolicyCommit;
}

/** What git gives a hook besides its name. */
export interface HookInput {
  /** For pre-push the name of the remote and its address. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly git: OperatorGit;
}

/** A push of a hundred thousand refs has 15 MB of them. */
const MOST_INPUT_BYTES = 64 * 1024 * 1024;

/**
 * What a push brings: what is in none of the commits that its refs had, which the other side has. Deleted refs bring nothing; new
 * ones, forced ones and tags bring what the other side has not.
 */
export async function pushRequests(hook: "pre-push" | "pre-receive", input: HookInput): Promise<PushRequest[]> {
  return hook === "pre-receive" ? receiveRequests(input) : sendRequests(input);
}

async function sendRequests(input: HookInput): Promise<PushRequest[]> {
  const text = await textOf(input.stdin);
  const { environment, git } = input;
  const updates = text === "" && environment.PRE_COMMIT === "1" ? [frameworkUpdate(environment)] : pushedRefs(text);
  const remote = input.args[0] ?? environment.PRE_COMMIT_REMOTE_NAME;
  // The framework says of branches what it has worked out, not what the remote says.
  const said = text === "" ? [] : updates;
  const knownRefs = remote === undefined ? ["--remotes"] : await knownOfRemote(git, remote, said);
  const pushed = lasting(updates);
  const known = [...new Set(pushed.map(({ from }) => from))].filter((from) => !isNothing(from));
  // Not the policy of HEAD: it may be what is pushed.
  return [...(await byPolicy(git, pushed))].map(([name, group]) => ({
    request: requestOf(group, known, knownRefs),
    policyFrom: { name, orBase: true },
  }));
}

/**
 * Refs that had the same keysweep.yaml are checked together: a request for each of some hundred would take as many seconds as a git starts
 * in. By a commit that has it; null where there is none to ask, as for a new branch.
 */
async function byPolicy(
  git: OperatorGit,
  updates: readonly RefUpdate[],
): Promise<ReadonlyMap<string | null, readonly RefUpdate[]>> {
  const objects = new CatFile(git);
  try {
    const commitOf = new Map<string, string>();
    const policies = new Map<string, string | null>();
    for (const { from } of updates) {
      if (policies.has(from)) continue;
      const isHere = !isNothing(from) && (await objects.open(`${from}^{commit}`)) !== null;
      const policy = isHere ? ((await objects.open(`${from}:${REPOSITORY_CONFIGURATION}`))?.id ?? "") : null;
      if (policy !== null && !commitOf.has(policy)) commitOf.set(policy, from);
      policies.set(from, policy === null ? null : (commitOf.get(policy) ?? from));
    }
    return Map.groupBy(updates, ({ from }) => policies.get(from) ?? null);
  } finally {
    objects.close();
  }
}

/**
 * On a server HEAD's branch is the one that not everybody may push to: its keysweep.yaml counts for all refs, and what comes to it is
 * checked though another ref has it already.
 */
async function receiveRequests({ stdin, git }: HookInput): Promise<PushRequest[]> {
  const updates = receivedRefs(await textOf(stdin));
  const head = (await git.attempt(["symbolic-ref", "--quiet", "HEAD"])).stdout.toString("utf8").trimEnd();
  const [main, others] = [updates.filter(({ ref }) => ref === head), updates.filter(({ ref }) => ref !== head)];
  const policyFrom = { name: "HEAD", orBase: false };
  const requests = lasting(main).map((update) => {
    const known = isNothing(update.from) ? [] : [update.from];
    return { request: requestOf([update], known, []), policyFrom };
  });
  // One for all of them, however many: where the refs lead that they had is among what the server has. What a pusher says that they had is not asked.
  const pushed = lasting(others);
  if (pushed.length > 0) requests.push({ request: requestOf(pushed, [], ["--all"]), policyFrom });
  return requests;
}

/** Deleted refs bring nothing. */
function lasting(updates: readonly RefUpdate[]): RefUpdate[] {
  return updates.filter(({ to }) => !isNothing(to));
}

function requestOf(group: readonly RefUpdate[], known: readonly string[], knownRefs: readonly string[]): RangeRequest {
  return { tips: group.map(({ to, ref }) => ({ name: to, ref })), known, knownRefs, mustMeet: false };
}

/**
 * What the pre-commit framework says of a push: it reads git's lines itself, and passes the first ref on in variables. Where the push
 * brings a history from its very beginning it names the branch only; started by hand it names nothing, and what would be pushed is HEAD.
 */
function frameworkUpdate(environment: HookInput["environment"]): RefUpdate {
  const { PRE_COMMIT_FROM_REF: from, PRE_COMMIT_TO_REF: to, PRE_COMMIT_LOCAL_BRANCH: branch = "HEAD" } = environment;
  const ref = environment.PRE_COMMIT_REMOTE_BRANCH ?? branch;
  return from === undefined || to === undefined ? { ref, from: NOTHING, to: branch } : { ref, from, to };
}

async function textOf(stdin: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stdin) {
    parts.push(part);
    length += part.length;
    if (length > MOST_INPUT_BYTES) throw new KeysweepError("usage", "standard input is longer than any push");
  }
  return Buffer.concat(parts).toString("utf8");
}
