import { pushedRefs, type RefUpdate, receivedRefs } from "../hook/push.ts";
import { KeysweepError } from "../model/error.ts";
import { isNothing, NOTHING, type RangeRequest } from "../scan/sources/change/range.ts";

/** A range to check, and the commit whose keysweep.yaml counts for it; null: the newest that the range builds on. */
export interface PushRequest {
  readonly request: RangeRequest;
  readonly policyFrom: string | null;
}

/** What git gives a hook besides its name. */
export interface HookInput {
  /** For pre-push the name of the remote and its address. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
}

/** A push of a hundred thousand refs has 15 MB of them. */
const MOST_INPUT_BYTES = 64 * 1024 * 1024;

/**
 * What a push brings, by the commit that each ref had: deleted refs bring nothing; new ones, forced ones and tags bring what the other
 * side has not.
 */
export async function pushRequests(hook: "pre-push" | "pre-receive", input: HookInput): Promise<PushRequest[]> {
  const updates = await updatesOf(hook, input);
  const byOld = Map.groupBy(
    updates.filter(({ to }) => !isNothing(to)),
    ({ from }) => from,
  );
  return [...byOld].map(([from, group]) => {
    const isNew = isNothing(from);
    return {
      request: {
        tips: group.map(({ to, ref }) => ({ name: to, ref })),
        known: isNew ? [] : [from],
        knownRefs: hook === "pre-receive" ? ["--all"] : remoteRefs(input),
        mustMeet: false,
      },
      // A server's HEAD is still what it was before the push; here HEAD may be what is pushed.
      policyFrom: isNew ? (hook === "pre-receive" ? "HEAD" : null) : from,
    };
  });
}

async function updatesOf(hook: "pre-push" | "pre-receive", { environment, stdin }: HookInput): Promise<RefUpdate[]> {
  const text = await textOf(stdin);
  if (hook === "pre-receive") return receivedRefs(text);
  return text === "" && environment.PRE_COMMIT === "1" ? [frameworkUpdate(environment)] : pushedRefs(text);
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

/** What the remote is known to have: its remote-tracking branches. A remote without a name has none. */
function remoteRefs({ args, environment }: HookInput): string[] {
  const remote = args[0] ?? environment.PRE_COMMIT_REMOTE_NAME;
  if (remote === undefined) return ["--remotes"];
  return /^[\w.-]+$/.test(remote) ? [`--remotes=${remote}`] : [];
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
