import type { ScanFormat } from "./scan-format.ts";

/** The formats of scan reports by name; each is loaded when it is asked for. */
const LOADERS = {
  pretty: async () => (await import("./formats/pretty.ts")).pretty,
  json: async () => (await import("./formats/json.ts")).json,
  jsonl: async () => (await import("./formats/jsonl.ts")).jsonl,
  csv: async () => (await import("./formats/csv.ts")).csv,
  markdown: async () => (await import("./formats/markdown.ts")).markdownFormat,
} as const satisfies Record<string, () => Promise<ScanFormat>>;

export type ScanFormatName = keyof typeof LOADERS;

export const SCAN_FORMATS = Object.keys(LOADERS) as readonly ScanFormatName[];

/** The text as the name of a format, or null. */
export function scanFormatName(text: string): ScanFormatName | null {
  return SCAN_FORMATS.find((name) => name === text) ?? null;
}

export function loadScanFormat(name: ScanFormatName): Promise<ScanFormat> {
  return LOADERS[name]();
}
