import type { CommandContext } from "@stricli/core";
import type { Clock } from "../runtime/clock.ts";
import type { OutputStream } from "../runtime/standard-streams.ts";
import type { System } from "../runtime/system.ts";
import type { ExitStatus } from "./exit.ts";
import type { Follower } from "./follower.ts";

/** What a command has of the world around it. */
export interface Context extends CommandContext {
  readonly system: System;
  readonly clock: Clock;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Aborted by Ctrl-C, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal;
  /** From now on those end the process there and then: nothing is left to be tidied up, and what is done may block. */
  endWhenInterrupted(): void;
  /**
   * From now on those abort the signal and no more: what is under way is waited for, however long it takes, since a step of a rotation that is
   * cut off can cost a key its secret. Ctrl-C once more, from whoever has been told so, ends the process there and then.
   */
  finishWhenInterrupted(): void;
  /** Between `true` and `false` another program has the keyboard: Ctrl-C is meant for that one. */
  lendKeyboard(isLent: boolean): void;
  readonly version: string;
  /** A program that follows the run; absent: nobody does. */
  readonly follower?: Follower | undefined;
  /** What the process is to end with. */
  exitWith(status: ExitStatus): void;
}
