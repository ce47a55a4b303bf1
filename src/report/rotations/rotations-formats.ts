import { formatRegistry } from "../format-registry.ts";
import type { RotationsFormat } from "./rotations-format.ts";

type Loaded = Promise<RotationsFormat>;

/** The formats of reports of rotations. */
export const rotationsFormats = formatRegistry("a report of rotations", {
  pretty: async (): Loaded => (await import("./formats/pretty.ts")).pretty,
  json: async (): Loaded => (await import("./formats/json.ts")).json,
  jsonl: async (): Loaded => (await import("./formats/jsonl.ts")).jsonl,
  csv: async (): Loaded => (await import("./formats/csv.ts")).csv,
  markdown: async (): Loaded => (await import("./formats/markdown.ts")).markdownFormat,
  html: async (): Loaded => (await import("./formats/html.ts")).htmlFormat,
});
