import { type Check, days, daysSince } from "./check.ts";

export const keyInactiveStale: Check = {
  name: "key-inactive-stale",
  title: "An inactive access key is still there",
  severity: "low",
  condition: ({ inactiveKeptFor }) =>
    `an inactive access key was neither made nor used in the last ${inactiveKeptFor} days`,
  remedy: {
    title: "Delete the key",
    steps: [
      "Delete it: `aws iam delete-access-key --user-name {userName} --access-key-id {accessKeyId}`. It can be made active again by anyone who may update keys, and it takes the place that the next rotation needs.",
    ],
  },
  compliance: {},
  needs: ["access-keys", "last-uses"],
  *judge({ users }, { settings: { inactiveKeptFor }, now }) {
    for (const { userName, keys } of users) {
      for (const { accessKeyId, status, createdAt, lastUsedAt } of keys) {
        const idle = Math.min(daysSince(createdAt, now), daysSince(lastUsedAt ?? createdAt, now));
        if (status !== "Active" && idle > inactiveKeptFor) {
          yield {
            detail: `The key is inactive and was ${lastUsedAt === null ? "never used" : `last used ${days(idle)} ago`}.`,
            userName,
            accessKeyId,
          };
        }
      }
    }
  },
};
