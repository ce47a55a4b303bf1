import type { HookSettings } from "../../config/load.ts";
import type { Context } from "../context.ts";
import { operatorPath, type PolicyFlags } from "../policy.ts";

/** How the operator wants hooks to behave. @throws KeysweepError `configuration`. */
export async function hookSettings(context: Context, flags: Pick<PolicyFlags, "config">): Promise<HookSettings> {
  const operator = operatorPath(context, flags);
  if (operator === null) return { inlineAllow: false, onError: "block" };
  const { loadHookSettings } = await import("../../config/load.ts");
  return loadHookSettings(operator);
}
