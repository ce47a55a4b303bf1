import { escalationOf, Targets } from "../policy/escalation.ts";
import { type Check, cis } from "./check.ts";

export const adminWithKey: Check = {
  name: "admin-with-key",
  title: "An access key leads to administrator rights",
  severity: "critical",
  condition: () => "a user has an active access key, and may do everything or come by it in one of the usual ways",
  remedy: {
    title: "Take the key away, or the rights",
    steps: [
      "Retire the key: an administrator signs in with temporary credentials.",
      "Where a program needs it, give it the few permissions that it uses: `aws iam generate-service-last-accessed-details` tells which.",
      "Put a permissions boundary on the user until then.",
    ],
  },
  compliance: { ...cis("1.16", "1.15", "2.15", "2.14"), fsbp: ["IAM.1"] },
  needs: ["access-keys", "authorization-details"],
  *judge(inventory, { policies }) {
    const targets = new Targets(inventory, policies);
    for (const { userName, keys, details } of inventory.users) {
      if (details === null || !keys.some(({ status }) => status === "Active")) continue;
      const found = escalationOf(details, policies.ofUser(details), targets);
      if (found === null) continue;
      const how =
        found === "administrator"
          ? "The user may do everything"
          : `The user can come by all permissions with ${found.join(" and ")}`;
      yield { detail: `${how}, and has an active key.`, userName };
    }
  },
};
