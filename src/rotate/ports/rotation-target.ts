import type { AccessKeyPair } from "../../model/key-service.ts";
import type { ReadBack } from "../targets/descriptor.ts";
import type { HandedKey, Target } from "../targets/target.ts";

/** A target as a rotation has it: what its adapter opened, with the settings that are common to all. */
export interface RotationTarget {
  /** Unique among the rotation's; by default the place. */
  readonly name: string;
  readonly type: string;
  readonly readBack: ReadBack;
  /** See `ses` in the configuration; null: the consumer calls AWS. */
  readonly smtpRegion: string | null;
  /** What makes a static key here needless; null where nothing does. */
  readonly avoidableBy: string | null;
  /** What the consumer needs: the secret, or the SMTP password derived from it. */
  hand(pair: AccessKeyPair): HandedKey;
  /** Runs the `after` command. Rejects with a KeysweepError `target` when it fails. Null: there is none. */
  readonly after: ((signal: AbortSignal) => Promise<void>) | null;
  /** Loads the adapter and opens the place. @throws KeysweepError. */
  open(): Promise<Target>;
}
