import { AGE_COMPLIANCE, type Check, cis, days, daysSince, RETIRE_KEY } from "./check.ts";
import { activeKeys } from "./keys.ts";

export const keyAge: Check = {
  name: "key-age",
  title: "An active access key is old",
  severity: "medium",
  condition: ({ keyMaximumAge, keyAgeWarning }) =>
    `an access key is active and older than ${keyMaximumAge} days (low from ${keyAgeWarning} days on)`,
  remedy: { title: "Retire the key, or rotate it", steps: RETIRE_KEY },
  compliance: { ...cis("1.14", "1.13", "2.13", "2.12"), fsbp: ["IAM.3"], ...AGE_COMPLIANCE },
  needs: ["access-keys"],
  *judge({ users }, { settings: { keyMaximumAge, keyAgeWarning }, now }) {
    for (const { userName, key } of activeKeys(users)) {
      const age = daysSince(key.createdAt, now);
      const detail = `The key is ${days(age)} old (made ${key.createdAt.slice(0, 10)}).`;
      const about = { detail, userName, accessKeyId: key.accessKeyId };
      if (age > keyMaximumAge) yield about;
      else if (age >= keyAgeWarning) yield { ...about, severity: "low" };
    }
  },
};
