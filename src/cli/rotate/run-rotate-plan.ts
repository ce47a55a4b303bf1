import { KeysweepError } from "../../model/error.ts";
import type { RotationPlan, RotationPlansReport } from "../../model/rotation-plan.ts";
import { planFormats } from "../../report/plans/plan-formats.ts";
import { planRotation } from "../../rotate/plan.ts";
import { readPlan } from "../../rotate/read-plan.ts";
import { journalledReport } from "../../rotate/run.ts";
import { systemWaiting, type Waiting } from "../../runtime/waiting.ts";
import { appearanceOn } from "../appearance.ts";
import type { RotateFlags } from "../commands/rotate.ts";
import type { Context } from "../context.ts";
import { EXIT, errorExit } from "../exit.ts";
import { outputsIn, writeOutputs } from "../outputs.ts";
import { report as reportError } from "../reporting.ts";
import { notingIn } from "../written-report.ts";
import { openDesk } from "./open-desk.ts";

/** The command `rotate plan`: looks at everything, and changes nothing. */
export async function runRotatePlan(
  context: Context,
  flags: RotateFlags,
  names: readonly string[],
  waiting: Waiting = systemWaiting,
): Promise<void> {
  const outputs = await outputsIn(flags, planFormats);
  const desk = await openDesk(context, flags, waiting, false);
  try {
    const plans: RotationPlan[] = [];
    const underWay: RotationPlansReport["underWay"][number][] = [];
    const failed: unknown[] = [];
    for (const rotation of desk.named(names)) {
      if (context.signal.aborted) throw new KeysweepError("interrupted", "interrupted; nothing was changed");
      try {
        const latest = desk.latest(rotation);
        const report = latest === null ? null : journalledReport(latest);
        if (report !== null && report.state !== "done" && report.state !== "abandoned") {
          underWay.push({ name: report.name, id: report.id, state: report.state });
          continue;
        }
        const { keys } = await desk.user(rotation);
        const request = await desk.request(rotation, null);
        plans.push(planRotation(await readPlan(request, keys, desk.ledger.rotations.ledger, context.signal)));
      } catch (error) {
        context.stderr.write(`keysweep: the rotation ${rotation.settings.name}:\n`);
        await reportError(context.stderr, error, flags.verbose);
        failed.push(error);
      }
    }
    const report: RotationPlansReport = {
      schema: "keysweep/rotation-plans@1",
      tool: { name: "keysweep", version: context.version },
      generatedAt: new Date(context.clock.now() + desk.clockAheadMs).toISOString(),
      plans,
      underWay,
    };
    await writeOutputs(context, report, outputs, {
      note: notingIn(desk.ledger, context, flags),
      appearance: appearanceOn(context, flags),
      fails: () => false,
      folder: process.cwd(),
      interruption: (left) => new KeysweepError("interrupted", `interrupted; ${left}`),
    });
    const [first] = failed;
    if (first !== undefined) context.exitWith(errorExit(first));
    else context.exitWith(plans.some(({ obstacles }) => obstacles.length > 0) ? EXIT.findings : EXIT.clean);
  } finally {
    await desk.close();
  }
}
