import { KeysweepError } from "../model/error.ts";

/** One ref that a push changes. Object ids are in hexadecimal; zeros stand for none. */
export interface RefUpdate {
  /** The ref on the receiving side, e.g. `refs/heads/main`. */
  readonly ref: string;
  readonly from: string;
  readonly to: string;
}

const ID = "(?:[0-9a-f]{40}|[0-9a-f]{64})";
const PUSH_LINE = new RegExp(`^\\S.* (?<to>${ID}) (?<ref>\\S+) (?<from>${ID})$`);
const RECEIVE_LINE = new RegExp(`^(?<from>${ID}) (?<to>${ID}) (?<ref>\\S+)$`);

/**
 * What git tells a pre-push hook: `LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID` a line.
 * @see https://git-scm.com/docs/githooks#_pre_push
 * @throws KeysweepError `usage` for a line that is none of these: what is not understood is not let through.
 */
export function pushedRefs(text: string): RefUpdate[] {
  return updates(text, PUSH_LINE);
}

/** What git tells a pre-receive hook: `OLD-ID NEW-ID REF` a line. @throws KeysweepError `usage`. */
export function receivedRefs(text: string): RefUpdate[] {
  return updates(text, RECEIVE_LINE);
}

function updates(text: string, shape: RegExp): RefUpdate[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { ref, from, to } = shape.exec(line)?.groups ?? {};
      if (ref === undefined || from === undefined || to === undefined) {
        throw new KeysweepError("usage", "standard input is not what git gives this hook", {
          hint: "This command is for hooks that git runs. By hand: keysweep scan --staged, or --range A..B.",
        });
      }
      return { ref, from, to };
    });
}
