import type { AuditFormatName } from "../../model/report-format-names.ts";
import { formatRegistry } from "../format-registry.ts";
import type { AuditFormat } from "./audit-format.ts";

type Loaded = Promise<AuditFormat>;

/** The formats of audit reports. */
export const auditFormats = formatRegistry<AuditFormatName, AuditFormat>("an audit", {
  pretty: async (): Loaded => (await import("./formats/pretty.ts")).pretty,
  json: async (): Loaded => (await import("./formats/json.ts")).json,
  jsonl: async (): Loaded => (await import("./formats/jsonl.ts")).jsonl,
  csv: async (): Loaded => (await import("./formats/csv.ts")).csv,
  markdown: async (): Loaded => (await import("./formats/markdown.ts")).markdownFormat,
  html: async (): Loaded => (await import("./formats/html.ts")).htmlFormat,
  sarif: async (): Loaded => (await import("./formats/sarif.ts")).sarif,
  junit: async (): Loaded => (await import("./formats/junit.ts")).junit,
  ocsf: async (): Loaded => (await import("./formats/ocsf.ts")).ocsf,
  asff: async (): Loaded => (await import("./formats/asff.ts")).asff,
});
