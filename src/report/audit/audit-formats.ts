import type { AuditFormat } from "./audit-format.ts";

/** The formats of audit reports by name; each is loaded when it is asked for. */
const LOADERS = {
  pretty: async () => (await import("./formats/pretty.ts")).pretty,
  json: async () => (await import("./formats/json.ts")).json,
  jsonl: async () => (await import("./formats/jsonl.ts")).jsonl,
  csv: async () => (await import("./formats/csv.ts")).csv,
  markdown: async () => (await import("./formats/markdown.ts")).markdownFormat,
} as const satisfies Record<string, () => Promise<AuditFormat>>;

export type AuditFormatName = keyof typeof LOADERS;

export const AUDIT_FORMATS = Object.keys(LOADERS) as readonly AuditFormatName[];

/** The text as the name of a format, or null. */
export function auditFormatName(text: string): AuditFormatName | null {
  return AUDIT_FORMATS.find((name) => name === text) ?? null;
}

export function loadAuditFormat(name: AuditFormatName): Promise<AuditFormat> {
  return LOADERS[name]();
}
