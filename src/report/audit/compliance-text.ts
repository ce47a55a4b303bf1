import type { Compliance } from "../../model/audit-report.ts";

/** `cis-aws-3 1.14, fsbp IAM.3` */
export function complianceText(compliance: Compliance): string {
  return Object.entries(compliance)
    .map(([name, ids]) => `${name} ${ids.join(" ")}`)
    .join(", ");
}
