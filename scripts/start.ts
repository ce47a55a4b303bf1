/** `npm start -- …`: builds what has changed, then is keysweep, in this very process. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildIfStale } from "./build.ts";

await buildIfStale();
// npm starts scripts at the package's root; the paths that were typed are meant from where they were typed.
if (process.env.npm_lifecycle_event === "start" && process.env.INIT_CWD !== undefined)
  process.chdir(process.env.INIT_CWD);
const main = join(import.meta.dirname, "..", "dist", "main.js");
process.argv[1] = main;
await import(pathToFileURL(main).href);
