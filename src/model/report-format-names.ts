const BOTH = ["pretty", "json", "jsonl", "csv", "markdown", "html", "sarif", "junit"] as const;

/** The formats of scan reports, as users type them. */
export const SCAN_FORMAT_NAMES = [...BOTH, "gitlab", "github"] as const;

export type ScanFormatName = (typeof SCAN_FORMAT_NAMES)[number];

/** The formats of audit reports, as users type them. */
export const AUDIT_FORMAT_NAMES = [...BOTH, "ocsf", "asff"] as const;

export type AuditFormatName = (typeof AUDIT_FORMAT_NAMES)[number];
