import { type Check, MFA_COMPLIANCE } from "./check.ts";

export const mfaMissingWithKey: Check = {
  name: "mfa-missing-with-key",
  title: "A user with an active key has no MFA device",
  severity: "medium",
  condition: () => "a user has an active access key and no MFA device",
  remedy: {
    title: "Retire the key, or demand MFA for what it may do",
    steps: [
      "A program's user: give the program a role, and retire the key.",
      "A person's user: register a passkey, and let the policies ask for it (`aws:MultiFactorAuthPresent`).",
    ],
  },
  compliance: { fsbp: ["IAM.19"], ...MFA_COMPLIANCE },
  needs: ["access-keys", "mfa-devices"],
  *judge({ users }) {
    for (const { userName, mfa, keys } of users) {
      if (mfa.length === 0 && keys.some(({ status }) => status === "Active")) {
        yield { detail: "The key alone is enough: no policy can ask this user for a second factor.", userName };
      }
    }
  },
};
