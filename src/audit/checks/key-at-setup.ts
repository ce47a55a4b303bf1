import { type Check, cis, RETIRE_KEY } from "./check.ts";

/** The console makes both in one go; people who do it by hand take some minutes. */
const AT_SETUP_MS = 10 * 60_000;

export const keyAtSetup: Check = {
  name: "key-at-setup",
  title: "A console user got a key that nobody needed",
  severity: "low",
  condition: () => "a user with a password has an active key that was made together with the user and never used",
  remedy: { title: "Delete the key", steps: RETIRE_KEY },
  compliance: cis("1.11", "1.10", "2.10", null),
  needs: ["passwords", "access-keys", "last-uses"],
  *judge({ users }) {
    for (const { userName, createdAt, console, keys } of users) {
      if (!console.enabled) continue;
      for (const key of keys) {
        const apart = Math.abs(Date.parse(key.createdAt) - Date.parse(createdAt));
        if (key.status === "Active" && key.lastUsedAt === null && apart <= AT_SETUP_MS) {
          yield {
            detail: "The key was made when the user was, and was never used.",
            userName,
            accessKeyId: key.accessKeyId,
          };
        }
      }
    }
  },
};
