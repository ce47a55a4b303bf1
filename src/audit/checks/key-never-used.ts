import { type Check, cis, days, daysSince, RETIRE_KEY, UNUSED_COMPLIANCE } from "./check.ts";
import { activeKeys } from "./keys.ts";

export const keyNeverUsed: Check = {
  name: "key-never-used",
  title: "An active access key was never used",
  severity: "medium",
  condition: ({ neverUsedGrace }) => `an access key is active, older than ${neverUsedGrace} days and was never used`,
  remedy: { title: "Delete the key", steps: RETIRE_KEY },
  compliance: { ...cis("1.12", "1.11", "2.11", "2.11"), ...UNUSED_COMPLIANCE },
  needs: ["access-keys", "last-uses"],
  *judge({ users }, { settings: { neverUsedGrace }, now }) {
    for (const { userName, key } of activeKeys(users)) {
      const age = daysSince(key.createdAt, now);
      if (key.lastUsedAt === null && age > neverUsedGrace) {
        yield { detail: `The key was made ${days(age)} ago and never used.`, userName, accessKeyId: key.accessKeyId };
      }
    }
  },
};
