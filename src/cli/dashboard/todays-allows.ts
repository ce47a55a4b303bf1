import type { RememberedFinding } from "../../ledger/scan-history.ts";
import type { Allowed } from "../../model/finding.ts";

/** What is accepted of a remembered finding today; null: nothing. */
export type TodaysAllows = (finding: RememberedFinding) => Allowed | null;

/**
 * The operator's allows as they are today: one may have been added, and one may have ended, since a scan was remembered. What a repository said stays
 * as it was told then, until its end.
 * @param configuration the operator's; null: there is none.
 * @param now milliseconds since 1970.
 * @throws KeysweepError `configuration`.
 */
export async function todaysAllows(configuration: string | null, now: number): Promise<TodaysAllows> {
  const today = new Date(now).toISOString().slice(0, 10);
  const asOfToday = ({ allowed }: RememberedFinding): Allowed | null =>
    allowed !== null && allowed.expires !== null && allowed.expires < today ? null : allowed;
  if (configuration === null) return asOfToday;
  const { policyFrom } = await import("../read-policy.ts");
  const { AllowList } = await import("../../scan/allow.ts");
  const { entries } = policyFrom(configuration, []);
  if (entries.length === 0) return asOfToday;
  const list = new AllowList(entries, today, false);
  return (finding) => {
    const { fingerprint, rule, severity, accessKeyId, places, placesLeftOut = 0 } = finding;
    const told = { fingerprint, rule, severity, accessKeyId, places, placesLeftOut, inlineAllows: [] };
    return asOfToday(finding) ?? list.allowing(told);
  };
}
