import type { RememberedFinding } from "../ledger/scan-history.ts";
import { isTemporary } from "../model/access-key-id.ts";
import type { Remedy, UseCase } from "../model/finding.ts";
import { remedyFor } from "../scan/remedy.ts";

/** Today's way off a credential that was found some time. */
export function remedyOf({
  useCase,
  accountId,
  accessKeyId,
  rule,
}: Pick<RememberedFinding, "useCase" | "accountId" | "accessKeyId" | "rule">): Remedy {
  const temporary = accessKeyId !== null && isTemporary(accessKeyId);
  return remedyFor(useCase ?? ("unknown" as UseCase), { accountId, accessKeyId, rule, temporary });
}
