import { type Check, cis } from "./check.ts";

export const directPolicy: Check = {
  name: "direct-policy",
  title: "A policy is attached to a user",
  severity: "low",
  condition: () => "a user has a policy of its own, inline or attached",
  remedy: {
    title: "Attach policies to groups or roles",
    steps: [
      "Make a group with the policy and add the user: `aws iam attach-group-policy`, `aws iam add-user-to-group --user-name {userName}`.",
      "Take it off the user: `aws iam detach-user-policy --user-name {userName}`.",
    ],
  },
  compliance: { ...cis("1.15", "1.14", "2.14", "2.13"), fsbp: ["IAM.2"] },
  needs: ["authorization-details"],
  *judge({ users }) {
    for (const { userName, details } of users) {
      const names = [
        ...(details?.inline.map(({ name }) => name) ?? []),
        ...(details?.attached.map((arn) => arn.slice(arn.lastIndexOf("/") + 1)) ?? []),
      ];
      if (names.length > 0) yield { detail: `Attached to the user itself: ${names.join(", ")}.`, userName };
    }
  },
};
