import type { ScanFormatName } from "../../model/report-format-names.ts";
import { formatRegistry } from "../format-registry.ts";
import type { ScanFormat } from "./scan-format.ts";

type Loaded = Promise<ScanFormat>;

/** The formats of scan reports. */
export const scanFormats = formatRegistry<ScanFormatName, ScanFormat>("a scan", {
  pretty: async (): Loaded => (await import("./formats/pretty.ts")).pretty,
  json: async (): Loaded => (await import("./formats/json.ts")).json,
  jsonl: async (): Loaded => (await import("./formats/jsonl.ts")).jsonl,
  csv: async (): Loaded => (await import("./formats/csv.ts")).csv,
  markdown: async (): Loaded => (await import("./formats/markdown.ts")).markdownFormat,
  html: async (): Loaded => (await import("./formats/html.ts")).htmlFormat,
  sarif: async (): Loaded => (await import("./formats/sarif.ts")).sarif,
  junit: async (): Loaded => (await import("./formats/junit.ts")).junit,
  gitlab: async (): Loaded => (await import("./formats/gitlab.ts")).gitlab,
  github: async (): Loaded => (await import("./formats/github.ts")).github,
});
