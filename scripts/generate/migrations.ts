import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "..", "..", "src", "ledger", "migrations");

/** The ledger's migrations as code, so that the bundle holds them. Numbered from 001 without a gap; one that was released never changes. */
export async function generate(): Promise<Map<string, string>> {
  const migrations = readdirSync(FOLDER)
    .sort()
    .map((name, index) => {
      const expected = `${String(index + 1).padStart(3, "0")}.sql`;
      if (name !== expected) throw new Error(`src/ledger/migrations/${name}: expected ${expected}`);
      return readFileSync(join(FOLDER, name), "utf8");
    });
  const lines = migrations.map((sql) => `  ${JSON.stringify(sql)},\n`);
  return new Map([
    [
      "src/generated/migrations.ts",
      `// Generated from src/ledger/migrations by npm run generate; do not edit.\n/** SQL that takes a ledger from one version to the next: the first makes version 1 of an empty file. */\nexport const MIGRATIONS: readonly string[] = [\n${lines.join("")}];\n`,
    ],
  ]);
}
