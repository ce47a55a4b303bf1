import { globSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");

/** The types that there are folders for, in order. */
export function targetFolders(): readonly string[] {
  return globSync("src/rotate/targets/*/descriptor.ts", { cwd: ROOT })
    .map((path) => basename(dirname(path)))
    .sort();
}

/** The types of targets by their folders: each has a `descriptor.ts` in one of the name that the configuration has for it. */
export async function generate(): Promise<Map<string, string>> {
  const types = targetFolders();
  const lines = types.map(
    (type) => `  ${JSON.stringify(type)}: () => import("../rotate/targets/${type}/descriptor.ts"),\n`,
  );
  return new Map([
    [
      "src/generated/targets.ts",
      `// Generated from the folders of src/rotate/targets by npm run generate; do not edit.
import type { TargetDescriptor } from "../rotate/targets/descriptor.ts";

/** The types of targets by name; each is loaded when it is asked for. */
export const TARGETS: Readonly<Record<string, () => Promise<{ readonly default: TargetDescriptor }>>> = {
${lines.join("")}};
`,
    ],
  ]);
}
