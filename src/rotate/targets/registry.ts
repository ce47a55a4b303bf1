import type { $ZodType } from "zod/v4/core";
import { TARGETS } from "../../generated/targets.ts";
import type { TargetDescriptor } from "./descriptor.ts";

/** The types of targets there are, in order. */
export const TARGET_TYPES: readonly string[] = Object.keys(TARGETS);

/** What there is to know of a type; null: there is none of that name. */
export async function targetDescriptor(type: string): Promise<TargetDescriptor | null> {
  const load = Object.hasOwn(TARGETS, type) ? TARGETS[type] : undefined;
  return load === undefined ? null : (await load()).default;
}

/** All of them, in order. */
export async function targetDescriptors(): Promise<readonly TargetDescriptor[]> {
  return Promise.all(Object.values(TARGETS).map(async (load) => (await load()).default));
}

/** The types as the configuration is checked by. */
export const targetTypes = {
  names: TARGET_TYPES,
  settingsOf: async (type: string): Promise<$ZodType | null> => (await targetDescriptor(type))?.settings ?? null,
};
