import { type Check, cis, MFA_COMPLIANCE } from "./check.ts";

export const rootMfa: Check = {
  name: "root-mfa",
  title: "The root user has no MFA",
  severity: "critical",
  condition: () => "the root user can sign in and has no MFA device",
  remedy: {
    title: "Give the root user MFA, or take its password away",
    steps: [
      "Sign in as root, open Security credentials and register two passkeys or security keys.",
      "For member accounts rather remove the root credentials altogether: centralized root access of Organizations.",
    ],
  },
  compliance: { ...cis("1.5", "1.4", "2.4", "2.5"), fsbp: ["IAM.9"], ...MFA_COMPLIANCE },
  needs: ["account-summary"],
  *judge({ root }) {
    if (root.mfa === "none" && root.hasPassword)
      yield { detail: "Whoever learns the root user's password, or can read its mail, has the account." };
  },
};
