import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The package's version as code, so that nothing has to be read to say it. */
export async function generate(): Promise<Map<string, string>> {
  const text = readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  return new Map([
    [
      "src/generated/version.ts",
      `// Generated from package.json by npm run generate; do not edit.\nexport const version = ${JSON.stringify(version)};\n`,
    ],
  ]);
}
