import { type Check } from "./check.ts";

export const humanWithKey: Check = {
  name: "human-with-key",
  title: "A person's user has an access key",
  severity: "medium",
  condition: () => "a user has a password and an active access key",
  remedy: {
    title: "Give the person temporary credentials",
    steps: [
      "Sign in through IAM Identity Center: `aws configure sso`, then `aws sso login`. Without it: `aws login` uses the console's session.",
      "Retire the key: deactivate it, wait a week, delete it.",
    ],
  },
  compliance: {},
  needs: ["passwords", "access-keys"],
  *judge({ users }) {
    for (const { userName, console, keys } of users) {
      if (console.enabled && keys.some(({ status }) => status === "Active")) {
        yield {
          detail: "The user has a password, so it is a person's, and an active key, which lies on some disk.",
          userName,
        };
      }
    }
  },
};
