import { type Check, cis, days, daysSince, RETIRE_KEY, UNUSED_COMPLIANCE } from "./check.ts";
import { activeKeys } from "./keys.ts";

export const keyUnused: Check = {
  name: "key-unused",
  title: "An active access key is no longer used",
  severity: "medium",
  condition: ({ unusedAfter }) => `an access key is active and was last used more than ${unusedAfter} days ago`,
  remedy: { title: "Retire the key", steps: RETIRE_KEY },
  compliance: { ...cis("1.12", "1.11", "2.11", "2.11"), ...UNUSED_COMPLIANCE },
  needs: ["access-keys", "last-uses"],
  *judge({ users }, { settings: { unusedAfter }, now }) {
    for (const { userName, key } of activeKeys(users)) {
      if (key.lastUsedAt === null) continue;
      const unused = daysSince(key.lastUsedAt, now);
      if (unused > unusedAfter) {
        yield {
          detail: `The key was last used ${days(unused)} ago, for ${key.lastUsedService ?? "?"}.`,
          userName,
          accessKeyId: key.accessKeyId,
        };
      }
    }
  },
};
