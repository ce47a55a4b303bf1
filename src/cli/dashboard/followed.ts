import type { JobProgress } from "../../dashboard/message.ts";
import type { FindingRow } from "../../dashboard/rows.ts";
import { accountOf } from "../../model/access-key-id.ts";
import type { ErrorCode } from "../../model/error.ts";
import { placeParts } from "../../report/place-text.ts";
import { ruleNamed } from "../../scan/rules.ts";
import type { Following } from "../follower.ts";

/** What a job that is followed tells in one line. */
export type Followed =
  | { readonly kind: "progress"; readonly progress: JobProgress }
  | { readonly kind: "seen"; readonly row: FindingRow }
  | { readonly kind: "failed"; readonly code: ErrorCode };

const COUNTS = {
  scan: ["files", "bytes", "objects", "processes", "credentials"],
  audit: ["accounts", "of", "users"],
} as const;

/** Null: the line was cut off, when its writer was killed, or is none of ours. */
export function followed(line: string): Followed | null {
  try {
    const what = JSON.parse(line) as Following;
    switch (what.type) {
      case "scan":
      case "audit": {
        const counts: Readonly<Record<string, unknown>> = what;
        if (!COUNTS[what.type].every((name) => typeof counts[name] === "number")) return null;
        return {
          kind: "progress",
          progress: what.type === "audit" ? { ...what, kind: "audit" } : { ...what, kind: "scan" },
        };
      }
      case "seen":
        return typeof what.fingerprint === "string" ? { kind: "seen", row: seenRow(what) } : null;
      case "failed":
        return typeof what.code === "string" ? { kind: "failed", code: what.code } : null;
      default:
        return null;
    }
  } catch {
    return null;
  }
}

function seenRow({
  fingerprint,
  rule,
  severity,
  accessKeyId,
  place,
}: Extract<Following, { type: "seen" }>): FindingRow {
  return {
    id: fingerprint,
    severity,
    title: ruleNamed(rule).title,
    rule,
    accessKeyId,
    accountId: accessKeyId === null ? null : accountOf(accessKeyId),
    userName: null,
    where: placeParts(place).where,
    allowed: null,
    isNew: true,
    source: { kind: "just-seen" },
  };
}
