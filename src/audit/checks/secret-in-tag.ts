import { type Check, FOUND_COMPLIANCE } from "./check.ts";

export const secretInTag: Check = {
  name: "secret-in-tag",
  title: "A secret stands in a user's tags or name",
  severity: "high",
  condition: () =>
    "a tag of a user, its name or its path holds a secret (critical with the id of its key beside it, medium where it only has the looks of one)",
  remedy: {
    title: "Take the secret out, and replace what it opens",
    steps: [
      "Everybody who may read IAM has seen it (`ReadOnlyAccess`, `SecurityAudit` and `ViewOnlyAccess` may): look at it with `aws iam list-user-tags --user-name {userName}`.",
      "Deactivate the key that it belongs to, and give what uses the key a role instead: `keysweep explain aws-access-key-pair` names the way for each use.",
      "Take it out: `aws iam untag-user --user-name {userName} --tag-keys TAG`, or make the user anew under another name.",
      "CloudTrail keeps the call that wrote it (`TagUser`, `CreateUser`), so only replacing the key helps.",
    ],
  },
  compliance: FOUND_COMPLIANCE,
  needs: ["authorization-details"],
  *judge({ users }) {
    for (const { userName, heldSecrets } of users) {
      for (const { where, accessKeyId, isCertain } of heldSecrets) {
        const what = isCertain ? "holds a secret" : "holds what has the looks of a secret";
        const whose = accessKeyId === null ? "" : `, that of ${accessKeyId}`;
        yield {
          detail: `${where.charAt(0).toUpperCase()}${where.slice(1)} ${what}${whose}: it is withheld in all reports.`,
          userName,
          ...(accessKeyId === null ? {} : { accessKeyId }),
          subject: where,
          severity: accessKeyId !== null ? "critical" : isCertain ? "high" : "medium",
        };
      }
    }
  },
};
