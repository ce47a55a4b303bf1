import { type Check, cis } from "./check.ts";

export const keyTwoActive: Check = {
  name: "key-two-active",
  title: "A user has two active access keys",
  severity: "medium",
  condition: () => "a user has two active access keys, and none of our rotations is in progress",
  remedy: {
    title: "Keep one key at most",
    steps: [
      "Tell by their last uses which of them is in use: `aws iam list-access-keys --user-name {userName}`, then `aws iam get-access-key-last-used` for each.",
      "Deactivate the other: `aws iam update-access-key --user-name {userName} --access-key-id ID --status Inactive`.",
      "After a week without complaints delete it.",
    ],
  },
  compliance: cis("1.13", "1.12", "2.12", null),
  needs: ["access-keys"],
  *judge({ users }, { isRotating }) {
    for (const user of users) {
      const active = user.keys.filter(({ status }) => status === "Active");
      if (active.length >= 2 && !isRotating(user)) {
        yield {
          detail: `Active at once: ${active.map(({ accessKeyId }) => accessKeyId).join(" and ")}.`,
          userName: user.userName,
        };
      }
    }
  },
};
