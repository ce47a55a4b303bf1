import { seenText } from "../scanned-keys.ts";
import { type Check, FOUND_COMPLIANCE } from "./check.ts";

export const keyOnDisk: Check = {
  name: "key-on-disk",
  title: "An access key lies where a scan found it, with its secret",
  severity: "critical",
  condition: () =>
    "the last scans of this machine found the key with its secret: on a disk, in a history, in an environment (high where the key is inactive)",
  remedy: {
    title: "Replace the key, then take it out of where it lies",
    steps: [
      "See all places, and the way off a key for this use: `keysweep explain {accessKeyId}`.",
      "Give what uses it a role instead, or a new key that is handed over without being written down.",
      "Deactivate it: `aws iam update-access-key --user-name {userName} --access-key-id {accessKeyId} --status Inactive`. Undo with `--status Active`.",
      "Delete it after a week without complaints, and take it out of the files; in a history it stays readable, so only deleting the key helps.",
    ],
  },
  compliance: FOUND_COMPLIANCE,
  needs: ["access-keys", "scans"],
  *judge({ users }, { scans }) {
    for (const { userName, keys } of users) {
      for (const { accessKeyId, status } of keys) {
        const seen = scans.whereFound(accessKeyId);
        if (seen === null) continue;
        yield {
          detail: `The key was found with its secret ${seenText(seen)}.`,
          userName,
          accessKeyId,
          severity: status === "Active" ? "critical" : "high",
        };
      }
    }
  },
};
