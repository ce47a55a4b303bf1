import { existsSync } from "node:fs";
import type { OutputOptions, RolldownOptions } from "rolldown";

/** The worker thread of the disk scanner: an entry of its own, flat beside the chunk that starts it. */
const WORKER = "src/scan/sources/disk/worker.ts";

/** What users run: plain readable ESM with every dependency inside, in chunks, so that a command loads only its own. */
export const output: OutputOptions = {
  format: "esm",
  dir: "dist",
  entryFileNames: "[name].js",
  chunkFileNames: "[name].js",
  minify: false,
  // Each file that is loaded costs half a millisecond at start, so what several chunks share lies in one.
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [{ name: "shared", test: /\/src\/(?:model|runtime|report|cli)\//, minShareCount: 2 }],
  },
};

const options: RolldownOptions = {
  input: {
    main: "src/cli/main.ts",
    ...(existsSync(new URL(WORKER, import.meta.url)) ? { "scan-worker": WORKER } : {}),
  },
  platform: "node",
  preserveEntrySignatures: "allow-extension",
  output,
};

export default options;
