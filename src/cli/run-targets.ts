import { suggestion } from "../config/suggestion.ts";
import { KeysweepError } from "../model/error.ts";
import type { TargetsReport } from "../model/target-catalogue.ts";
import { targetFormats } from "../report/targets/target-formats.ts";
import { TARGET_TYPES } from "../rotate/targets/registry.ts";
import { appearanceOn } from "./appearance.ts";
import type { TargetsFlags } from "./commands/targets.ts";
import type { Context } from "./context.ts";
import { outputsIn, writeOutputs } from "./outputs.ts";

/** The command `targets`: all types in a list, or all about one. */
export async function runTargets(context: Context, flags: TargetsFlags, type: string | null): Promise<void> {
  const outputs = await outputsIn(flags, targetFormats);
  if (type !== null && !TARGET_TYPES.includes(type)) throw unknownType(type);
  const { COMMON_SETTINGS, targetCatalogue } = await import("../rotate/targets/catalogue.ts");
  const entries = await targetCatalogue();
  const report: TargetsReport = {
    schema: "keysweep/targets@1",
    tool: { name: "keysweep", version: context.version },
    common: COMMON_SETTINGS,
    targets: type === null ? entries : entries.filter((entry) => entry.type === type),
  };
  await writeOutputs(context, report, outputs, {
    note: null,
    appearance: appearanceOn(context, flags),
    fails: () => false,
    folder: process.cwd(),
    interruption: (left) => new KeysweepError("interrupted", `interrupted: ${left}`),
  });
}

function unknownType(type: string): KeysweepError {
  const meant = suggestion(type, TARGET_TYPES);
  return new KeysweepError("usage", `there is no target ${type}`, {
    hint: meant === null ? `There are ${TARGET_TYPES.join(", ")}.` : `Did you mean ${meant}?`,
  });
}
