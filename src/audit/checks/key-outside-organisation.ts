import { seenText } from "../scanned-keys.ts";
import { type Check, FOUND_COMPLIANCE } from "./check.ts";

/** Judged once, with the management account: the key's own account is not audited. */
export const keyOutsideOrganisation: Check = {
  name: "key-outside-organisation",
  title: "A key of somebody else's account was found",
  severity: "high",
  condition: () =>
    "the last scans of this machine found a key with its secret, and its account is none of the organisation's",
  remedy: {
    title: "Find out whose key it is, and work without it",
    steps: [
      "See all places, and the way off a key for this use: `keysweep explain {accessKeyId}`.",
      "Ask whoever put it there which account it opens: a customer's, a supplier's, a private one, or one that the organisation does not know of.",
      "Let that account's owner deactivate it, and give what uses it a role there that trusts one of yours.",
      "Take it out of the places; do not try it.",
    ],
  },
  compliance: FOUND_COMPLIANCE,
  needs: ["scans", "organization-accounts"],
  *judge({ organization }, { scans }) {
    if (organization === null) return;
    for (const key of scans.outside ?? []) {
      yield {
        detail: `A key of account ${key.accountId} was found with its secret ${seenText(key)}.`,
        accessKeyId: key.accessKeyId,
      };
    }
  },
};
