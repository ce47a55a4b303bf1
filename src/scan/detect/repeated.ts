import { severityRank } from "../../model/severity.ts";
import type { Detection, InlineAllow } from "./detection.ts";

/** Of a credential that is told more than once of one place: the worst that is said of it, and it is allowed there only if each is. */
export function repeated<T extends Pick<Detection, "severity" | "inlineAllow">>(a: T, b: T): T {
  const told = severityRank(b.severity) < severityRank(a.severity) ? b : a;
  const inlineAllow = endOf(b.inlineAllow) < endOf(a.inlineAllow) ? b.inlineAllow : a.inlineAllow;
  return { ...told, inlineAllow };
}

/** When an allow ends, to compare by: what is not allowed has ended before all others, what is allowed for ever never does. */
function endOf(allow: InlineAllow | null): string {
  return allow === null ? "" : (allow.expires ?? "9999-99-99");
}
