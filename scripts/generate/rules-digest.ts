import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");

/** A digest of rules/, by which what was remembered under other rules is told apart. */
export async function generate(): Promise<Map<string, string>> {
  const hash = createHash("sha256");
  for (const path of globSync("rules/*.yaml", { cwd: ROOT }).sort()) hash.update(readFileSync(join(ROOT, path)));
  return new Map([
    [
      "src/generated/rules-digest.ts",
      `// Generated from rules/ by npm run generate; do not edit.\nexport const RULES_DIGEST = ${JSON.stringify(hash.digest("hex"))};\n`,
    ],
  ]);
}
