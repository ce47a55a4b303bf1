import { type Check, cis, MFA_COMPLIANCE } from "./check.ts";

export const consoleNoMfa: Check = {
  name: "console-no-mfa",
  title: "A user signs in without MFA",
  severity: "high",
  condition: () => "a user has a password and no MFA device",
  remedy: {
    title: "Move the person to IAM Identity Center, or give the user MFA",
    steps: [
      "Sign people in through IAM Identity Center or another identity provider, and delete the password: `aws iam delete-login-profile --user-name {userName}`.",
      "Until then: the user registers a passkey under Security credentials.",
    ],
  },
  compliance: { ...cis("1.10", "1.9", "2.9", "2.10"), fsbp: ["IAM.5"], ...MFA_COMPLIANCE },
  needs: ["passwords", "mfa-devices"],
  *judge({ users }) {
    for (const { userName, console, mfa } of users) {
      if (console.enabled && mfa.length === 0)
        yield { detail: "A password is all it takes to sign in as this user.", userName };
    }
  },
};
