import { type Check, cis, days, daysSince } from "./check.ts";

export const rootUsed: Check = {
  name: "root-used",
  title: "The root user was used lately",
  severity: "high",
  condition: ({ rootUsedWithin }) =>
    `the root user's password or one of its keys was used in the last ${rootUsedWithin} days`,
  remedy: {
    title: "Work with roles, not with root",
    steps: [
      "Find out who it was and what for: CloudTrail, userIdentity.type = Root.",
      "Give that person or program a role that may do it.",
    ],
  },
  compliance: cis("1.7", "1.6", "2.6", "2.7"),
  needs: ["credential-report"],
  *judge({ root: { lastUsedAt } }, { settings, now }) {
    if (lastUsedAt !== null && daysSince(lastUsedAt, now) <= settings.rootUsedWithin) {
      yield {
        detail: `The root user was last used ${days(daysSince(lastUsedAt, now))} ago (${lastUsedAt.slice(0, 10)}).`,
      };
    }
  },
};
