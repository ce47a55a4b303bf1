import { type Check, cis, days, daysSince, UNUSED_COMPLIANCE } from "./check.ts";

export const consoleUnused: Check = {
  name: "console-unused",
  title: "A password is no longer used",
  severity: "medium",
  condition: ({ unusedAfter, neverUsedGrace }) =>
    `a user's password was last used more than ${unusedAfter} days ago, or never by a user older than ${neverUsedGrace} days`,
  remedy: {
    title: "Delete the password",
    steps: ["`aws iam delete-login-profile --user-name {userName}`; delete the user too if that was its last use."],
  },
  compliance: { ...cis("1.12", "1.11", "2.11", "2.11"), ...UNUSED_COMPLIANCE },
  needs: ["passwords", "credential-report"],
  *judge({ users }, { settings: { unusedAfter, neverUsedGrace }, now }) {
    for (const { userName, createdAt, console } of users) {
      if (!console.enabled) continue;
      if (console.lastUsedAt === null) {
        if (daysSince(createdAt, now) > neverUsedGrace) yield { detail: "The password was never used.", userName };
      } else if (daysSince(console.lastUsedAt, now) > unusedAfter) {
        yield { detail: `The password was last used ${days(daysSince(console.lastUsedAt, now))} ago.`, userName };
      }
    }
  },
};
