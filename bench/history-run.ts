/**
 * `history-run.ts REPOSITORY [--blobs]`: searches all packs of one repository and says how much that was: what history.ts measures, in a process of its
 * own. With `--blobs` it ends once the blobs of the first pack that is large enough are searched, which come first.
 */
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { compileKernel } from "../src/scan/kernel/load.ts";
import { compilePackKernel } from "../src/scan/kernel/pack-kernel.ts";
import { PackIndex } from "../src/scan/sources/git/objects/pack-index.ts";
import { searchPack } from "../src/scan/sources/git/search/pack-search.ts";

const [repository = ".", until] = process.argv.slice(2);
const objects = [".git/objects", "objects"].map((name) => join(repository, name)).find((path) => existsSync(path));
const kernels = { document: compileKernel(), pack: compilePackKernel() };
const { signal } = new AbortController();
const wanted = (): never => {
  process.stdout.write("all blobs are searched\n");
  process.exit();
};
for (const pack of globSync(join(objects ?? repository, "pack", "*.pack"))) {
  const index = PackIndex.open(pack.replace(/pack$/, "idx"), "sha1");
  let hits = 0;
  let skipped = 0;
  const searched = await searchPack(
    { pack, index, kernels, signal, ...(until === "--blobs" ? { wanted } : {}) },
    {
      onHit: () => hits++,
      onSkipped: () => skipped++,
      onLost: () => skipped++,
      onNamed: () => {},
      onProgress: () => {},
    },
  );
  process.stdout.write(
    `${pack}: ${searched.objects} objects, ${searched.bytes} bytes, ${hits} hits, ${skipped} skipped\n`,
  );
}
