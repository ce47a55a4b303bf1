import { type Check, cis } from "./check.ts";

export const rootAccessKey: Check = {
  name: "root-access-key",
  title: "The root user has an access key",
  severity: "critical",
  condition: () => "the root user has an access key",
  remedy: {
    title: "Delete the root user's keys",
    steps: [
      "Find out what uses it: the credential report and CloudTrail (userIdentity.type = Root) tell.",
      "Give that a role of its own.",
      "Sign in as root, open Security credentials and delete the key; in an organisation with centralized root access use a task session (`aws sts assume-root` with IAMDeleteRootUserCredentials).",
    ],
  },
  compliance: {
    ...cis("1.4", "1.3", "2.3", "2.4"),
    fsbp: ["IAM.4"],
    "pci-dss-4": ["8.2.1", "8.2.2"],
    "nist-800-53": ["AC-6"],
  },
  needs: ["account-summary"],
  *judge({ root }) {
    if (root.hasKey)
      yield { detail: "The root user has at least one access key: it can do everything and cannot be limited." };
  },
};
