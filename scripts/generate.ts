import { globSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/*
 * Writes what is generated: each script in generate/ exports `generate()`, a map from paths (from the root) to contents.
 * With --check nothing is written: files that are not what they would be are named, and the status is 1.
 */

const ROOT = fileURLToPath(new URL("../", import.meta.url));

interface Generator {
  generate(): Promise<ReadonlyMap<string, string>>;
}

async function generateAll(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const script of globSync("scripts/generate/*.ts", { cwd: ROOT }).sort()) {
    const { generate } = (await import(`${ROOT}${script}`)) as Generator;
    for (const [path, content] of await generate()) {
      if (files.has(path)) throw new Error(`${script} writes ${path}, and so does another script`);
      files.set(path, content);
    }
  }
  return files;
}

async function isFresh(path: string, content: string): Promise<boolean> {
  return (await readFile(ROOT + path, "utf8").catch(() => null)) === content;
}

async function main(check: boolean): Promise<void> {
  const stale: string[] = [];
  for (const [path, content] of await generateAll()) {
    if (await isFresh(path, content)) continue;
    stale.push(path);
    if (check) continue;
    await mkdir(dirname(ROOT + path), { recursive: true });
    await writeFile(ROOT + path, content);
  }
  if (check && stale.length > 0)
    throw new Error(`stale: ${stale.join(", ")}\nRun \`npm run generate\` and commit the result.`);
  process.stdout.write(
    check
      ? "generated files are fresh\n"
      : `wrote ${stale.length === 0 ? "nothing: all is fresh" : stale.join(", ")}\n`,
  );
}

try {
  await main(process.argv.includes("--check"));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
