import { type Check } from "./check.ts";

/** What a key needs to assume a role, and what anybody may do. */
const HARMLESS = [
  "sts:AssumeRole",
  "sts:TagSession",
  "sts:SetSourceIdentity",
  "sts:GetCallerIdentity",
  "sts:GetSessionToken",
];

export const assumeRoleOnly: Check = {
  name: "assume-role-only",
  title: "A key can do more than assume a role",
  severity: "low",
  condition: () =>
    "a user with an active access key may do more than assume roles, in an account with an identity provider",
  remedy: {
    title: "Let the key assume a role and nothing else",
    steps: [
      "Make a role with the user's permissions that trusts the user.",
      "Leave the user only `sts:AssumeRole` on that role.",
      "Better: reach the role through the identity provider, and retire the key.",
    ],
  },
  compliance: {},
  needs: ["access-keys", "authorization-details", "identity-providers"],
  *judge({ users, identityProviders }, { policies }) {
    if (identityProviders.length === 0) return;
    for (const { userName, keys, details } of users) {
      if (details === null || !keys.some(({ status }) => status === "Active")) continue;
      if (policies.ofUser(details).allowsMoreThan(HARMLESS)) {
        yield {
          detail: "What this key may do it may do for ever: a role would be asked for anew each hour.",
          userName,
        };
      }
    }
  },
};
