import { KeysweepError } from "../../model/error.ts";
import { visible } from "../../report/escape.ts";
import type { Waiting } from "../../runtime/waiting.ts";
import type { CommonFlags } from "../commands/common-flags.ts";
import type { Context } from "../context.ts";
import { ledgerLocation } from "../ledger-location.ts";
import type { RotationDesk } from "./rotation-desk.ts";

/**
 * Rotations as they are configured, with all that they are done with.
 * @param changes whether something may be changed.
 * @throws KeysweepError `usage`, `configuration`, `ledger`.
 */
export async function openDesk(
  context: Context,
  flags: CommonFlags,
  waiting: Waiting,
  changes: boolean,
): Promise<RotationDesk> {
  const ledger = ledgerLocation(context, flags.ledger);
  if (ledger === null) {
    throw new KeysweepError("usage", "--ledger none: a rotation without a journal could lose the new key", {
      hint: "Name a file on a disk of this machine, or leave the flag out.",
    });
  }
  const { RotationDesk: Desk } = await import("./rotation-desk.ts");
  return Desk.open(context, {
    config: flags.config,
    ledger,
    changes,
    waiting,
    warn(text) {
      if (!flags.quiet) context.stderr.write(`keysweep: ${visible(text)}\n`);
    },
  });
}
