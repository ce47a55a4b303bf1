import type { Ledger } from "../../ledger/ledger.ts";
import { KeysweepError } from "../../model/error.ts";
import type { RotationsReport } from "../../model/rotation.ts";
import type { RotationsFormat } from "../../report/rotations/rotations-format.ts";
import { appearanceOn } from "../appearance.ts";
import type { RotateFlags } from "../commands/rotate.ts";
import type { Context } from "../context.ts";
import { type Output, writeOutputs } from "../outputs.ts";
import { notingIn } from "../written-report.ts";

/** What is known of a report before its rotations. */
export function heading(
  { version, clock }: Pick<Context, "version" | "clock">,
  { clockAheadMs }: { readonly clockAheadMs: number },
): Omit<RotationsReport, "rotations"> {
  return {
    schema: "keysweep/rotations@1",
    tool: { name: "keysweep", version },
    generatedAt: new Date(clock.now() + clockAheadMs).toISOString(),
  };
}

/**
 * Writes the report wherever it is to go. An interrupted run reports too: what was done is journalled.
 * @param ledger remembers which files are reports of our own.
 * @param isFollowed whether a format that can be followed has told each rotation already.
 * @throws KeysweepError `output`.
 */
export async function writeRotations(
  context: Context,
  flags: Pick<RotateFlags, "noColor" | "verbose">,
  outputs: readonly Output<RotationsFormat>[],
  report: RotationsReport,
  ledger: Ledger,
  isFollowed = false,
): Promise<void> {
  await writeOutputs(context, report, outputs, {
    note: notingIn(ledger, context, flags),
    appearance: appearanceOn(context, flags),
    fails: () => false,
    folder: process.cwd(),
    isRemembered: !isFollowed,
    interruption: (left) => new KeysweepError("interrupted", `interrupted; ${left}; the next run goes on`),
  });
}
